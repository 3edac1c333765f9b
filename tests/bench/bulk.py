"""How long 100,000 links take to be switched off and had back, how long a chunk takes, and how much memory.

    .venv/bin/python -m tests.bench.bulk [--database postgresql] [--links 100000] [--people 200]

Each step runs in a process of its own, on one new database; its peak counts Python and Django.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--links", type=int, default=100_000)
    parser.add_argument("--people", type=int, default=200, help="who are in, through the first links")
    parser.add_argument("--step", choices=[*STEPS])
    asked = parser.parse_args()
    if asked.step:
        run_step(asked)
        return
    with ExitStack() as stack:
        environment = {**os.environ, "VAR_DIR": stack.enter_context(tempfile.TemporaryDirectory())}
        environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
        if asked.database == "postgresql":
            from tests import databases

            environment["DATABASE_URL"] = stack.enter_context(databases.postgresql())
        for step in STEPS:
            command = [sys.executable, "-m", "tests.bench.bulk", *sys.argv[1:], "--step", step]
            subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=600)


def run_step(asked: argparse.Namespace) -> None:
    import django

    django.setup()
    begin, begin_cpu = time.perf_counter(), time.process_time()
    words = STEPS[asked.step](asked)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - begin_cpu
    if words:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sys.stdout.write(f"{words:<64} {seconds:6.2f} s   CPU {cpu:5.2f} s   peak {peak:4.0f} MB\n")


def prepare(asked: argparse.Namespace) -> str:
    from django.core.management import call_command

    from links.models import GuestLink
    from rooms.models import Administrator, Participant, Room

    call_command("migrate", verbosity=0)
    alice = Administrator.objects.create_user("alice@example.org", None, name="Alice")
    people = {"quota": asked.people, "capacity": asked.people + 100}
    counters = {"people_in": asked.people, "seats_taken": asked.people}
    room = Room.objects.create(name="Physics", time_zone="Europe/Berlin", **people, **counters)
    room.administrators.add(alice)
    links = GuestLink.objects.bulk_create(
        (
            GuestLink(
                kind="guest", room=room, name=f"Guest {n}", email=f"guest{n}@example.org", language="en"
            )
            for n in range(asked.links)
        ),
        5000,
    )
    role = {"granted_role": "participant", "role": "participant"}
    Participant.objects.bulk_create(
        Participant(
            room=room, link=link, browser=f"{n:032}", name=link.name, name_key=link.name.lower(), **role
        )
        for n, link in enumerate(links[: asked.people])
    )
    return ""


def draft(asked: argparse.Namespace) -> str:
    from links import bulk
    from links.models import BulkChange, Link
    from links.selection import Selection
    from rooms.models import Administrator, Room

    selection = Selection(Room.objects.get(), Link.Kind.GUEST, "", None)
    change = bulk.draft(selection, BulkChange.Action.SWITCH_OFF, Administrator.objects.get())
    assert change.people_in == asked.people
    return f"the press, with {change.number} links"


def switch_off(asked: argparse.Namespace) -> str:
    from links import bulk
    from links.models import BulkChange

    bulk.confirm(BulkChange.objects.get(), BulkChange.Action.SWITCH_OFF, {"is_active": False})
    return _done("switched off")


def undo(asked: argparse.Namespace) -> str:
    from links import bulk
    from links.models import BulkChange
    from rooms.models import Administrator

    bulk.undo(BulkChange.objects.get().activity, Administrator.objects.get())
    return _done("taken back")


def role(asked: argparse.Namespace) -> str:
    """The longest: it holds the room for those who are in."""
    from links import bulk
    from links.models import BulkChange

    draft(asked)
    bulk.confirm(BulkChange.objects.latest("pk"), BulkChange.Action.ROLE, {"role": "spectator"})
    return _done("have another role")


def _done(words: str) -> str:
    """Run it as the worker does, and say how long the longest chunks took."""
    from links import bulk
    from links.bulk import work
    from links.models import BulkChange

    took: list[float] = []
    do_chunk = work.Work.do_chunk

    def timed(this: work.Work) -> bool:
        begin = time.perf_counter()
        more = do_chunk(this)
        took.append(time.perf_counter() - begin)
        return more

    work.Work.do_chunk = timed
    bulk.run(bulk.DEEDS)
    changed = BulkChange.objects.latest("pk").changed
    median, late = (1000 * sorted(took)[int(len(took) * part)] for part in (0.5, 0.99))
    return f"{changed} {words}; a chunk {median:.0f} ms, 99 % {late:.0f} ms"


STEPS = {"prepare": prepare, "draft": draft, "switch_off": switch_off, "undo": undo, "role": role}

if __name__ == "__main__":
    main()
