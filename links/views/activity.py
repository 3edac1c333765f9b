"""Who did what in a room, and through a link, and what happened; and the way back."""

from itertools import groupby

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from links import bulk
from links.activity import ROWS, Choice, Place
from links.models import Link
from links.tasks import wake_bulk_changes
from links.undo import NotUndoable, TooMany, Undone, undo
from rooms.models import Activity, Room
from rooms.requests import Request, asked_back_to

KINDS = {
    "changes": gettext_lazy("Changes"),
    "letters": gettext_lazy("Letters"),
    "people": gettext_lazy("People"),
}


class ChoiceForm(forms.Form):
    """Which lines. What is not understood is not asked for."""

    q = forms.CharField(required=False, strip=True)
    what = forms.ChoiceField(required=False, choices=list(KINDS.items()))
    by = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    day = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def choice(self, room: Room, link: Link | None) -> Choice:
        self.full_clean()
        said = self.cleaned_data
        return Choice(
            room,
            link,
            kind=said.get("what", ""),
            by=said.get("by"),
            words=said.get("q", ""),
            day=said.get("day"),
        )


@require_GET
@login_required
def of_room(request: Request, room_pk: int) -> HttpResponse:
    return _page(request, chosen(request, room_pk=room_pk), "links/activity.html")


@require_GET
@login_required
def of_link(request: Request, pk: int) -> HttpResponse:
    return _page(request, chosen(request, link_pk=pk), "links/activity_of_link.html")


@require_POST
@login_required
def undo_one(request: Request, pk: int) -> HttpResponse:
    done = get_object_or_404(Activity.objects.filter(room__administrators=request.user), pk=pk)
    try:
        _tell(request, undo(done, by=request.user))
    except NotUndoable:
        messages.error(request, _("This is undone already, or it is too long ago."))
    except TooMany:
        return _hand_over(request, done)
    return redirect(_back(request, done))


def _hand_over(request: Request, done: Activity) -> HttpResponse:
    """More than one request takes back: a worker does, and one sees how far it is."""
    change = bulk.undo(done, request.user)
    if change is None:
        messages.error(request, _("This is undone already, or it is too long ago."))
        return redirect(_back(request, done))
    wake_bulk_changes()
    return redirect("links:bulk", change.pk)


def chosen(request: Request, *, room_pk: int | None = None, link_pk: int | None = None) -> Choice:
    """What the address asks for, of a room that is theirs; of a link that is deleted, too."""
    link = None
    if link_pk:
        theirs = Link.objects.filter(room__administrators=request.user).select_related("room")
        link = get_object_or_404(theirs, pk=link_pk)
    room = link.room if link else get_object_or_404(Room.objects.managed_by(request.user), pk=room_pk)
    return ChoiceForm({name: str(value).replace("\0", "") for name, value in request.GET.items()}).choice(
        room, link
    )


def _page(request: Request, choice: Choice, page: str) -> HttpResponse:
    before = Place.read(request.GET.get("before", ""), request.GET.get("than", ""))
    lines = choice.lines(before, ROWS + 1)
    shown = lines[:ROWS]
    zone = choice.room.zone
    context = {
        "room": choice.room,
        "link": choice.link,
        "tab": "activity",
        "choice": choice,
        "days": [
            (day, list(those)) for day, those in groupby(shown, lambda line: line.at.astimezone(zone).date())
        ],
        "next": shown[-1].place if len(lines) > ROWS else None,
        "is_first": before is None,
        "is_asked_for": any((choice.kind, choice.by, choice.words, choice.day, before)),
        "administrators": choice.room.administrators.order_by("name", "email"),
        "kinds": KINDS.items(),
    }
    return render(request, "links/_activity.html" if request.htmx else page, context)


def _tell(request: Request, undone: Undone) -> None:
    taken = ngettext(
        "Taken back: %(number)d link is as it was before.",
        "Taken back: %(number)d links are as they were before.",
        undone.taken,
    )
    left = ngettext(
        "%(number)d link has been changed since, and stays as it is.",
        "%(number)d links have been changed since, and stay as they are.",
        undone.left,
    )
    if undone.taken:
        messages.success(request, taken % {"number": undone.taken})
    if undone.left:
        messages.warning(request, left % {"number": undone.left})


def _back(request: Request, done: Activity) -> str:
    return asked_back_to(request) or reverse("links:activity", args=[done.room_id])
