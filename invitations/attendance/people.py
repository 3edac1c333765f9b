"""Who came, in one line a person, and who was invited and did not come."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Lower

from invitations.attendance.day import Day
from invitations.models import Invitation
from links.models import Link, LinkQuerySet
from rooms.models import Participant, Room
from rooms.models.participant import Ending
from rooms.names import shown

ROWS_AT_ONCE = 2_000
# Of the ways to be out those that are somebody else's doing.
PUT_OUT = (Ending.REMOVED, Ending.NO_ACCESS, Ending.DELETED)


class Stay(NamedTuple):
    """From a join to a leave, with what its link says of the person."""

    joined_at: datetime
    left_at: datetime | None
    name: str
    number: int
    browser: str
    ending: str
    was_downgraded: bool
    link_pk: int | None
    link_deleted_at: datetime | None
    kind: str | None
    guest: str | None
    email: str | None
    label: str | None
    description: str | None
    letter: str | None

    @property
    def who(self) -> tuple[object, ...]:
        """The same for the stays of one person: a guest's link, else a browser, an administrator's name."""
        if self.link_pk is None:
            return (self.name or self.browser,)
        return (self.link_pk,) if self.kind == Link.Kind.GUEST else (self.link_pk, self.browser)

    @property
    def shown_name(self) -> str:
        return shown(self.name, self.number)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's day in a room; without `first`, of a guest who did not come."""

    name: str
    kind: str = ""  # of their link; empty for an administrator, who needs none
    email: str = ""
    group: str = ""
    link_pk: int | None = None
    is_deleted: bool = False
    letter_state: str = ""
    first: datetime | None = None
    last: datetime | None = None  # empty as long as they are in
    length: timedelta = timedelta()
    times: int = 0
    was_downgraded: bool = False
    ending: str = ""

    @property
    def is_guest(self) -> bool:
        return self.kind == Link.Kind.GUEST

    @property
    def letter(self) -> Invitation | None:
        """Their newest letter: its state, and what follows from that."""
        return Invitation(state=self.letter_state) if self.letter_state else None

    @property
    def put_out(self) -> str:
        """Why, if somebody else ended their last stay."""
        return str(Ending(self.ending).label) if self.ending in PUT_OUT else ""


class Everybody:
    """Those who came, then those who did not, of whom only the part that is shown is read."""

    def __init__(self, came: list[Person], missed: LinkQuerySet[Any], number_missed: int) -> None:
        self.came, self.missed = came, missed
        self.number = len(came) + number_missed

    def __len__(self) -> int:
        return self.number

    def __getitem__(self, part: slice) -> list[Person]:
        first, last = max(0, part.start - len(self.came)), max(0, part.stop - len(self.came))
        return [*self.came[part], *map(_absent, self.missed[first:last])]

    def __iter__(self) -> Iterator[Person]:
        yield from self.came
        yield from map(_absent, self.missed.iterator(ROWS_AT_ONCE))


def stays_on(day: Day, room: Room) -> list[Stay]:
    stays = Participant.objects.stays().filter(room=room).during(day.start, day.end)
    rows = stays.annotate(letter=_newest_letter("link")).order_by("joined_at", "pk")
    of_link = ("deleted_at", "kind", "name", "email", "label", "description")
    own = ("joined_at", "left_at", "name", "number", "browser", "ending", "was_downgraded", "link")
    fields = (*own, *(f"link__{field}" for field in of_link), "letter")
    return [Stay(*row) for row in rows.values_list(*fields)]


def missed_on(day: Day, room: Room) -> LinkQuerySet[Any]:
    """Guests whose link was open that day, and who did not come."""
    was_there = Participant.objects.stays().during(day.start, day.end).filter(link=OuterRef("pk"))
    guests = Link.objects.living(day.start).filter(room=room, kind=Link.Kind.GUEST, created_at__lt=day.end)
    opened = guests.filter(Q(starts_at__isnull=True) | Q(starts_at__lt=day.end))
    absent: LinkQuerySet[Any] = opened.filter(~Exists(was_there)).annotate(letter=_newest_letter("pk"))
    return absent.order_by(Lower("name"), "pk")


def people_of(stays: Iterable[Stay], day: Day, now: datetime) -> list[Person]:
    """By name. The stays have to be in the order of their joins."""
    theirs: dict[tuple[object, ...], list[Stay]] = defaultdict(list)
    for stay in stays:
        theirs[stay.who].append(stay)
    people = [_person(stays_of_one, day, now) for stays_of_one in theirs.values()]
    return sorted(people, key=lambda person: person.name.casefold())


def _person(stays: list[Stay], day: Day, now: datetime) -> Person:
    spans = (day.cut(stay.joined_at, stay.left_at or now) for stay in stays)
    last = stays[-1]
    is_guest = last.kind == Link.Kind.GUEST
    # Who gave several names, one after the other, is found by each.
    names = {stay.name: stay.shown_name for stay in reversed(stays)}
    return Person(
        name=(last.guest if is_guest else None) or ", ".join(reversed(names.values())),
        kind=last.kind or "",
        email=last.email or "",
        group="" if is_guest else last.label or last.description or "",
        link_pk=last.link_pk,
        is_deleted=last.link_deleted_at is not None,
        letter_state=last.letter or "",
        first=stays[0].joined_at,
        last=last.left_at,
        length=sum((end - start for start, end in spans), timedelta()),
        times=len(stays),
        was_downgraded=any(stay.was_downgraded for stay in stays),
        ending=last.ending,
    )


def _absent(link: Any) -> Person:  # with its letter, which was annotated
    return Person(
        name=shown(link.name),
        kind=link.kind,
        email=link.email,
        link_pk=link.pk,
        letter_state=link.letter or "",
    )


def _newest_letter(link: str) -> Subquery:
    letters = Invitation.objects.filter(link=OuterRef(link)).order_by("-pk")
    return Subquery(letters.values("state")[:1])
