"""*Set date*: when a link opens and closes, as a page and as a dialogue over the list."""

from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import reswap, retarget

from links.forms import WindowForm
from links.models import Link
from links.views.answers import answer_with_row, put_out_if_asked
from rooms.models import Room
from rooms.requests import Request


@login_required
@require_http_methods(["GET", "POST"])
def window(request: Request, pk: int) -> HttpResponse:
    link = _mine(request, pk)
    form = WindowForm(request.POST or None, room=link.room, link=link)
    if request.method == "POST" and not form.asks_preset and _save(request, link, form):
        return answer_with_row(request, link)
    return _draw(request, link, form)


@require_POST
@login_required
def clear_window(request: Request, pk: int) -> HttpResponse:
    link = _mine(request, pk)
    link.set_window(starts_at=None, ends_at=None, by=request.user)
    return answer_with_row(request, link)


@require_POST
@login_required
def expiry(request: Request, pk: int) -> HttpResponse:
    link = _mine(request, pk)
    link.expire_now(by=request.user)
    put_out_if_asked(request, link)
    return answer_with_row(request, link)


@require_GET
@login_required
def sentence(request: Request, room_pk: int) -> HttpResponse:
    """What the dates that are being typed would mean in this room. Nothing changes."""
    room = get_object_or_404(Room.objects.managed_by(request.user), pk=room_pk)
    return _say(request, room, WindowForm(request.GET, room=room))


@require_GET
@login_required
def sentence_of_link(request: Request, pk: int) -> HttpResponse:
    """The same for a link, of which what was not touched stays to the second."""
    link = _mine(request, pk)
    return _say(request, link.room, WindowForm(request.GET, room=link.room, link=link))


def _save(request: Request, link: Link, form: WindowForm) -> bool:
    if not form.is_valid():
        return False
    try:
        link.set_window(by=request.user, **form.changes)
    except IntegrityError:  # the other bound was moved meanwhile
        form.add_error("ends_date", _("The end has to be after the start."))
        return False
    put_out_if_asked(request, link)
    return True


def _draw(request: Request, link: Link, form: WindowForm) -> HttpResponse:
    """The page or the dialogue; in a dialogue that is open only the fields are drawn again."""
    status = 422 if form.errors and not form.asks_preset else 200
    said_at = reverse("links:sentence_of_link", args=[link.pk])
    context = {"link": link, "room": link.room, "window": form, "sentence_url": said_at}
    if request.htmx and request.method == "POST":
        answer = render(request, "links/_window_answer.html", context, status=status)
        return reswap(retarget(answer, "#window-inputs"), "outerHTML")
    context["people_in"] = link.participants.present().count()
    template = "links/_window_dialog.html" if request.htmx else "links/window.html"
    return render(request, template, context, status=status)


def _say(request: Request, room: Room, form: WindowForm) -> HttpResponse:
    """The sentence; when a preset was pressed, the fields as well."""
    part = "links/_window_answer.html" if form.asks_preset else "links/_sentence.html"
    return render(request, part, {"room": room, "window": form, "sentence_url": request.path})


def _mine(request: Request, pk: int) -> Link:
    return get_object_or_404(Link.objects.managed_by(request.user).select_related("room"), pk=pk)
