"""Who came, of a room and a day."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_safe

from invitations.attendance import Attendance, Person, asked_day, attendance_on, day_of, last_day, sheet_rows
from invitations.views.spreadsheets import download
from rooms.models import Room
from rooms.requests import Request

ROWS = 100
PRINTED_ROWS = 1_000  # on one page, to print


@require_safe
@login_required
def attendance(request: Request, room_pk: int) -> HttpResponse:
    found, who = _found(request, room_pk), _who(request)
    rows = PRINTED_ROWS if request.GET.get("rows") == "all" else ROWS
    pages = Paginator[Person](found.people(who), rows)  # type: ignore[arg-type]  # it is only cut
    context = {
        "room": found.room,
        "tab": "attendance",
        "attendance": found,
        "who": who,
        "page": pages.get_page(request.GET.get("page")),
    }
    return render(request, "invitations/attendance.html", context)


@require_GET
@login_required
def export_attendance(request: Request, room_pk: int, ending: str) -> HttpResponse:
    found = _found(request, room_pk)
    rows = sheet_rows(found, _who(request))
    return download(rows, found.room, _("attendance"), ending, found.day.date)


def _found(request: Request, room_pk: int) -> Attendance:
    """Of the day that is asked for, else of the last on which somebody was there."""
    room = get_object_or_404(Room.objects.managed_by(request.user), pk=room_pk)
    now = timezone.now()
    day = asked_day(request.GET.get("day", ""), room.zone) or day_of(last_day(room, now), room.zone)
    return attendance_on(day, room, now)


def _who(request: Request) -> str:
    who = request.GET.get("who", "")
    return who if who in ("came", "missed") else "all"
