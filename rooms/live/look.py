"""What a process asks the database for all its open pages together: a few statements, however many."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any, TypedDict

from django.db import models, transaction

from rooms import seating
from rooms.live.pages import Kind, Page
from rooms.models import Knock, Participant, Room

SHOWN = 100
CHUNK = 5_000


class Person(TypedDict):
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
    is_time: bool  # for what is told once a second at most
    told: int | None  # the revision of which all pages were told that
    wants_people: bool
    wants_door: bool

    @property
    def browsers(self) -> set[str]:
        """Of participants whose page was just opened."""
        return {page.browser for page in self.fresh if page.kind is Kind.INSIDE}


@dataclass
class News:
    """How one room is now."""

    revision: int
    people_in: int
    free_places: int
    people: list[Person] = field(default_factory=list)
    crowd: list[Participant] | None = None
    line: list[int] | None = None  # participants who wait for a seat, in order
    door: list[str] | None = None  # browsers that wait for a place, in order


def look(questions: dict[int, Question]) -> dict[int, News]:
    """How these rooms are, by id. A room that is missing in the answer is deleted."""
    rooms = Room.objects.filter(pk__in=questions).only("revision", "people_in", "capacity", "waiting")
    return {room.pk: _look(room, questions[room.pk]) for room in rooms}


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


def _look(room: Room, question: Question) -> News:
    news = News(room.revision, room.people_in, room.capacity - room.people_in)
    theirs = Participant.objects.filter(room=room.pk)
    if question.seen is not None and question.seen != room.revision:
        news.people += _people(theirs.filter(revision__gt=question.seen))
    for browsers in _chunks(question.browsers):
        news.people += _people(theirs.present().filter(browser__in=browsers))
    if question.is_time and question.wants_people and question.told != room.revision:
        news.crowd = list(theirs.present().crowd()[:SHOWN])
        line = theirs.present().in_line() if room.waiting else theirs.none()
        news.line = list(line.values_list("pk", flat=True))
    if question.is_time and question.wants_door:
        news.door = list(Knock.objects.living().filter(room=room.pk).values_list("browser", flat=True))
    return news


def _people(people: models.QuerySet[Participant]) -> list[Person]:
    return list(people.order_by("revision", "pk").values(*Person.__annotations__))


def _chunks(things: Collection[Any]) -> list[list[Any]]:
    all_of_them = list(things)
    return [all_of_them[start : start + CHUNK] for start in range(0, len(all_of_them), CHUNK)]
