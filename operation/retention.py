"""Whose link is over becomes a former guest: so many days later, name and e-mail address are erased.

Counts and times stay. `person.py` has the same done for one person who asks for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Exists, Min, OuterRef
from django.db.models.functions import Coalesce, Least
from django.utils import timezone

from links.models import AccessRequest, Link, LinkQuerySet
from operation.erasing import forget_deeds, forget_links, write_down
from rooms.models import Activity, Participant, Room
from rooms.models.activity import OF_ONE_PERSON
from rooms.models.participant import ParticipantQuerySet
from rooms.models.room import RoomQuerySet

CHUNK = 500  # links, and as many stays, in one transaction
SOON = timedelta(days=7)
Rooms = Iterable[int] | RoomQuerySet


@dataclass(frozen=True, slots=True)
class Soon:
    """How many become former guests within the next days, and when the first of them does."""

    number: int
    first: datetime


def run() -> int:
    """Make former guests of all whose time has come. How many they were."""
    number = 0
    for room_id, cutoff in _rooms_due():
        # Whoever dies on the way leaves whole chunks behind.
        while chunk := forget_chunk(room_id, cutoff):
            number += chunk
    return number


def links_due(rooms: Rooms, cutoff: datetime) -> LinkQuerySet[Link]:
    """Guest links that were over by then. Not of those who are in: they have a name until they leave."""
    present = Participant.objects.present().filter(link=OuterRef("pk"))
    links: LinkQuerySet[Link] = Link.objects.filter(room__in=rooms)
    return links.with_person().over_by(cutoff).filter(~Exists(present))


def stays_due(rooms: Rooms, cutoff: datetime) -> ParticipantQuerySet:
    """Of those who had left by then and had no link of their own. Who is barred can still be let back."""
    people: ParticipantQuerySet = Participant.objects.filter(room__in=rooms, exclusive=False)
    return people.named().filter(left_at__lte=cutoff).exclude(barred_until__gt=timezone.now())


def forget_chunk(room_id: int, cutoff: datetime) -> int:
    """How many of a room became former guests: in the same statements, however many they are."""
    with transaction.atomic():
        # Held, lest somebody opens one again at this moment.
        held = links_due([room_id], cutoff).order_by("pk").select_for_update(no_key=True)
        links = list(held.values_list("pk", flat=True)[:CHUNK])
        found = stays_due([room_id], cutoff).order_by("pk").values_list("pk", "link", "browser")
        stays = list(found[:CHUNK])
        forget_links(room_id, links)
        Participant.objects.filter(pk__in=[pk for pk, _link, _browser in stays]).forget()
        people = len(links) + len({(link, browser) for _pk, link, browser in stays})
        write_down(room_id, people)
    return people


def soon(room: Room) -> Soon | None:
    """None when nobody does."""
    if room.days_kept is None:
        return None
    kept = timedelta(days=room.days_kept)
    cutoff = timezone.now() + SOON - kept
    over_at = Least(Coalesce("ends_at", "deleted_at"), Coalesce("deleted_at", "ends_at"))
    links = links_due([room.pk], cutoff).aggregate(number=Count("pk"), first=Min(over_at))
    stays = stays_due([room.pk], cutoff).aggregate(
        number=Count("browser", distinct=True), first=Min("left_at")
    )
    firsts = [found["first"] for found in (links, stays) if found["first"]]
    return Soon(links["number"] + stays["number"], min(firsts) + kept) if firsts else None


def _rooms_due() -> Iterator[tuple[int, datetime]]:
    """And all that is no person's in particular, once for all rooms that keep it as long."""
    now = timezone.now()
    for rooms, days in Room.objects.by_days_kept():
        cutoff = now - timedelta(days=days)
        AccessRequest.objects.filter(room__in=rooms, asked_at__lte=cutoff).delete()
        due = (links_due(rooms, cutoff), stays_due(rooms, cutoff))
        for room_id in sorted(
            {pk for found in due for pk in found.order_by().values_list("room", flat=True)}
        ):
            yield room_id, cutoff
        done = Activity.objects.filter(room__in=rooms, deed__in=OF_ONE_PERSON, at__lte=cutoff)
        while forget_deeds(done.exclude(about="").exclude(link__kind=Link.Kind.GUEST)):
            pass
