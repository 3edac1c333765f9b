"""10,000 links that are changed together, and had back, with 200 people in.

python -m tests.bench.bulk STEP
"""

import time
from collections.abc import Callable, Iterator

from tests.bench.figures import Row, claim, part
from tests.bench.sites import serving
from tests.bench.steps import run, take

LINKS, PEOPLE = 10_000, 200
Done = tuple[int, float]  # how many links were changed, and milliseconds that 99 of 100 chunks took at most


def together() -> Iterator[Row]:
    """Links that are changed together"""
    with serving() as site:
        take(site, "tests.bench.bulk", "prepare")
        for step in ("switch_off", "undo", "role"):
            cost = take(site, "tests.bench.bulk", step)
            changed, chunk = cost.said
            claim(changed == LINKS, f"{step} changed {changed} of {LINKS}")
            words = f"{step.replace('_', ' ')}: {LINKS:,} links, {PEOPLE} people in"
            yield Row(
                words, f"{cost.seconds:.1f} s", f"99 of 100 chunks within {chunk:.0f} ms; {cost.peak:.0f} MB"
            )


# What runs in a process of its own.


def prepare() -> None:
    from links.models import GuestLink
    from rooms import seating
    from rooms.models import Administrator, Participant, Room

    alice = Administrator.objects.create_user("alice@example.org", None, name="Alice")
    room = Room.objects.create(name="Physics", time_zone="UTC", quota=PEOPLE, capacity=PEOPLE + 100)
    room.administrators.add(alice)
    fields = {"kind": "guest", "room": room, "language": "en"}
    links = GuestLink.objects.bulk_create(
        (GuestLink(name=f"Guest {n}", email=f"guest{n}@example.org", **fields) for n in range(LINKS)), 5_000
    )
    role = {"granted_role": "participant", "role": "participant"}
    Participant.objects.bulk_create(
        Participant(
            room=room, link=link, browser=f"{n:032}", name=link.name, name_key=link.name.lower(), **role
        )
        for n, link in enumerate(links[:PEOPLE])
    )
    seating.recount(room.pk, fix=True)


def switch_off() -> Done:
    from links.models import BulkChange

    return _change(BulkChange.Action.SWITCH_OFF, {"is_active": False})


def role() -> Done:
    """The longest: it holds the room for those who are in."""
    from links.models import BulkChange

    return _change(BulkChange.Action.ROLE, {"role": "spectator"})


def undo() -> Done:
    from links import bulk
    from links.models import BulkChange
    from rooms.models import Administrator

    bulk.undo(BulkChange.objects.get().activity, Administrator.objects.get())
    return _work()


def _change(action: str, fields: dict[str, object]) -> Done:
    from links import bulk
    from links.models import BulkChange, Link
    from links.selection import Selection
    from rooms.models import Administrator, Room

    bulk.draft(Selection(Room.objects.get(), Link.Kind.GUEST, "", None), action, Administrator.objects.get())
    bulk.confirm(BulkChange.objects.latest("pk"), action, fields)
    return _work()


def _work() -> Done:
    """As the worker does."""
    from links import bulk
    from links.bulk.work import Work
    from links.models import BulkChange

    took: list[float] = []
    Work.do_chunk = _timed(Work.do_chunk, took)
    bulk.run(bulk.DEEDS)
    return BulkChange.objects.latest("pk").changed, 1000 * part(took, 0.99)


def _timed(do_chunk: Callable[..., bool], took: list[float]) -> Callable[..., bool]:
    def timed(this: object) -> bool:
        begin = time.perf_counter()
        more = do_chunk(this)
        took.append(time.perf_counter() - begin)
        return more

    return timed


if __name__ == "__main__":
    run({"prepare": prepare, "switch_off": switch_off, "undo": undo, "role": role})
