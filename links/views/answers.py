"""How a change of a link is answered: with its row, or by going back to where it was asked for."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import reswap, retarget

from links.models import Link
from rooms.models import Role
from rooms.requests import Request, asked_back_to


def answer_with_row(request: Request, link: Link, said: str = "", *, is_back: bool = False) -> HttpResponse:
    """`said`: what was changed, for those who do not see the row. `is_back`: put where it was."""
    if request.htmx:
        [row] = Link.objects.as_rows([link.pk])
        context = {"link": row, "roles": Role.choices, "answer": True, "said": said, "is_back": is_back}
        return render(request, "links/_row.html", context)
    if said:
        messages.success(request, said)
    return redirect(back_to_list(request, link))


def must_ask(request: Request, link: Link) -> bool:
    """People are in through it, and nothing was said of them yet."""
    return "people" not in request.POST and link.participants.present().exists()


def ask(request: Request, link: Link, noun: str) -> HttpResponse:
    """What becomes of those who are in? The answer comes to the same address, with what was posted now."""
    kept = {name: value for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    context = {"link": link, "noun": noun, "people_in": link.participants.present().count(), "kept": kept}
    if not request.htmx:
        return render(request, "links/ask.html", context)
    answer = render(request, "links/_ask.html", context)
    return reswap(retarget(answer, "#dialog"), "innerHTML")


def put_out_if_asked(request: Request, link: Link) -> None:
    if request.POST.get("people") == "remove":
        link.put_out(by=request.user)


def back_to_list(request: Request, link: Link, **query: Any) -> str:
    """The list as it was, or the first page of it."""
    if not query and (page := asked_back_to(request)):
        return page
    page = reverse("links:guests" if link.is_for_one else "links:groups", args=[link.room_id])
    return f"{page}?{urlencode(query)}" if query else page
