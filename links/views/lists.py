"""The two tabs of links, and what a group link is handed out with."""

import io
from typing import Any

import segno
from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import replace_url

from links.forms import NewGroupLinkForm, WindowForm, as_typed
from links.models import GroupLink, Link, LinkQuerySet
from links.search import Search
from links.views.asking import Asking
from rooms.models import Role, Room
from rooms.requests import Request

ROWS = 50
# What htmx is answered with, by what it is about to change.
PARTS = {"table": "links/_found.html", "presence": "links/_presence.html"}


@require_GET
@login_required
def guests(request: Request, room_pk: int) -> HttpResponse:
    return _list(request, room_pk, Link.Kind.GUEST)


@require_GET
@login_required
def groups(request: Request, room_pk: int) -> HttpResponse:
    return _list(request, room_pk, Link.Kind.GROUP)


@login_required
@require_http_methods(["GET", "POST"])
def create_group(request: Request, room_pk: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.managed_by(request.user), pk=room_pk)
    link = GroupLink(room=room)
    form = as_typed(NewGroupLinkForm, request.POST, instance=link)
    window = WindowForm(request.POST or None, room=room)
    if form.is_valid() & window.is_valid():
        link.starts_at, link.ends_at = window.cleaned_data["starts_at"], window.cleaned_data["ends_at"]
        link.add(by=request.user)
        return redirect("links:groups", room.pk)
    context = {"room": room, "form": form, "window": window}
    status = 422 if request.method == "POST" and not window.asks_preset else 200
    return render(request, "links/create_group.html", context, status=status)


@require_GET
@login_required
def qr_page(request: Request, pk: int) -> HttpResponse:
    links = GroupLink.objects.managed_by(request.user).select_related("room")
    link = get_object_or_404(links, pk=pk)
    return render(request, "links/qr.html", {"link": link, "is_living": link.is_living(timezone.now())})


@require_GET
@login_required
def qr_code(request: Request, pk: int) -> HttpResponse:
    link = get_object_or_404(GroupLink.objects.managed_by(request.user), pk=pk)
    picture = io.BytesIO()
    segno.make(link.address, error="m").save(picture, kind="svg", scale=8, light="#fff", title=str(link))
    answer = HttpResponse(picture.getvalue(), content_type="image/svg+xml")
    if "download" in request.GET:
        answer["Content-Disposition"] = f'attachment; filename="{slugify(str(link)) or link.pk}.svg"'
    return answer


def _list(request: Request, room_pk: int, kind: Link.Kind) -> HttpResponse:
    room = get_object_or_404(Room.objects.managed_by(request.user), pk=room_pk)
    search = Search.read(request.GET)
    pks = search.links(room, kind).values_list("pk", flat=True)
    page: Page[Any] = Paginator(pks, ROWS).get_page(request.GET.get("page"))
    # Found and counted by the row alone: what a row shows is looked up for these only.
    page.object_list = Link.objects.as_rows(list(page.object_list))
    context = {
        "room": room,
        "tab": kind.value,
        "page": page,
        "search": search,
        "roles": Role.choices,
        "asking": None if request.htmx else Asking(room),
        "deleted": _deleted(request, room),
    }
    answer = render(request, PARTS.get(request.htmx.target or "", "links/list.html"), context)
    return replace_url(answer, f"?{search.query}") if request.htmx.target == "table" else answer


def _deleted(request: Request, room: Room) -> Link | None:
    """Which link was deleted just now, where that cannot be said in its row."""
    pk = request.GET.get("deleted", "")
    links: LinkQuerySet[Link] = Link.objects.filter(room=room, deleted_at__isnull=False)
    return links.filter(pk=pk).first() if pk.isdecimal() else None
