"""The letter before it goes, in each language."""

from collections.abc import Iterator
from copy import copy
from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from invitations.mail import compose
from invitations.models import Invitation
from links.forms import NewGuestLinkForm, WindowForm
from links.models import GuestLink, Link
from rooms.models import Room
from rooms.requests import Request

# A letter has inline styles, because mail programs know no others. It is shown in a frame without scripts.
POLICY = {"style-src": [SELF, UNSAFE_INLINE]}


@csp_update(POLICY)  # type: ignore[arg-type]  # typed for views without arguments
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_room(request: Request, room_pk: int) -> HttpResponse:
    """To somebody; with POST to the guest whose link is being made."""
    room = get_object_or_404(Room.objects.managed_by(request.user), pk=room_pk)
    typed = _typed(request, room) if request.method == "POST" else {}
    somebody = {"name": _("Gina Example"), "email": "gina@example.org", "language": get_language()}
    link = GuestLink(room=room, pk=0, **(somebody | typed))
    return _show(request, link)


@csp_update(POLICY)  # type: ignore[arg-type]  # typed for views without arguments
@require_safe
@login_required
def of_link(request: Request, pk: int) -> HttpResponse:
    return _show(
        request, get_object_or_404(GuestLink.objects.managed_by(request.user).select_related("room"), pk=pk)
    )


def _show(request: Request, link: Link) -> HttpResponse:
    context = {"link": link, "room": link.room, "letters": _letters(request, link)}
    return render(request, "invitations/preview.html", context)


def _letters(request: Request, link: Link) -> Iterator[dict[str, Any]]:
    """In the guest's language first."""
    for code in sorted(dict(settings.LANGUAGES), key=lambda code: code != link.language):
        theirs = copy(link)
        theirs.language = code
        letter = compose(Invitation(pk=0, link=theirs, sent_by=request.user, created_at=timezone.now()))
        html = letter.alternatives[0][0]
        yield {"language": get_language_info(code), "letter": letter, "html": html}


def _typed(request: Request, room: Room) -> dict[str, Any]:
    """What was typed so far and can be used."""
    form, window = NewGuestLinkForm(request.POST, room=room), WindowForm(request.POST, room=room)
    typed = {**form.cleaned_data} if form.is_valid() or form.errors else {}
    dates = window.cleaned_data if window.is_valid() else {}
    bounds = {name: dates.get(name) for name in ("starts_at", "ends_at")}
    return {name: value for name, value in (typed | bounds).items() if value}
