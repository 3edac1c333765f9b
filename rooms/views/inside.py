"""The page of one who is in a room, or was. No account, no session: a cookie says who they are."""

from datetime import timedelta
from typing import Any

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from rooms import seating
from rooms.browser import browser_of
from rooms.models import Participant
from rooms.models.participant import Ending
from rooms.views.answers import answer_guest

SHOWN = 100
LOAD_AGAIN = timedelta(seconds=20)
FIRST_VERSION = 1
MAY_COME_BACK = {Ending.LEFT, Ending.LOST, Ending.ELSEWHERE, Ending.REMOVED}


@require_safe
def inside(request: HttpRequest, pk: int) -> HttpResponse:
    participant = _oneself(request, pk)
    if participant.is_present and not seating.renew(participant):
        participant = _oneself(request, pk)
    return _here(request, participant) if participant.is_present else _out(request, participant)


@require_POST
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    seating.leave(_oneself(request, pk))
    return redirect("rooms:inside", pk)


def _oneself(request: HttpRequest, pk: int) -> Participant:
    """Whom this browser is in the room, else whom it was last."""
    browser = browser_of(request)
    theirs = Participant.objects.filter(room=pk, browser=browser).select_related("room", "link")
    participant: Participant | None = theirs.order_by(F("left_at").desc(nulls_first=True), "-pk").first()
    if not browser or participant is None:
        raise Http404
    return participant


def _here(request: HttpRequest, participant: Participant) -> HttpResponse:
    room = participant.room
    others = room.participants.present().exclude(pk=participant.pk).order_by("joined_at", "pk")
    shown = list(others[:SHOWN])
    context = {"others": shown, "more": max(room.people_in - 1 - len(shown), 0) if len(shown) == SHOWN else 0}
    answer = _answer(request, "rooms/inside.html", participant, context)
    answer["Refresh"] = str(LOAD_AGAIN.seconds)
    return answer


def _out(request: HttpRequest, participant: Participant) -> HttpResponse:
    is_barred = participant.barred_until is not None and participant.barred_until > timezone.now()
    link = participant.link
    may_come_back = participant.ending in MAY_COME_BACK and not is_barred
    # Whoever came in by an address that was replaced must not learn the new one from us.
    is_known = link is not None and link.deleted_at is None and link.version == FIRST_VERSION
    way_back = link.address if link and is_known and may_come_back else ""
    context = {"is_barred": is_barred, "may_come_back": may_come_back, "way_back": way_back}
    return _answer(request, "rooms/out.html", participant, context)


def _answer(
    request: HttpRequest, template: str, participant: Participant, context: dict[str, Any]
) -> HttpResponse:
    context |= {"participant": participant, "room": participant.room}
    language = participant.link.language if participant.link else ""
    return answer_guest(request, template, context, language=language)
