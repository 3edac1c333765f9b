"""What a process asks the database for all its open pages together: a few statements, however many."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import transaction

from rooms import seating
from rooms.live import parts
from rooms.live.pages import Kind, Page
from rooms.models import Knock, Participant, Room
from rooms.models.participant import ParticipantQuerySet

SHOWN = 100
CHUNK = 5_000


class Person(NamedTuple):
    """What a participant's page depends on."""

    pk: int
    browser: str
    role: str
    granted_role: str
    ticket: int | None
    left_at: Any


@dataclass(frozen=True)
class Question:
    """What a process wants to know of one room."""

    seen: int | None  # the revision up to which it knows the people
    fresh: frozenset[Page]  # those that were just opened

    @property
    def browsers(self) -> set[str]:
        """Of participants whose page was just opened."""
        return {page.browser for page in self.fresh if page.kind is Kind.INSIDE}


@dataclass
class News:
    """How one room is now, and who has changed since it was seen."""

    room: Room
    people: list[Person]


@dataclass(frozen=True)
class Wanted:
    """What all pages of a room have to be told."""

    room: Room
    languages: frozenset[str]  # of participants' pages
    wants_door: bool


@dataclass
class Lists:
    """Nothing in those that nobody wants."""

    room: Room
    crowds: dict[str, bytes] = field(default_factory=dict)  # who is in, by language
    line: list[int] = field(default_factory=list)  # participants who wait for a seat, in order
    door: list[str] = field(default_factory=list)  # browsers that wait for a place, in order


def look(questions: dict[int, Question]) -> dict[int, News]:
    """How these rooms are, by id. A room that is missing in the answer is deleted."""
    rooms = Room.objects.filter(pk__in=questions).only("revision", "people_in", "capacity", "waiting")
    return {room.pk: News(room, _people(room, questions[room.pk])) for room in rooms}


def look_at_lists(wanted: Iterable[Wanted]) -> list[Lists]:
    return [_lists(theirs) for theirs in wanted]


def last_seen(room_id: int, browsers: Collection[str]) -> dict[str, Participant]:
    """Who these browsers were last, with all that a farewell says."""
    theirs = Participant.objects.filter(room=room_id, browser__in=browsers, left_at__isnull=False)
    return {
        person.browser: person for person in theirs.select_related("room", "link").order_by("left_at", "pk")
    }


@transaction.atomic
def keep_alive(pks: Collection[int], knocks: dict[int, list[str]]) -> None:
    """A sign of life of all open pages of this process. `knocks`: browsers at the door, by room."""
    for chunk in _chunks(pks):
        seating.renew_all(chunk)
    for room_id, browsers in knocks.items():
        Knock.objects.filter(room=room_id, browser__in=browsers).renew()


@transaction.atomic
def await_return(pks: Collection[int]) -> None:
    for chunk in _chunks(pks):
        seating.await_return(chunk)


def _people(room: Room, question: Question) -> list[Person]:
    theirs = Participant.objects.filter(room=room.pk)
    people: list[Person] = []
    if question.seen is not None and question.seen != room.revision:
        people += _read(theirs.changed_since(question.seen))
    for browsers in _chunks(question.browsers):
        people += _read(theirs.present().filter(browser__in=browsers))
    return people


def _read(people: ParticipantQuerySet) -> list[Person]:
    return list(map(Person._make, people.values_list(*Person._fields)))


def _lists(wanted: Wanted) -> Lists:
    room, lists = wanted.room, Lists(wanted.room)
    present = Participant.objects.filter(room=room.pk).present()
    if wanted.languages:
        people = list(present.crowd()[:SHOWN])
        lists.crowds = {
            language: parts.crowd(people, room.people_in, language) for language in wanted.languages
        }
        if room.waiting:
            lists.line = list(present.in_line().values_list("pk", flat=True))
    if wanted.wants_door:
        lists.door = list(Knock.objects.living().filter(room=room.pk).values_list("browser", flat=True))
    return lists


def _chunks(things: Collection[Any]) -> list[list[Any]]:
    all_of_them = list(things)
    return [all_of_them[start : start + CHUNK] for start in range(0, len(all_of_them), CHUNK)]
