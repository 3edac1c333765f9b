"""Somebody before a door that is shut asks those who run the room to open it."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from links import addresses
from links.door import Unknown, find, why_shut
from links.forms import AskForm
from links.models import AccessRequest, Link
from links.views.shut import show, show_unknown
from rooms.browser import browser_of, new_browser, remember
from rooms.limits import Limit, address_block
from rooms.requests import Request
from rooms.views.answers import answer_too_often

EACH_LINK = Limit("access link", 30, 600)
EACH_BLOCK = Limit("access block", 30, 600)


@require_http_methods(["GET", "HEAD", "POST"])
def ask_access(request: Request, address: str) -> HttpResponse:
    """Always answered alike, whether or not anybody reads it."""
    browser = browser_of(request) or new_browser()
    try:
        link = find(address, browser)
    except Unknown:
        return show_unknown(request)
    door = reverse("links:door", args=[address])
    reason = why_shut(link, link.read_at)
    if reason is None or not reason.is_the_links:
        return redirect(door)
    if request.method != "POST":
        return _show_form(request, link, AskForm(link=link, initial=_said_before(link, browser)))
    form = AskForm(request.POST, link=link)
    if not form.is_valid():
        return _show_form(request, link, form)
    if EACH_BLOCK.is_over(address_block(request)):
        return answer_too_often(request, EACH_BLOCK.ends_in)
    if not EACH_LINK.is_over(link.pk):  # silently: others have asked, and whoever reads it has enough to read
        AccessRequest.objects.ask(link, browser, **form.cleaned_data)
    answer = redirect(f"{door}?asked")
    remember(answer, browser)
    return answer


def _show_form(request: Request, link: Link, form: AskForm) -> HttpResponse:
    context = {
        "link": link,
        "room": link.room,
        "form": form,
        "address": addresses.sign(link.pk, link.version),
    }
    return show(request, link, "links/ask_access.html", context, status=422 if form.is_bound else 200)


def _said_before(link: Link, browser: str) -> dict[str, str]:
    asked = AccessRequest.objects.of(link, browser).unanswered().first()
    return {"name": asked.name, "email": asked.email, "note": asked.note} if asked else {}
