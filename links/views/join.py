"""The door: a GET opens nothing; a person's POST joins."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from links.door import Reason, Shut, Unknown, find, is_full, join, why_shut
from links.forms import JoinForm
from links.models import Link
from rooms.browser import browser_of, new_browser, remember
from rooms.requests import Request
from rooms.views.answers import answer_guest

STATUS = {Reason.EXPIRED: 410, Reason.FULL: 409, Reason.IN_USE: 409}
# A page that waits asks again by itself.
TRY_AGAIN = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)


@require_http_methods(["GET", "HEAD", "POST"])
def door(request: Request, address: str) -> HttpResponse:
    browser = browser_of(request) or new_browser()
    try:
        link = find(address, browser)
    except Unknown:
        return _unknown(request)
    answer = _come_in(request, link, address, browser) if request.method == "POST" else _greet(request, link)
    remember(answer, browser)
    return answer


def _greet(request: Request, link: Link, form: JoinForm | None = None) -> HttpResponse:
    reason = why_shut(link, timezone.now())
    if reason:
        return _shut(request, link, reason)
    if not link.own_pk and is_full(link.room):
        return _shut(request, link, Reason.FULL)
    context = {"link": link, "room": link.room, "form": form or JoinForm(), "is_in": link.own_link == link.pk}
    return answer_guest(
        request, "links/door.html", context, language=link.language, status=422 if form else 200
    )


def _come_in(request: Request, link: Link, address: str, browser: str) -> HttpResponse:
    form = JoinForm(request.POST)
    if not link.is_for_one and "continue" not in request.POST and not form.is_valid():
        return _greet(request, link, form)
    name = form.cleaned_data.get("name", "") if form.is_valid() else ""
    try:
        join(
            link,
            address,
            browser,
            name,
            take_over="take_over" in request.POST,
            as_somebody_else="somebody_else" in request.POST,
        )
    except Shut as shut:
        return _shut(request, link, shut.reason)
    except Unknown:
        return _unknown(request)
    return redirect("rooms:inside", link.room_id)


def _shut(request: Request, link: Link, reason: Reason) -> HttpResponse:
    context = {"link": link, "room": link.room, "reason": reason}
    page, status = f"links/shut/{reason}.html", STATUS.get(reason, 403)
    answer = answer_guest(request, page, context, language=link.language, status=status)
    if reason is Reason.NOT_YET and link.starts_at:
        answer["Refresh"] = str(_seconds(link.starts_at - timezone.now()))
    if reason is Reason.FULL:
        answer["Refresh"] = str(TRY_AGAIN.seconds)
    return answer


def _seconds(left: timedelta) -> int:
    return int(max(timedelta(seconds=1), min(left, LONGEST_WAIT)).total_seconds()) + 1


def _unknown(request: Request) -> HttpResponse:
    return answer_guest(request, "links/unknown.html", {}, status=404)
