"""How a guest's page is answered: in their language, and kept by nobody on the way."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers

from rooms.limits import Limit, address_block

# A class that opens a link which was replaced stays far below; a thousand guesses of 128 bits open nothing.
WRONG = Limit("wrong address", 120, 600)


def answer_guest(
    request: HttpRequest, template: str, context: dict[str, Any], *, language: str = "", status: int = 200
) -> HttpResponse:
    """In the language that the guest has chosen here, else in the one given, else in the browser's."""
    language = _chosen_language(request) or language or translation.get_language() or ""
    with translation.override(language):
        answer = render(request, template, context, status=status)
    answer["Content-Language"] = language
    add_never_cache_headers(answer)
    return answer


def answer_unknown(request: HttpRequest, template: str) -> HttpResponse:
    """There is nothing at this address. Who tries many is told to wait; a right one opens meanwhile."""
    if WRONG.is_over(address_block(request)):
        return answer_too_often(request, WRONG.ends_in)
    return answer_guest(request, template, {}, status=404)


def answer_too_often(request: HttpRequest, seconds: int) -> HttpResponse:
    """Says in how many seconds to come back (RFC 6585, 4, and RFC 9110, 10.2.3)."""
    answer = answer_guest(request, "429.html", {"minutes": -(-seconds // 60)}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def _chosen_language(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else ""
