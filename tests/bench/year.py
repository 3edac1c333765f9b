"""A room after a year: every fifth guest came, every second has a letter, all states are there.

python -m tests.bench.year make LINKS
"""

import random
from datetime import timedelta

from tests.bench.steps import run

EVENTS = ("sent", "delivered", "bounced", "failed", "queued")


def make(links: int) -> int:
    """The key of the room."""
    from django.db import connection

    from links.models import Link
    from rooms.models import Administrator, Room

    chance = random.Random(1)
    alice, _is_new = Administrator.objects.get_or_create(email="alice@example.org", name="Alice")
    room = Room.objects.create(name="Physics", time_zone="Europe/Berlin", quota=10, capacity=5_000)
    room.administrators.add(alice)
    Link.objects.bulk_create((guest(room, each, chance) for each in range(links)), 5_000)
    Link.objects.bulk_create((group(room, each) for each in range(links // 100)), 5_000)
    letters(room, chance)
    people(room, links // 5, chance)
    with connection.cursor() as cursor:
        # What PostgreSQL does by itself, a little later.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "PRAGMA optimize")
    return room.pk


def guest(room, number: int, chance: random.Random):
    from django.utils import timezone

    from links.models import Link
    from rooms.models import Role

    now = timezone.now()
    first = chance.choice(["Ada", "Bea", "Cem", "Dora", "Eva", "Finn", "Gina", "Hugo"])
    starts_at = chance.choice([None, None, now + timedelta(hours=chance.randint(-9000, 3000))])
    ends_at = chance.choice([None, (starts_at or now) + timedelta(hours=chance.randint(1, 3000))])
    return Link(
        room=room,
        kind="guest",
        name=f"{first} {number}",
        email=f"guest{number}@example.org",
        language="en",
        role=chance.choice([*Role.values, *[Role.PARTICIPANT] * 9]),
        is_active=chance.random() < 0.9,
        starts_at=starts_at,
        ends_at=ends_at,
        deleted_at=now if chance.random() < 0.02 else None,
    )


def group(room, number: int):
    from links.models import Link

    return Link(room=room, kind="group", description=f"Group {number}", role="participant")


def letters(room, chance: random.Random) -> None:
    from invitations.models import Invitation

    guests = room.links.filter(kind="guest").order_by("pk").values_list("pk", flat=True)
    letters = (
        Invitation(link_id=pk, state=chance.choices(EVENTS, [40, 40, 2, 1, 1])[0], due_at=None)
        for pk in guests[::2]
        for _ in range(chance.choice([1, 1, 2]))
    )
    Invitation.objects.bulk_create(letters, 5_000)


def people(room, number: int, chance: random.Random) -> None:
    """As many through guest links, and half as many through one group link; every hundredth is in."""
    from rooms.models import Participant

    pks = list(room.links.filter(kind="guest").order_by("pk").values_list("pk", flat=True)[: number * 5])
    groups = [room.links.filter(kind="group").latest("pk").pk] * (number // 2)
    people = (
        stay(room, link, each, chance) for each, link in enumerate([*chance.sample(pks, number), *groups])
    )
    Participant.objects.bulk_create(people, 5_000)


def stay(room, link: int, number: int, chance: random.Random):
    from django.utils import timezone

    from rooms.models import Participant

    joined_at = timezone.now() - timedelta(minutes=chance.randint(1, 500_000))
    return Participant(
        room=room,
        link_id=link,
        browser=f"{number:032}",
        name=f"Person {number}",
        name_key=f"person {number}",
        granted_role="participant",
        role="participant",
        joined_at=joined_at,
        lease_until=timezone.now() + timedelta(days=1),
        left_at=None if number % 100 == 0 else joined_at + timedelta(hours=1),
    )


if __name__ == "__main__":
    run({"make": make})
