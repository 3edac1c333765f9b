"""How a change of a link is answered: with its row, or by going back to where it was asked for."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from links.models import Link
from rooms.models import Role
from rooms.requests import Request


def answer_with_row(request: Request, link: Link) -> HttpResponse:
    if request.htmx:
        rows = Link.objects.with_presence().select_related("room").prefetch_related("invitations")
        context = {"link": rows.get(pk=link.pk), "roles": Role.choices, "answer": True}
        return render(request, "links/_row.html", context)
    return redirect(back_to_list(request, link))


def back_to_list(request: Request, link: Link, **query: Any) -> str:
    """The list as it was, or the first page of it."""
    asked_for = request.POST.get("next", "")
    if not query and asked_for and url_has_allowed_host_and_scheme(asked_for, allowed_hosts=None):
        return asked_for
    page = reverse("links:guests" if link.is_for_one else "links:groups", args=[link.room_id])
    return f"{page}?{urlencode(query)}" if query else page
