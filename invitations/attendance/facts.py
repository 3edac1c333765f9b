"""A day of a room: who came, who did not, and the days before and after."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max

from invitations.attendance.day import Day
from invitations.attendance.people import Everybody, Person, Stay, missed_on, people_of, stays_on
from invitations.attendance.picture import Picture, picture_of
from invitations.models import State
from links.models import NOT_ARRIVED, LinkQuerySet
from rooms.models import Participant, Room
from rooms.models.participant import ParticipantQuerySet

TICK = timedelta.resolution


@dataclass(frozen=True)
class Attendance:
    room: Room
    day: Day
    now: datetime
    came: list[Person]
    missed: LinkQuerySet[Any]
    missed_letters: Counter[str]
    picture: Picture | None
    earlier: dt.date | None
    later: dt.date | None

    @property
    def number_came(self) -> int:
        return len(self.came)

    @property
    def number_missed(self) -> int:
        return self.missed_letters.total()

    @property
    def number(self) -> int:
        return self.number_came + self.number_missed

    @property
    def invited(self) -> int:
        return self.number_missed + sum(person.is_guest for person in self.came)

    @property
    def letters(self) -> Counter[str]:
        """How many newest letters of the invited are in each state."""
        return self.missed_letters + Counter(person.letter_state for person in self.came)

    @property
    def letters_gone(self) -> int:
        return self.letters[State.SENT] + self.letters[State.DELIVERED]

    @property
    def letters_delivered(self) -> int:
        return self.letters[State.DELIVERED]

    @property
    def letters_lost(self) -> int:
        return sum(self.letters[state] for state in NOT_ARRIVED)

    @property
    def minutes(self) -> int:
        """Person-minutes."""
        return sum((person.length for person in self.came), timedelta()) // timedelta(minutes=1)

    @property
    def is_over(self) -> bool:
        return self.day.end <= self.now

    @property
    def is_empty_for_ever(self) -> bool:
        """Nobody was ever here."""
        return not (self.came or self.earlier or self.later)

    def people(self, who: str) -> Everybody:
        """`came`, `missed`, or all of them."""
        came = [] if who == "missed" else self.came
        if who == "came":
            return Everybody(came, self.missed.none(), 0)
        return Everybody(came, self.missed, self.number_missed)


def attendance_on(day: Day, room: Room, now: datetime) -> Attendance:
    stays, missed = stays_on(day, room), missed_on(day, room)
    of_each_state = missed.order_by().values_list("letter").annotate(number=Count("pk"))
    spans = [day.cut(stay.joined_at, stay.left_at or now) for stay in stays]
    return Attendance(
        room=room,
        day=day,
        now=now,
        came=people_of(stays, day, now),
        missed=missed,
        missed_letters=Counter({state or "": number for state, number in of_each_state}),
        picture=picture_of(spans, room.zone, room.quota) if spans else None,
        earlier=_earlier(day, room, stays),
        later=_later(day, room, stays, now),
    )


def last_day(room: Room, now: datetime) -> dt.date:
    """The last on which somebody was there; today, if nobody ever was."""
    stays = _stays_in(room)
    last = None if stays.present().exists() else stays.aggregate(last=Max("left_at"))["last"]
    return _last_date_before(last, room) if last else now.astimezone(room.zone).date()


def _earlier(day: Day, room: Room, stays: list[Stay]) -> dt.date | None:
    if stays and stays[0].joined_at < day.start:
        return day.date - timedelta(days=1)
    last = _stays_in(room).filter(left_at__lte=day.start).aggregate(last=Max("left_at"))["last"]
    return _last_date_before(last, room) if last else None


def _later(day: Day, room: Room, stays: list[Stay], now: datetime) -> dt.date | None:
    if any((stay.left_at or now) > day.end for stay in stays):
        return day.date + timedelta(days=1)
    joins = _stays_in(room).filter(joined_at__gte=day.end).order_by("joined_at")
    first = joins.values_list("joined_at", flat=True).first()
    return first.astimezone(room.zone).date() if first else None


def _stays_in(room: Room) -> ParticipantQuerySet:
    return Participant.objects.stays().filter(room=room)


def _last_date_before(end: datetime, room: Room) -> dt.date:
    """Who left at midnight was there on the day that it ended."""
    return (end - TICK).astimezone(room.zone).date()
