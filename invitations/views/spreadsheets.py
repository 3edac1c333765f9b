"""Spreadsheets to download: a room's links, and an empty one to fill in."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from invitations import exporting
from invitations.spreadsheets import csv_of, xlsx_of
from rooms.models import Room
from rooms.requests import Request

Writer = Callable[[Iterable[Sequence[str]]], bytes]

WRITERS: dict[str, tuple[Writer, str]] = {
    "csv": (csv_of, "text/csv; charset=utf-8"),
    "xlsx": (xlsx_of, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@require_GET
@login_required
def export_guests(request: Request, room_pk: int, ending: str) -> HttpResponse:
    room = _room(request, room_pk)
    return download(exporting.guest_rows(room, _words(request)), room, _("guest links"), ending)


@require_GET
@login_required
def export_groups(request: Request, room_pk: int, ending: str) -> HttpResponse:
    room = _room(request, room_pk)
    return download(exporting.group_rows(room, _words(request)), room, _("group links"), ending)


@require_GET
@login_required
def template(request: Request, room_pk: int, ending: str) -> HttpResponse:
    room = _room(request, room_pk)
    return download(exporting.template_rows(room), room, _("template"), ending)


def _room(request: Request, pk: int) -> Room:
    return get_object_or_404(Room.objects.managed_by(request.user), pk=pk)


def _words(request: Request) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()


def download(
    rows: Iterable[Sequence[str]], room: Room, what: str, ending: str, day: date | None = None
) -> HttpResponse:
    """The rows as a file, which is named after its room and today or another day."""
    if ending not in WRITERS:
        raise Http404
    write, content_type = WRITERS[ending]
    day = day or timezone.now().astimezone(room.zone).date()
    name = slugify(f"{room.name} {what} {day}", allow_unicode=True)
    disposition = content_disposition_header(as_attachment=True, filename=f"{name}.{ending}")
    return HttpResponse(
        write(rows), content_type=content_type, headers={"Content-Disposition": disposition or ""}
    )
