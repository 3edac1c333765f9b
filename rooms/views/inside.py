"""The page of one who is in a room, or was. No account, no session: a cookie says who they are."""

from typing import Any

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from rooms import seating
from rooms.browser import browser_of
from rooms.farewell import farewell
from rooms.live.look import SHOWN
from rooms.models import Participant
from rooms.views.answers import answer_guest


@require_safe
def inside(request: HttpRequest, pk: int) -> HttpResponse:
    participant = _oneself(request, pk)
    # Without JavaScript the page loads itself with `?alive`, which no scanner does.
    if participant.is_present and not seating.renew(participant, connected="alive" in request.GET):
        participant = _oneself(request, pk)
    if not participant.is_present:
        return _answer(request, "rooms/out.html", participant, farewell(participant))
    people = list(participant.room.participants.present().crowd()[:SHOWN])
    context = {"room": participant.room, "people": people, "more": participant.room.people_in - len(people)}
    return _answer(request, "rooms/inside.html", participant, context)


@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    seating.leave(_oneself(request, pk))
    return redirect("rooms:inside", pk)


def _oneself(request: HttpRequest, pk: int) -> Participant:
    """Whom this browser is in the room, else whom it was last."""
    browser = browser_of(request)
    theirs = Participant.objects.of_browser(browser, pk).select_related("room", "link")
    participant: Participant | None = theirs.order_by(F("left_at").desc(nulls_first=True), "-pk").first()
    if not browser or participant is None:
        raise Http404
    return participant


def _answer(
    request: HttpRequest, template: str, participant: Participant, context: dict[str, Any]
) -> HttpResponse:
    language = participant.link.language if participant.link else ""
    return answer_guest(request, template, context | {"participant": participant}, language=language)
