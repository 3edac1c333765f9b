"""What is said at a door that does not open."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse

from links import addresses
from links.door import Reason
from links.forms import AskForm
from links.models import AccessRequest, Link
from rooms.browser import browser_of
from rooms.requests import Request
from rooms.views.answers import answer_guest, answer_unknown

LONGEST_WAIT = timedelta(hours=1)


def show_shut(request: Request, link: Link, reason: Reason, **context: Any) -> HttpResponse:
    """Answered with 200: the page is what was asked for, and says all that there is to say."""
    page = "links/shut/waiting.html" if reason is Reason.FULL else f"links/shut/{reason}.html"
    if reason.is_the_links:
        context |= _asking(request, link)
    answer = show(request, link, page, {"link": link, "room": link.room, **context})
    if reason is Reason.NOT_YET and link.starts_at and not context["has_asked"]:
        answer["Refresh"] = str(_seconds(link.starts_at - link.read_at))
    return answer


def show(
    request: Request, link: Link, page: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    return answer_guest(request, page, context, language=link.language, status=status)


def show_unknown(request: Request) -> HttpResponse:
    return answer_unknown(request, "links/unknown.html")


def _asking(request: Request, link: Link) -> dict[str, Any]:
    """The same whether it was written down, came too often or was declined."""
    theirs = AccessRequest.objects.of(link, browser_of(request)).pending()
    return {
        "has_asked": "asked" in request.GET or theirs.exists(),
        "form": AskForm(link=link),
        "address": addresses.sign(link.pk, link.version),
    }


def _seconds(left: timedelta) -> int:
    return int(max(timedelta(seconds=1), min(left, LONGEST_WAIT)).total_seconds()) + 1
