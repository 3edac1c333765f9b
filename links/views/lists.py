"""The two tabs of links, and what a group link is handed out with."""

import io

import segno
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_GET, require_http_methods

from links.forms import NewGroupLinkForm, WindowForm
from links.models import GroupLink, Link
from rooms.models import Role, Room
from rooms.requests import Request

ROWS = 50
# What htmx is answered with, by what it is about to change.
PARTS = {"table": "links/_table.html", "presence": "links/_presence.html"}


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
    link = GroupLink(room=room, created_by=request.user)
    form = NewGroupLinkForm(request.POST or None, instance=link)
    window = WindowForm(request.POST or None, room=room)
    if request.method == "POST" and form.is_valid() & window.is_valid():
        link.starts_at, link.ends_at = window.cleaned_data["starts_at"], window.cleaned_data["ends_at"]
        link.save()
        return redirect("links:groups", room.pk)
    context = {"room": room, "form": form, "window": window}
    return render(
        request, "links/create_group.html", context, status=422 if request.method == "POST" else 200
    )


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
    words = request.GET.get("q", "").replace("\0", "").strip()
    links = (
        Link.objects.kept().filter(room=room, kind=kind).search(words).with_presence().select_related("room")
    )
    state = "not_arrived" if request.GET.get("state") == "not_arrived" else ""
    if state:
        links = links.not_arrived()
    page = Paginator(links.prefetch_related("invitations").order_by("-pk"), ROWS).get_page(
        request.GET.get("page")
    )
    deleted = request.GET.get("deleted", "")
    context = {
        "room": room,
        "tab": kind.value,
        "page": page,
        "words": words,
        "state": state,
        "roles": Role.choices,
        "deleted": Link.objects.filter(room=room, pk=deleted, deleted_at__isnull=False).first()
        if deleted.isdecimal()
        else None,
    }
    return render(request, PARTS.get(request.htmx.target or "", "links/list.html"), context)
