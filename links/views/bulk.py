"""The same for many links: the press, the question, how far it is, what came of it, and the way back."""

from contextlib import suppress

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HttpResponseClientRefresh

from links import bulk
from links.bulk import words
from links.bulk_forms import AnyBulkForm, BulkActionForm, form_of
from links.models import BulkChange
from links.tasks import wake_bulk_changes
from links.views.bulk_answers import answer_confirmed, ask, begin_bulk, list_of, my_bulk_change
from rooms.models import Room
from rooms.requests import Request

FAILURES = 50
Action = BulkChange.Action


@require_POST
@login_required
def begin(request: Request, room_pk: int) -> HttpResponse:
    """What is selected is written down as it is now, and asked about, unless it goes without saying."""
    room = get_object_or_404(Room.objects.managed_by(request.user), pk=room_pk)
    form = BulkActionForm(request.POST)
    if not form.is_valid():
        raise Http404
    change = begin_bulk(request, room, form.cleaned_data["action"])
    if request.htmx and _goes_without_saying(change):
        return _confirm(request, change, form_of(change, {}))
    return ask(request, change)


@require_GET
@login_required
def show(request: Request, pk: int) -> HttpResponse:
    """The question; once it is confirmed how far it is; when it is through what came of it."""
    change = my_bulk_change(request, pk)
    if change.is_draft:
        return ask(request, change)
    return _progress(request, change) if change.is_running else _result(request, change)


@require_POST
@login_required
def confirmation(request: Request, pk: int) -> HttpResponse:
    """Once: a second one shows how far the first is."""
    change = my_bulk_change(request, pk, *bulk.DEEDS)
    form = form_of(change, request.POST)
    return _confirm(request, change, form) if form.is_valid() else ask(request, change, form)


@require_POST
@login_required
def undo(request: Request, pk: int) -> HttpResponse:
    done = my_bulk_change(request, pk)
    change = done.activity and bulk.undo(done.activity, request.user)
    if not change:
        messages.info(request, _("This was undone already."))
        return redirect(list_of(done))
    _do(change)
    if change.is_running or change.failed:
        return redirect("links:bulk", change.pk)
    messages.success(request, words.result(change))
    return redirect(list_of(change))


def _goes_without_saying(change: BulkChange) -> bool:
    """Each was ticked, nobody is in through them, and it is undone as easily."""
    is_small = change.is_by_hand and 0 < change.number <= bulk.AT_ONCE
    if change.action == Action.SWITCH_ON:
        return is_small
    return is_small and change.action == Action.SWITCH_OFF and not change.people_in


def _confirm(request: Request, change: BulkChange, form: AnyBulkForm) -> HttpResponse:
    form.is_valid()
    removes_people = request.POST.get("people") == "remove"
    if bulk.confirm(change, form.action, form.values, removes_people=removes_people):
        _do(change)
    change.refresh_from_db()
    return answer_confirmed(request, change)


def _do(change: BulkChange) -> None:
    bulk.finish(change, bulk.DEEDS)
    if change.is_running:
        wake_bulk_changes()


def _progress(request: Request, change: BulkChange) -> HttpResponse:
    said = 0
    with suppress(ValueError):
        said = int(request.GET.get("said", 0))
    step = max(change.percent // 25 * 25, said)
    context = {"change": change, "question": words.question(change), "step": step, "is_news": step > said}
    context["back"] = list_of(change)
    return render(request, "links/_bulk_progress.html" if request.htmx else "links/bulk.html", context)


def _result(request: Request, change: BulkChange) -> HttpResponse:
    if request.htmx:
        return HttpResponseClientRefresh()
    context = {
        "change": change,
        "question": words.question(change),
        "result": words.result(change),
        "failures": change.failures.select_related("link").order_by("pk")[:FAILURES],
        "back": list_of(change),
    }
    return render(request, "links/bulk.html", context)
