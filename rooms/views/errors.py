from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: the page says what to do. CSRF_FAILURE_VIEW."""
    return render(request, "csrf_failure.html", status=403)
