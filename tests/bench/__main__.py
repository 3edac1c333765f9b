"""What Foyer does, measured beside the limit, and written into docs/performance.md.

    .venv/bin/python -m tests.bench [NAME …]

Each bench starts servers of its own on loopback, takes turns with what it compares, and fails when an answer
is wrong, never because it was slow.
"""

import argparse
import resource
import signal
import sys
import time
import traceback

from tests.bench import bulk, first, importing, join, letters, listing, sites, streams, table

LONGEST = 590  # seconds
BENCHES = {
    "join": join.one_room,
    "rooms": join.many_rooms,
    "sqlite": join.sqlite,
    "crowded": join.crowded,
    "webs": join.two_webs,
    "links": listing.links,
    "streams": streams.streams,
    "import": importing.imports,
    "letters": letters.letters,
    "bulk": bulk.together,
    "door": first.door,
    "start": first.start,
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", nargs="*", choices=[*BENCHES, []], help="all, unless some are named")
    names = parser.parse_args().name or [*BENCHES]
    _soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    for number in (signal.SIGALRM, signal.SIGTERM):
        signal.signal(number, _give_up)  # so that what was started is ended
    signal.alarm(LONGEST)
    with sites.run:
        if failed := [name for name in names if not bench(name)]:
            sys.exit(f"Not measured: {', '.join(failed)}")


def bench(name: str) -> bool:
    """Whether all that it measured was right."""
    begin = time.monotonic()
    try:
        rows = list(BENCHES[name]())
    except Exception:  # noqa: BLE001  (the others are measured all the same)
        traceback.print_exc()
        return False
    table.show(name, BENCHES[name].__doc__, rows, time.monotonic() - begin)
    return True


def _give_up(*_args: object) -> None:
    raise SystemExit(f"Ended from outside, or because it took more than {LONGEST} s.")


if __name__ == "__main__":
    main()
