"""How a change of many links is asked about and answered; the letters' own change is too."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from links import bulk
from links.bulk import words
from links.bulk_forms import AnyBulkForm, form_of
from links.models import BulkChange
from links.selection import Selection, url_of_list
from rooms.models import Room
from rooms.requests import Request


def my_bulk_change(request: Request, pk: int, *actions: str) -> BulkChange:
    mine = BulkChange.objects.of(request.user).select_related("room", "activity")
    return get_object_or_404(mine.filter(action__in=actions) if actions else mine, pk=pk)


def begin_bulk(request: Request, room: Room, action: BulkChange.Action) -> BulkChange:
    return bulk.draft(Selection.read(room, request.POST), action, request.user)


def ask(request: Request, change: BulkChange, form: AnyBulkForm | None = None) -> HttpResponse:
    """The question, as a dialogue or as a page; again, with what is wrong in the answer."""
    if not change.number:
        return _nothing(request, change)
    form = form or form_of(change)
    context = {"change": change, "form": form, "question": words.question(change), "back": list_of(change)}
    if not request.htmx and request.method == "POST" and not form.errors:
        return redirect("links:bulk", change.pk)
    if request.htmx:  # with a 422 the browser's console would complain of what is an ordinary answer
        return render(request, "links/_bulk_dialog.html", context)
    return render(request, "links/bulk.html", context, status=422 if form.errors else 200)


def answer_confirmed(request: Request, change: BulkChange) -> HttpResponse:
    """What came of it, beside the list; of a long one the page that says how far it is."""
    if not request.htmx:
        return redirect("links:bulk", change.pk)
    if change.is_running:
        return HttpResponseClientRedirect(reverse("links:bulk", args=[change.pk]))
    context = {"change": change, "result": words.result(change), "back": list_of(change)}
    return render(request, "links/_bulk_done.html", context)


def list_of(change: BulkChange) -> str:
    return url_of_list(change.room_id, change.kind, change.query)


def _nothing(request: Request, change: BulkChange) -> HttpResponse:
    messages.error(request, _("Please select links first."))
    if request.htmx:
        return render(request, "links/_bulk_nothing.html")
    return redirect(list_of(change))
