"""Spreadsheets to download: a room's links, its activity, and an empty one to fill in."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from invitations import exporting
from invitations.exporting import activity_rows
from invitations.spreadsheets import csv_lines, csv_of, xlsx_of
from links.activity import Choice
from links.models import Link, LinkQuerySet
from links.search import Search
from links.selection import Selection
from links.views.activity import chosen
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
    return _export(room, Link.Kind.GUEST, Search.read(request.GET).links(room, Link.Kind.GUEST), ending)


@require_GET
@login_required
def export_groups(request: Request, room_pk: int, ending: str) -> HttpResponse:
    room = _room(request, room_pk)
    return _export(room, Link.Kind.GROUP, Search.read(request.GET).links(room, Link.Kind.GROUP), ending)


@require_POST
@login_required
def export_selected(request: Request, room_pk: int, ending: str) -> HttpResponse:
    room = _room(request, room_pk)
    selection = Selection.read(room, request.POST)
    if not selection.links.exists():
        messages.error(request, _("Please select links first."))
        return redirect(selection.list_url)
    return _export(room, selection.kind, selection.links, ending)


@require_GET
@login_required
def export_activity(request: Request, room_pk: int, ending: str) -> HttpResponseBase:
    choice = chosen(request, room_pk=room_pk)
    return _download_activity(choice, _("activity"), ending)


@require_GET
@login_required
def export_activity_of_link(request: Request, pk: int, ending: str) -> HttpResponseBase:
    choice = chosen(request, link_pk=pk)
    return _download_activity(choice, f"{choice.link} {_('activity')}", ending)


@require_GET
@login_required
def template(request: Request, room_pk: int, ending: str) -> HttpResponse:
    room = _room(request, room_pk)
    return download(exporting.template_rows(room), room, _("template"), ending)


def _room(request: Request, pk: int) -> Room:
    return get_object_or_404(Room.objects.managed_by(request.user), pk=pk)


def _export(room: Room, kind: Link.Kind, found: LinkQuerySet[Link], ending: str) -> HttpResponse:
    if kind == Link.Kind.GUEST:
        return download(exporting.guest_rows(room, found), room, _("guest links"), ending)
    return download(exporting.group_rows(room, found), room, _("group links"), ending)


def _download_activity(choice: Choice, what: str, ending: str) -> HttpResponseBase:
    """As CSV while it is read: it may be long."""
    rows = activity_rows(choice)
    if ending != "csv":
        return download(rows, choice.room, what, ending)
    answer = StreamingHttpResponse(csv_lines(rows), content_type=WRITERS["csv"][1])
    answer["Content-Disposition"] = _disposition(choice.room, what, ending)
    return answer


def download(
    rows: Iterable[Sequence[str]], room: Room, what: str, ending: str, day: date | None = None
) -> HttpResponse:
    """The rows as a file, which is named after its room and today or another day."""
    if ending not in WRITERS:
        raise Http404
    write, content_type = WRITERS[ending]
    return HttpResponse(
        write(rows),
        content_type=content_type,
        headers={"Content-Disposition": _disposition(room, what, ending, day)},
    )


def _disposition(room: Room, what: str, ending: str, day: date | None = None) -> str:
    day = day or timezone.now().astimezone(room.zone).date()
    name = slugify(f"{room.name} {what} {day}", allow_unicode=True)
    return content_disposition_header(as_attachment=True, filename=f"{name}.{ending}") or ""
