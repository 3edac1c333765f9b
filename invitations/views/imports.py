"""An import from its file to its end: upload, confirmation, progress, result, and the way back."""

from contextlib import suppress

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from invitations import outbox
from invitations.importing import preview as previews
from invitations.importing import undo as undoing
from invitations.importing.failures import failures_file
from invitations.importing.forms import UploadForm
from invitations.importing.lines import lines
from invitations.importing.summary import Outcome
from invitations.models import Import, ImportRow
from invitations.spreadsheets import MOST_BYTES, MOST_ROWS
from invitations.tasks import wake_imports, wake_outbox
from invitations.views.previews import my_import, of_preview, preview_page, show_unsaved
from rooms.models import Room
from rooms.requests import Request

RECENT = 10
FAILURES = 50


@csrf_exempt  # looked for below, when it is known that the form could be read
@login_required
@require_http_methods(["GET", "POST"])
def upload(request: Request, room_pk: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.managed_by(request.user), pk=room_pk)
    try:
        bool(request.POST)
    except (RequestDataTooBig, TooManyFieldsSent):
        while request.read(65536):  # else the browser finds the line cut, and shows that
            pass
        return _upload_page(request, room, UploadForm.too_large(), status=413)
    return csrf_protect(_upload)(request, room)


@require_GET
@login_required
def show(request: Request, pk: int) -> HttpResponse:
    """The preview; once it is confirmed how far it is; when it is through what came of it."""
    its_import = my_import(request, pk)
    if its_import.is_preview:
        return preview_page(request, its_import)
    return _progress(request, its_import) if its_import.is_running else _result(request, its_import)


@require_POST
@of_preview
def confirmation(request: Request, preview: Import) -> HttpResponse:
    """Once: a second one shows how far the first is."""
    if answer := show_unsaved(request, preview):
        return answer
    if preview.confirm():
        wake_imports()
    return redirect("invitations:show_import", preview.pk)


@login_required
@require_http_methods(["GET", "POST"])
def undo(request: Request, pk: int) -> HttpResponse:
    its_import = my_import(request, pk)
    if request.method == "POST":
        if undoing.undo(its_import, by=request.user):
            messages.success(request, _("The import is undone."))
        return redirect("invitations:show_import", pk)
    context = {"its_import": its_import, "what": undoing.consequences(its_import)}
    return render(request, "invitations/import_undo.html", context)


@require_POST
@login_required
def cancellations(request: Request, pk: int) -> HttpResponse:
    """Tell those whom a letter has reached that the links of an undone import are no more."""
    undone = my_import(request, pk)
    if number := outbox.cancel_all(undoing.made_by(undone), by=request.user):
        wake_outbox()
        words = ngettext("%(number)d letter is on its way.", "%(number)d letters are on their way.", number)
        messages.success(request, words % {"number": number})
    else:
        messages.info(request, _("There is nothing to cancel: all of them know."))
    return redirect("invitations:show_import", pk)


@require_POST
@login_required
def deletion(request: Request, pk: int) -> HttpResponse:
    its_import = my_import(request, pk)
    if Import.objects.unconfirmed().filter(pk=pk).delete()[0]:
        messages.success(request, _("Discarded: %(file)s") % {"file": its_import})
        return redirect("links:guests", its_import.room_id)
    return redirect("invitations:show_import", pk)


@require_GET
@login_required
def failures(request: Request, pk: int) -> HttpResponse:
    its_import = my_import(request, pk)
    answer = HttpResponse(failures_file(its_import), content_type="text/csv; charset=utf-8")
    name = slugify(str(its_import).rpartition(".")[0]) or "import"
    answer["Content-Disposition"] = f'attachment; filename="{name}-{pk}-failures.csv"'
    return answer


def _upload(request: Request, room: Room) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if not form.is_valid():
        return _upload_page(request, room, form, status=422 if form.is_bound else 200)
    preview = previews.begin(
        room,
        request.user,
        form.table,
        language=get_language() or "en",
        file_name=form.file_name,
        source=form.source,
    )
    page = "invitations:import_columns" if previews.lacks_columns(preview) else "invitations:show_import"
    return redirect(page, preview.pk)


def _upload_page(request: Request, room: Room, form: UploadForm, status: int) -> HttpResponse:
    context = {
        "room": room,
        "form": form,
        "most_rows": MOST_ROWS,
        "most_megabytes": MOST_BYTES // 1_000_000,
        "imports": Import.objects.of(request.user).filter(room=room).defer("source")[:RECENT],
    }
    return render(request, "invitations/import.html", context, status=status)


def _progress(request: Request, running: Import) -> HttpResponse:
    outcome = Outcome.of(running)
    said = 0
    with suppress(ValueError):
        said = int(request.GET.get("said", 0))
    step = outcome.percent // 25 * 25
    context = {"its_import": running, "outcome": outcome, "step": max(step, said), "is_news": step > said}
    part = "invitations/_import_progress.html" if request.htmx else "invitations/import_running.html"
    return render(request, part, context)


def _result(request: Request, ended: Import) -> HttpResponse:
    if request.htmx:
        return HttpResponseClientRefresh()
    failed = ended.rows.filter(state=ImportRow.State.FAILED).judged(ended.room_id).order_by("number")
    context = {
        "its_import": ended,
        "outcome": Outcome.of(ended),
        "failures": lines(ended, failed[:FAILURES]),
        "to_cancel": 0 if ended.is_done else undoing.cancellable(ended),
    }
    return render(request, "invitations/import_result.html", context)
