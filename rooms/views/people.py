"""Who is in a room, and what an administrator does with one of them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from rooms import seating
from rooms.browser import browser_of, new_browser, remember
from rooms.forms import ROLES_OF_PEOPLE, PersonRoleForm
from rooms.models import Participant, Room
from rooms.requests import Request
from rooms.seating import NotAdmitted
from rooms.views.rooms import my_room

ROWS = 100


@require_safe
@login_required
def people(request: Request, pk: int) -> HttpResponse:
    context = _context(request, my_room(request, pk))
    return render(request, "rooms/_people_answer.html" if request.htmx else "rooms/people.html", context)


@require_POST
@login_required
def enter(request: Request, pk: int) -> HttpResponse:
    """An administrator comes in, as a moderator and without a link."""
    room, browser = my_room(request, pk), browser_of(request) or new_browser()
    try:
        seating.admit_administrator(room, str(request.user), browser)
    except NotAdmitted:
        messages.error(request, _("The room is full."))
        return redirect("rooms:people", pk)
    answer = redirect("rooms:inside", pk)
    remember(answer, browser)
    return answer


@require_POST
@login_required
def role(request: Request, pk: int, participant_pk: int) -> HttpResponse:
    participant, form = _somebody(request, pk, participant_pk), PersonRoleForm(request.POST)
    if form.is_valid():
        seating.give_role(participant, form.cleaned_data["role"], by=request.user)
    return _answer(request, pk)


@require_POST
@login_required
def remove(request: Request, pk: int, participant_pk: int) -> HttpResponse:
    seating.remove(_somebody(request, pk, participant_pk), by=request.user)
    return _answer(request, pk)


@require_POST
@login_required
def lift_bar(request: Request, pk: int, participant_pk: int) -> HttpResponse:
    seating.let_back(_somebody(request, pk, participant_pk), by=request.user)
    return _answer(request, pk)


def _somebody(request: Request, pk: int, participant_pk: int) -> Participant:
    theirs = Participant.objects.filter(room=pk, room__administrators=request.user)
    return get_object_or_404(theirs, pk=participant_pk)


def _answer(request: Request, pk: int) -> HttpResponse:
    """One change moves others too: whoever waited may sit now. So all of it is drawn again."""
    if request.htmx:
        return render(request, "rooms/_people_answer.html", _context(request, my_room(request, pk)))
    page = request.GET.get("page", "")
    query = f"?page={page}" if page.isdecimal() else ""
    return redirect(reverse("rooms:people", args=[pk]) + query)


def _context(request: Request, room: Room) -> dict[str, object]:
    inside = room.participants.present().select_related("link").order_by("joined_at", "pk")
    return {
        "room": room,
        "tab": "people",
        "page": Paginator(inside, ROWS).get_page(request.GET.get("page")),
        "roles": ROLES_OF_PEOPLE,
        "barred": room.participants.barred().select_related("link").order_by("barred_until", "pk"),
    }
