import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template.loader import get_template
from django.urls import reverse
from structlog.contextvars import get_contextvars

from rooms.views.answers import answer_too_often

BACK_IN = 10  # seconds
# Seconds after which allauth's limits end (config/accounts.py): that of letters to one address is the longer.
A_MINUTE, AN_HOUR = 60, 3600


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: the page says what to do. CSRF_FAILURE_VIEW."""
    return render(request, "csrf_failure.html", status=403)


def failure(request: HttpRequest) -> HttpResponse:
    """Something is broken, or, when the database is away, soon back: machines are told which. handler500.

    Drawn by no context processor, for any may be what is broken. The code stands in the log's lines.
    """
    context = {"code": get_contextvars().get("request_id")}
    answer = HttpResponseServerError(get_template("500.html").render(context))
    answer["Cache-Control"] = "no-store"
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        answer.status_code = 503
        answer["Retry-After"] = str(BACK_IN)
    return answer


def too_often(request: HttpRequest) -> HttpResponse:
    """What allauth limits: logging in, asking for a new password. handler429."""
    is_letter = request.path == reverse("account_reset_password")
    return answer_too_often(request, AN_HOUR if is_letter else A_MINUTE)
