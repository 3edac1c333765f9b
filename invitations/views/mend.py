"""Letters that did not arrive: another address, another try."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from invitations import mending
from invitations.forms import CorrectionForm
from invitations.mending import Tally
from invitations.outbox import DeadLink, TooSoon, Unwanted
from invitations.tasks import wake_outbox
from invitations.views.send import says_unwanted, says_what_to_change, says_when
from links.models import GuestLink
from links.views.answers import back_to_list
from rooms.models import Room
from rooms.requests import Request


@login_required
@require_http_methods(["GET", "POST"])
def correct(request: Request, pk: int) -> HttpResponse:
    """Another address for a guest, and the letter again."""
    link = get_object_or_404(GuestLink.objects.managed_by(request.user).select_related("room"), pk=pk)
    # The form writes on the link that it is given, before it is known to be right.
    form = CorrectionForm(request.POST or None, instance=GuestLink.objects.get(pk=pk), room=link.room)
    if request.method == "POST" and form.is_valid() and _is_corrected(request, link, form):
        wake_outbox()
        messages.success(request, _("The letter to %(guest)s is on its way.") % {"guest": link.name})
        return redirect(back_to_list(request, link))
    return render(
        request, "invitations/correct.html", {"link": link, "form": form}, status=422 if form.errors else 200
    )


@require_POST
@login_required
def resend_all(request: Request, room_pk: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.managed_by(request.user), pk=room_pk)
    tally = mending.resend_all(room, by=request.user)
    if tally.sent:
        wake_outbox()
    messages.add_message(request, messages.SUCCESS if tally.sent else messages.INFO, _says_how_many(tally))
    return redirect(f"{reverse('links:guests', args=[room.pk])}?state=not_arrived")


def _is_corrected(request: Request, link: GuestLink, form: CorrectionForm) -> bool:
    try:
        mending.correct(link, form.cleaned_data["email"], by=request.user)
    except TooSoon as too_soon:
        form.add_error("email", says_when(too_soon))
    except DeadLink:
        form.add_error("email", says_what_to_change(link))
    except Unwanted:
        form.add_error("email", says_unwanted(link))
    except IntegrityError:  # another link has taken this address meanwhile
        form.add_error("email", _("This e-mail address has a link in this room already."))
    return not form.errors


def _says_how_many(tally: Tally) -> str:
    sentences = [
        ngettext("%(number)d letter is on its way.", "%(number)d letters are on their way.", tally.sent)
        % {"number": tally.sent}
    ]
    if tally.too_soon:
        words = ngettext(
            "%(number)d guest had one less than a minute ago: please try again in a minute.",
            "%(number)d guests had one less than a minute ago: please try again in a minute.",
            tally.too_soon,
        )
        sentences.append(words % {"number": tally.too_soon})
    if tally.dead:
        words = ngettext(
            "%(number)d link is switched off, has expired or gives no access: change that first.",
            "%(number)d links are switched off, have expired or give no access: change that first.",
            tally.dead,
        )
        sentences.append(words % {"number": tally.dead})
    if tally.unwanted:
        words = ngettext(
            "%(number)d guest has asked for no more letters.",
            "%(number)d guests have asked for no more letters.",
            tally.unwanted,
        )
        sentences.append(words % {"number": tally.unwanted})
    return " ".join(sentences)
