import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults

BACK_IN = 10  # seconds


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: the page says what to do. CSRF_FAILURE_VIEW."""
    return render(request, "csrf_failure.html", status=403)


def failure(request: HttpRequest) -> HttpResponse:
    """Something is broken; or the database is away, and soon back: machines are told which. `handler500`."""
    answer = defaults.server_error(request)
    answer["Cache-Control"] = "no-store"
    if isinstance(sys.exception(), OperationalError | InterfaceError):
        answer.status_code = 503
        answer["Retry-After"] = str(BACK_IN)
    return answer
