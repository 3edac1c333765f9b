"""The door: a GET opens nothing; a person's POST joins."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from links.door import TO_BE_GREETED, Reason, Shut, Unknown, find, is_full, join, why_shut
from links.forms import JoinForm
from links.models import Link
from links.views.shut import show, show_shut, show_unknown
from rooms import metrics
from rooms.browser import browser_of, new_browser, remember
from rooms.limits import Limit, address_block
from rooms.models import Knock
from rooms.requests import Request
from rooms.views.answers import answer_too_often

JOINS = Limit("joins", settings.JOINS_A_MINUTE, 60)


@require_http_methods(["GET", "HEAD", "POST"])
def door(request: Request, address: str) -> HttpResponse:
    browser = browser_of(request) or new_browser()
    try:
        if request.method == "POST":
            answer = _come_in(request, find(address, browser), address, browser)
        else:
            answer = _greet(request, find(address, browser, TO_BE_GREETED))
    except Unknown:
        return _tell_unknown(request)
    remember(answer, browser)
    return answer


def _greet(request: Request, link: Link, form: JoinForm | None = None) -> HttpResponse:
    if reason := why_shut(link, link.read_at):
        return show_shut(request, link, reason)
    knock = Knock.objects.filter(pk=link.own_knock).first() if link.own_knock else None
    if not link.own_pk and is_full(link):
        return _line_up(request, link, knock, form)
    form = form or JoinForm(initial={"name": knock.name if knock else ""})
    context = {"link": link, "room": link.room, "form": form, "is_in": link.own_link == link.pk}
    return show(request, link, "links/door.html", context, status=422 if form.is_bound else 200)


def _line_up(request: Request, link: Link, knock: Knock | None, form: JoinForm | None) -> HttpResponse:
    """Before the door of a full room: asked to wait, or waiting already."""
    if knock is None:
        context = {"link": link, "room": link.room, "form": form or JoinForm()}
        return show(request, link, "links/shut/full.html", context, status=422 if form else 200)
    Knock.objects.filter(pk=knock.pk).renew()
    return show_shut(request, link, Reason.FULL, place=link.ahead + 1, name=knock.name)


def _come_in(request: Request, link: Link, address: str, browser: str) -> HttpResponse:
    form = JoinForm(request.POST)
    if not link.is_for_one and "continue" not in request.POST and not form.is_valid():
        return _greet(request, find(address, browser, TO_BE_GREETED), form)
    name = form.cleaned_data.get("name", "") if form.is_valid() else ""
    how = {"take_over": "take_over" in request.POST, "as_somebody_else": "somebody_else" in request.POST}
    if JOINS.is_over(address_block(request)):
        return answer_too_often(request, JOINS.ends_in)
    try:
        participant = join(link, address, browser, name, **how)
    except Shut as shut:
        metrics.JOINS.labels(shut.reason).inc()
        return show_shut(request, link, shut.reason, place=shut.place, name=name)
    metrics.JOINS.labels("waits" if participant.is_downgraded else "joined").inc()
    return redirect("rooms:inside", link.room_id)


def _tell_unknown(request: Request) -> HttpResponse:
    if request.method == "POST":
        metrics.JOINS.labels("unknown").inc()
    return show_unknown(request)
