"""The attendance of a day as the rows of a spreadsheet: all persons, not a page of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from invitations.attendance.facts import Attendance
from invitations.attendance.people import Person
from rooms.models import Room


def sheet_rows(attendance: Attendance, who: str) -> Iterator[Sequence[str]]:
    zone = attendance.room.zone.key
    yield [
        *(_("Name"), _("E-mail"), _("Came through"), _("Invitation"), _("Came")),
        *(f"{_('First came')} ({zone})", f"{_('Last left')} ({zone})", _("Minutes")),
        *(pgettext("how often", "Times"), _("No seat at first")),
    ]
    for person in attendance.people(who):
        yield _row(person, attendance.room)


def _row(person: Person, room: Room) -> list[str]:
    return [
        *(person.name, person.email, _door(person), _letter(person)),
        _("yes") if person.times else _("no"),
        *(_moment(person.first, room), _moment(person.last, room) or _still_in(person)),
        *(
            [f"{round(person.length / timedelta(minutes=1))}", f"{person.times}"]
            if person.times
            else ["", ""]
        ),
        (_("yes") if person.was_downgraded else _("no")) if person.times else "",
    ]


def _door(person: Person) -> str:
    if person.is_guest:
        return _("Guest link")
    return person.group if person.kind else _("Administrator")


def _letter(person: Person) -> str:
    if person.letter:
        return person.letter.in_words
    return _("not sent") if person.is_guest else ""


def _still_in(person: Person) -> str:
    return _("still in") if person.times else ""


def _moment(instant: datetime | None, room: Room) -> str:
    return f"{instant.astimezone(room.zone):%Y-%m-%d %H:%M}" if instant else ""
