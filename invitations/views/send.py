from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from invitations import outbox
from invitations.forms import SendForm
from invitations.outbox import DeadLink, NothingToCancel, TooSoon, Unwanted
from invitations.tasks import wake_outbox
from links.forms import NewGuestLinkForm, WindowForm, as_typed
from links.models import GuestLink, Link
from links.views.answers import answer_with_row, back_to_list
from rooms.models import Room
from rooms.requests import Request


@login_required
@require_http_methods(["GET", "POST"])
def invite(request: Request, room_pk: int) -> HttpResponse:
    """A new guest link, and its letter: both or neither."""
    room = get_object_or_404(Room.objects.managed_by(request.user), pk=room_pk)
    link = GuestLink(room=room, language=get_language())
    form = as_typed(NewGuestLinkForm, request.POST, instance=link, room=room)
    window, send = WindowForm(request.POST or None, room=room), as_typed(SendForm, request.POST)
    if form.is_valid() & window.is_valid() & send.is_valid():
        link.starts_at, link.ends_at = window.cleaned_data["starts_at"], window.cleaned_data["ends_at"]
        try:
            _create(request, link, send=send.cleaned_data["send"])
        except IntegrityError:  # the same address from another window, a moment ago
            form.add_error("email", _("This e-mail address has a link in this room already."))
        else:
            return redirect("links:guests", room.pk)
    context = {"room": room, "form": form, "window": window, "send": send}
    status = 422 if request.method == "POST" and not window.asks_preset else 200
    return render(request, "invitations/invite.html", context, status=status)


@require_POST
@login_required
def resend(request: Request, pk: int) -> HttpResponse:
    link = get_object_or_404(GuestLink.objects.managed_by(request.user).select_related("room"), pk=pk)
    try:
        outbox.resend(link, by=request.user)
    except TooSoon as too_soon:
        messages.error(request, says_when(too_soon))
    except DeadLink:
        messages.error(request, says_what_to_change(link))
    except Unwanted:
        messages.error(request, says_unwanted(link))
    else:
        wake_outbox()
        messages.success(request, _("The letter to %(guest)s is on its way.") % {"guest": link.name})
    return answer_with_row(request, link)


@require_POST
@login_required
def cancel(request: Request, pk: int) -> HttpResponse:
    """Tell the guest that their link is deleted."""
    links = GuestLink.objects.filter(room__administrators=request.user).select_related("room")
    link = get_object_or_404(links, pk=pk)
    try:
        outbox.cancel(link, by=request.user)
    except NothingToCancel:
        messages.error(request, _("There is nothing to cancel: %(guest)s knows.") % {"guest": link.name})
    else:
        wake_outbox()
        messages.success(request, _("The letter to %(guest)s is on its way.") % {"guest": link.name})
    if request.htmx:
        return render(request, "links/_deleted_row.html", {"link": link})
    return redirect(back_to_list(request, link))


def _create(request: Request, link: GuestLink, *, send: bool) -> None:
    with transaction.atomic():
        link.add(by=request.user)
        if send:
            outbox.invite(link, by=request.user)
            wake_outbox()


def says_when(too_soon: TooSoon) -> str:
    seconds = max(1, round((too_soon.at - timezone.now()).total_seconds()))
    words = ngettext(
        "One letter a minute: please try again in %(seconds)d second.",
        "One letter a minute: please try again in %(seconds)d seconds.",
        seconds,
    )
    return words % {"seconds": seconds}


def says_unwanted(link: Link) -> str:
    words = _("%(guest)s has asked for no more letters. You can still hand out the link yourself.")
    return words % {"guest": link.name}


def says_what_to_change(link: Link) -> str:
    if not link.granted_role.may_enter:
        return _("%(guest)s has no access. Choose another role first, then send the letter.") % {
            "guest": link.name
        }
    if not link.is_active:
        return _("This link is switched off. Switch it on first, then send the letter.")
    return _("This link has expired. Set a later end first, then send the letter.")
