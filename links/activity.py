"""What was done in a room, and what happened there: three records, read as one, the newest first.

Activity has what was done and what became of letters; who came and who left is in the people themselves.
Each is asked for no more lines than one page has, from where the page before it ended.
"""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import IntEnum
from itertools import islice
from typing import Any, NamedTuple, Self

from django.db.models import DateTimeField, F, Func, Q, Value
from django.utils.dateparse import parse_datetime

from links import sentences
from links.models import Link
from rooms.models import Activity, Participant, Room
from rooms.models.activity import LETTERS, PEOPLE
from rooms.models.participant import Ending, ParticipantQuerySet

ROWS = 50
ROWS_OF_EXPORT = 2_000
A_TICK = timedelta(milliseconds=1)


class Record(IntEnum):
    """Of lines of one instant, those with the higher number stand further up."""

    DEEDS = 0
    JOINS = 1
    ENDS = 2


class Instant(Func):
    """A time as it is compared: SQLite keeps texts, with or without the zeros at their ends."""

    output_field = DateTimeField()

    def as_sql(self, compiler: Any, connection: Any, **_others: Any) -> Any:  # type: ignore[override]
        return compiler.compile(self.source_expressions[0])

    def as_sqlite(self, compiler: Any, connection: Any, **_others: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', {sql})", params


class Place(NamedTuple):
    """Where a line stands: by time, then by the record that it is in, then by its row."""

    at: datetime
    record: int
    pk: int

    @classmethod
    def read(cls, before: str, than: str) -> Self | None:
        """Out of an address; None for nonsense."""
        try:
            at = parse_datetime(before.replace(" ", "+"))
            record, pk = (int(part) for part in than.split("-"))
        except ValueError:
            return None
        return cls(at, record, pk) if at and at.tzinfo and 0 <= pk < 2**63 else None

    @property
    def than(self) -> str:
        return f"{self.record}-{self.pk}"


@dataclass(frozen=True, slots=True)
class Line:
    place: Place
    kind: str  # a Deed, or `came` or `went`
    sentence: str
    details: list[str] = field(default_factory=list)
    link: Link | None = None
    who: str = ""
    pk: int | None = None  # of what is in Activity
    may_be_undone: bool = False
    is_undone: bool = False

    @property
    def at(self) -> datetime:
        return self.place.at


@dataclass(frozen=True, slots=True)
class Choice:
    """Which lines are wanted, of which room or link of it."""

    room: Room
    link: Link | None = None
    kind: str = ""  # changes, letters or people
    by: int | None = None
    words: str = ""
    day: date | None = None

    def lines(self, before: Place | None, number: int) -> list[Line]:
        """So many of them, the newest first, that come after this place. Three statements at most."""
        records = [record(self, before, number) for record in (_deeds, _joins, _ends)]
        merged = heapq.merge(*records, key=lambda line: line.place, reverse=True)
        return list(islice(merged, number))

    def all_lines(self) -> Iterator[list[Line]]:
        before = None
        while lines := self.lines(before, ROWS_OF_EXPORT):
            yield lines
            before = lines[-1].place


def _deeds(choice: Choice, before: Place | None, number: int) -> list[Line]:
    deeds = Activity.objects.filter(link=choice.link) if choice.link else choice.room.activity.whole()
    deeds = deeds.filter(room=choice.room)
    if choice.kind == "changes":
        deeds = deeds.exclude(deed__in=(*LETTERS, *PEOPLE))
    elif choice.kind:
        deeds = deeds.filter(deed__in=LETTERS if choice.kind == "letters" else PEOPLE)
    if choice.by:
        deeds = deeds.filter(by=choice.by)
    if choice.words:
        deeds = deeds.filter(Q(about__icontains=choice.words) | Q(link__email__icontains=choice.words))
    rows = _page(deeds.select_related("by", "link"), "at", choice, Record.DEEDS, before)[:number]
    return [_line_of(done, choice.room) for done in rows]


def _joins(choice: Choice, before: Place | None, number: int) -> list[Line]:
    rows = _page(_people(choice), "joined_at", choice, Record.JOINS, before)[:number]
    return [_came(person) for person in rows]


def _ends(choice: Choice, before: Place | None, number: int) -> list[Line]:
    """Of who was removed Activity has who did it."""
    people = _people(choice).filter(left_at__isnull=False).exclude(ending=Ending.REMOVED)
    rows = _page(people, "left_at", choice, Record.ENDS, before)[:number]
    return [_went(person) for person in rows]


def _people(choice: Choice) -> ParticipantQuerySet:
    """None where an administrator is asked for: they come and go by themselves."""
    people = Participant.objects.stays().filter(room=choice.room).select_related("link")
    if choice.by or choice.kind not in ("", "people"):
        return people.none()
    if choice.link:
        people = people.filter(link=choice.link)
    if choice.words:
        people = people.filter(Q(name__icontains=choice.words) | Q(link__email__icontains=choice.words))
    return people


def _page(rows: Any, at: str, choice: Choice, record: Record, before: Place | None) -> Any:
    """The newest first, from this place on; along the index of their times."""
    if choice.day:
        start = datetime.combine(choice.day, time(), choice.room.zone)
        end = datetime.combine(choice.day + timedelta(days=1), time(), choice.room.zone)
        rows = rows.filter(**{f"{at}__gte": start, f"{at}__lt": end})
    if before:
        there = Instant(Value(before.at, output_field=DateTimeField()))
        rows = rows.alias(instant=Instant(F(at)))
        after = Q(instant__lt=there)
        if record <= before.record:
            after |= Q(instant=there, **({"pk__lt": before.pk} if record == before.record else {}))
        # The coarse bound is for the index, the other is exact.
        rows = rows.filter(after, **{f"{at}__lt": before.at + A_TICK})
    return rows.order_by(f"-{at}", "-pk")


def _line_of(done: Activity, room: Room) -> Line:
    return Line(
        Place(done.at, Record.DEEDS, done.pk),
        done.deed,
        sentences.of_deed(done),
        sentences.details(done, room.zone),
        link=done.link,
        who=str(done.by) if done.by else "",
        pk=done.pk,
        may_be_undone=done.is_undoable,
        is_undone=done.undone_at is not None,
    )


def _came(person: Participant) -> Line:
    place = Place(person.joined_at, Record.JOINS, person.pk)
    return Line(place, "came", sentences.of_join(person), [sentences.way_in(person)], link=person.link)


def _went(person: Participant) -> Line:
    left_at = person.left_at or person.joined_at
    place = Place(left_at, Record.ENDS, person.pk)
    return Line(place, "went", sentences.of_end(person), [sentences.way_in(person)], link=person.link)
