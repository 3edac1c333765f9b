"""An administrator's rooms, and the settings of one."""

from copy import copy

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from rooms.forms import AdministratorForm, RoomForm, RoomSettingsForm
from rooms.models import Room
from rooms.requests import Request

ROWS = 50


@require_safe
@login_required
def rooms(request: Request) -> HttpResponse:
    words = request.GET.get("q", "").replace("\0", "").strip()
    found = Room.objects.managed_by(request.user).search(words).order_by(Lower("name"), "pk")
    context = {"page": Paginator(found, ROWS).get_page(request.GET.get("page")), "words": words}
    return render(request, "rooms/_list.html" if request.htmx else "rooms/list.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: Request) -> HttpResponse:
    form = RoomForm(request.POST or None)
    if form.is_valid():
        with transaction.atomic():
            room = form.save()
            room.administrators.add(request.user)
        return redirect("links:guests", room.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "rooms/create.html", {"form": form}, status=status)


@require_safe
@login_required
def room(request: Request, pk: int) -> HttpResponse:
    return redirect("links:guests", my_room(request, pk).pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    room = my_room(request, pk)
    form = RoomSettingsForm(request.POST or None, instance=copy(room))
    if request.method == "POST" and form.is_valid():
        try:
            form.save(by=request.user)
        except IntegrityError:
            form.refuse_after_race()
        else:
            messages.success(request, _("Saved."))
            return redirect("rooms:edit", room.pk)
    return settings_page(request, room, form, AdministratorForm(room=room))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: Request, pk: int) -> HttpResponse:
    room = my_room(request, pk)
    if request.method == "POST":
        with transaction.atomic():
            # Held, lest somebody comes in between the looking for its people and its end.
            get_object_or_404(Room.objects.select_for_update(), pk=room.pk).delete()
        messages.success(request, _("The room “%(room)s” is deleted.") % {"room": room})
        return redirect("rooms:list")
    return render(request, "rooms/delete.html", {"room": room, "links": room.links.kept().count()})


def my_room(request: Request, pk: int) -> Room:
    """Somebody else's room does not exist."""
    return get_object_or_404(Room.objects.managed_by(request.user), pk=pk)


def settings_page(
    request: Request, room: Room, form: RoomSettingsForm, adding: AdministratorForm
) -> HttpResponse:
    context = {
        "room": room,
        "tab": "settings",
        "form": form,
        "adding": adding,
        "administrators": room.administrators.order_by("name", "email"),
    }
    status = 422 if form.is_bound or adding.is_bound else 200
    return render(request, "rooms/edit.html", context, status=status)
