"""What guests are told about their data: here, or where the operator says it in their own words."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from operation.privacy import room_in
from rooms.browser import KEPT_FOR
from rooms.views.answers import answer_guest


@require_safe
def privacy(request: HttpRequest, room: str = "") -> HttpResponse:
    if settings.PRIVACY_URL:
        return redirect(settings.PRIVACY_URL)
    context = {"days": _days_kept(room), "bar_hours": settings.BAR_HOURS, "cookie_days": KEPT_FOR.days}
    return answer_guest(request, "operation/privacy.html", context, language=_language(request))


def _days_kept(room: str) -> int | None:
    """Of the room from whose door one comes; else as the site does."""
    found = room_in(room)
    return found.days_kept if found else settings.RETENTION_DAYS or None


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else ""
