"""The door: a GET opens nothing; a person's POST joins."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from links.door import Reason, Shut, Unknown, find, is_full, join, why_shut
from links.forms import JoinForm
from links.models import Link
from rooms.browser import browser_of, new_browser, remember
from rooms.models import Knock
from rooms.requests import Request
from rooms.views.answers import answer_guest

STATUS = {Reason.EXPIRED: 410, Reason.FULL: 409, Reason.IN_USE: 409}
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
    if reason := why_shut(link, timezone.now()):
        return _shut(request, link, reason)
    knock = Knock.objects.filter(pk=link.own_knock).first() if link.own_knock else None
    if not link.own_pk and is_full(link):
        return _line_up(request, link, knock, form)
    form = form or JoinForm(initial={"name": knock.name if knock else ""})
    context = {"link": link, "room": link.room, "form": form, "is_in": link.own_link == link.pk}
    return _answer(request, link, "links/door.html", context, status=422 if form.is_bound else 200)


def _line_up(request: Request, link: Link, knock: Knock | None, form: JoinForm | None) -> HttpResponse:
    """Before the door of a full room: asked to wait, or waiting already."""
    if knock is None:
        context = {"link": link, "room": link.room, "form": form or JoinForm()}
        status = 422 if form else STATUS[Reason.FULL]
        return _answer(request, link, "links/shut/full.html", context, status=status)
    Knock.objects.filter(pk=knock.pk).renew()
    return _shut(request, link, Reason.FULL, place=link.ahead + 1, name=knock.name)


def _come_in(request: Request, link: Link, address: str, browser: str) -> HttpResponse:
    form = JoinForm(request.POST)
    if not link.is_for_one and "continue" not in request.POST and not form.is_valid():
        return _greet(request, link, form)
    name = form.cleaned_data.get("name", "") if form.is_valid() else ""
    how = {"take_over": "take_over" in request.POST, "as_somebody_else": "somebody_else" in request.POST}
    try:
        join(link, address, browser, name, **how)
    except Shut as shut:
        return _shut(request, link, shut.reason, place=shut.place, name=name)
    except Unknown:
        return _unknown(request)
    return redirect("rooms:inside", link.room_id)


def _shut(request: Request, link: Link, reason: Reason, **context: Any) -> HttpResponse:
    context |= {"link": link, "room": link.room}
    page = "links/shut/waiting.html" if reason is Reason.FULL else f"links/shut/{reason}.html"
    answer = _answer(request, link, page, context, status=STATUS.get(reason, 403))
    if reason is Reason.NOT_YET and link.starts_at:
        answer["Refresh"] = str(_seconds(link.starts_at - timezone.now()))
    return answer


def _answer(request: Request, link: Link, page: str, context: dict[str, Any], *, status: int) -> HttpResponse:
    return answer_guest(request, page, context, language=link.language, status=status)


def _seconds(left: timedelta) -> int:
    return int(max(timedelta(seconds=1), min(left, LONGEST_WAIT)).total_seconds()) + 1


def _unknown(request: Request) -> HttpResponse:
    return answer_guest(request, "links/unknown.html", {}, status=404)
