"""How a guest's page is answered: in their language, and kept by nobody on the way."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers


def answer_guest(
    request: HttpRequest, template: str, context: dict[str, Any], *, language: str = "", status: int = 200
) -> HttpResponse:
    """In the language that the guest has chosen here, else in the one given, else in the browser's."""
    language = _chosen_language(request) or language or translation.get_language() or ""
    with translation.override(language):
        answer = render(request, template, context, status=status)
    answer["Content-Language"] = language
    answer["Referrer-Policy"] = "no-referrer"
    add_never_cache_headers(answer)
    return answer


def _chosen_language(request: HttpRequest) -> str:
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in dict(settings.LANGUAGES) else ""
