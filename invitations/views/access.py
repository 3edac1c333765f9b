"""How administrators answer those who ask for access: one press each."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from invitations import granting
from invitations.granting import Answered, Changed, Granted
from invitations.outbox import TooSoon
from invitations.tasks import wake_outbox
from invitations.views.send import says_unwanted
from links.models import AccessRequest
from links.views.answers import back_to_list
from rooms.requests import Request


@require_POST
@login_required
def grant(request: Request, pk: int) -> HttpResponse:
    asked = _mine(request, pk)
    try:
        granted = granting.grant(asked, request.POST.get("opening", ""), by=request.user)
    except Answered:
        messages.info(request, _says_who_answered(asked))
    except Changed:
        messages.error(
            request, _("The link has changed meanwhile, and nothing was done. Please look at it again.")
        )
    else:
        if granted.letter:
            wake_outbox()
        messages.success(request, _says_what_was_done(asked, granted))
    return redirect(back_to_list(request, asked.link))


@require_POST
@login_required
def decline(request: Request, pk: int) -> HttpResponse:
    asked = _mine(request, pk)
    try:
        granting.decline(asked, by=request.user)
    except Answered:
        messages.info(request, _says_who_answered(asked))
    else:
        messages.success(request, _("Declined: %(who)s") % {"who": asked})
    return redirect(back_to_list(request, asked.link))


def _mine(request: Request, pk: int) -> AccessRequest:
    mine = AccessRequest.objects.managed_by(request.user).select_related("link__room")
    return get_object_or_404(mine, pk=pk)


def _says_who_answered(asked: AccessRequest) -> str:
    asked.refresh_from_db(fields=["answer", "answered_by"])
    if asked.answered_by is None:
        return _("The door is open already: nothing was left to answer.")
    return _("%(administrator)s has answered %(who)s already: %(answer)s.") % {
        "administrator": asked.answered_by,
        "who": asked,
        "answer": asked.get_answer_display(),
    }


def _says_what_was_done(asked: AccessRequest, granted: Granted) -> str:
    if granted.letter:
        words = _("%(who)s can come in, and the letter is on its way.")
    elif not asked.link.is_for_one:
        words = _("%(who)s can come in. There is no letter about a group link: their page opens by itself.")
    elif isinstance(granted.refusal, TooSoon):
        words = _("%(who)s can come in. Their letter is less than a minute old, so there is no other.")
    else:
        return f"{_('%(who)s can come in.') % {'who': asked}} {says_unwanted(asked.link)}"
    return words % {"who": asked}
