"""A preview: shown page by page, and mended until it is confirmed."""

from collections.abc import Callable
from contextlib import suppress
from copy import copy
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from invitations.columns import Field
from invitations.importing import preview as previews
from invitations.importing.forms import ChoicesForm, ColumnsForm, SheetForm
from invitations.importing.lines import lines
from invitations.importing.preview import AlreadyConfirmed
from invitations.importing.summary import Summary
from invitations.models import Import, ImportRow
from invitations.spreadsheets import Unreadable
from links.forms import WindowForm
from links.models import GuestLink
from rooms.requests import Request

ROWS = 50
Verdict = ImportRow.Verdict
SHOWN = {"wrong": (Verdict.WRONG,), "duplicates": (Verdict.KNOWN, Verdict.REPEATED)}


def of_preview(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Hands the view its preview. What is confirmed is not changed any more, and shown instead."""

    @wraps(view)
    @login_required
    def with_preview(request: Request, pk: int, **others: int) -> HttpResponse:
        preview = my_import(request, pk)
        if preview.is_preview:
            with suppress(AlreadyConfirmed):
                return view(request, preview, **others)
        page = reverse("invitations:show_import", args=[pk])
        return HttpResponseClientRedirect(page) if request.htmx else redirect(page)

    return with_preview


@require_http_methods(["GET", "POST"])
@of_preview
def columns(request: Request, preview: Import) -> HttpResponse:
    """What the columns are; or, when another sheet is posted, that sheet."""
    sheet, form = SheetForm(preview=preview), ColumnsForm(preview=preview)
    if request.method == "POST" and "sheet" in request.POST:
        sheet = SheetForm(request.POST, preview=preview)
        if sheet.is_valid() and _choose_sheet(preview, sheet):
            return redirect("invitations:import_columns", preview.pk)
    elif request.method == "POST":
        form = ColumnsForm(request.POST, preview=preview)
        if form.is_valid():
            answers = form.cleaned_data
            previews.map_columns(
                preview, form.columns, has_header=answers["has_header"], order=answers["order"]
            )
            return redirect("invitations:show_import", preview.pk)
    context = {"its_import": preview, "form": form, "sheet": sheet}
    status = 422 if form.is_bound or sheet.is_bound else 200
    return render(request, "invitations/import_columns.html", context, status=status)


@require_POST
@of_preview
def defaults(request: Request, preview: Import) -> HttpResponse:
    choices = Choices(preview, request.POST)
    if choices.are_valid():
        choices.save()
        if not request.htmx:
            return redirect("invitations:show_import", preview.pk)
        choices = Choices(preview)
    return preview_page(request, preview, choices)


@require_http_methods(["GET", "POST"])
@of_preview
def row(request: Request, preview: Import, row_pk: int) -> HttpResponse:
    """One row: open to be typed over, or mended."""
    found = get_object_or_404(preview.rows, pk=row_pk)
    if request.method == "POST":
        typed = {field: request.POST[field.value] for field in Field if field.value in request.POST}
        previews.mend(preview, found, typed)
        if not request.htmx:
            return redirect(_back_to(request, preview, row_pk))
    return _row(request, preview, row_pk)


class Choices:
    """The two forms that stand above a preview, as one."""

    def __init__(self, preview: Import, data: Any = None) -> None:
        self.preview = preview
        dates = GuestLink(room=preview.room, starts_at=preview.starts_at, ends_at=preview.ends_at)
        self.form = ChoicesForm(data, instance=copy(preview))
        self.window = WindowForm(data, room=preview.room, link=dates)

    def are_valid(self) -> bool:
        return self.form.is_valid() & self.window.is_valid()

    @property
    def changes(self) -> dict[str, Any]:
        values = {**self.form.cleaned_data, **self.window.changes}
        return {name: value for name, value in values.items() if getattr(self.preview, name) != value}

    def save(self) -> None:
        if self.changes:
            previews.choose(self.preview, **self.changes)


def my_import(request: Request, pk: int) -> Import:
    """Somebody else's does not exist."""
    mine = Import.objects.of(request.user).select_related("room", "administrator").defer("source")
    return get_object_or_404(mine, pk=pk)


def show_unsaved(request: Request, preview: Import) -> HttpResponse | None:
    """The preview anew, when the page's choices were changed and nobody has seen what that would make."""
    if "role" not in request.POST:
        return None
    choices = Choices(preview, request.POST)
    if not choices.are_valid():
        return preview_page(request, preview, choices)
    if not choices.changes:
        return None
    choices.save()
    words = _("Your changes are in the preview now. Please look at what would be made, and confirm again.")
    messages.warning(request, words)
    return redirect("invitations:show_import", preview.pk)


def preview_page(request: Request, preview: Import, choices: Choices | None = None) -> HttpResponse:
    shown = request.GET.get("show", "")
    rows = preview.rows.judged(preview.room_id).in_order()
    rows = rows.found(*SHOWN[shown]) if shown in SHOWN else rows
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    edited = request.GET.get("edit", "")
    choices = choices or Choices(preview)
    context = {
        "its_import": preview,
        "summary": Summary.of(preview),
        "form": choices.form,
        "window": choices.window,
        "page": page,
        "lines": lines(preview, page, int(edited[:18]) if edited.isdecimal() else 0),
        "shown": shown if shown in SHOWN else "",
    }
    part = "invitations/_import_preview.html" if request.htmx else "invitations/import_preview.html"
    return render(request, part, context, status=422 if choices.form.is_bound else 200)


def _row(request: Request, preview: Import, row_pk: int) -> HttpResponse:
    """The row as the page has it; after it was mended with what that changes in the sum."""
    judged = preview.rows.judged(preview.room_id).filter(pk=row_pk)
    [line] = lines(preview, judged, row_pk if request.method == "GET" else 0)
    context = {"its_import": preview, "line": line}
    if request.method == "POST":
        context |= {"answer": True, "summary": Summary.of(preview), "shown": request.POST.get("show", "")}
    return render(request, "invitations/_import_row.html", context)


def _choose_sheet(preview: Import, sheet: SheetForm) -> bool:
    try:
        previews.choose_sheet(preview, sheet.cleaned_data["sheet"])
    except Unreadable as unreadable:
        sheet.add_error("sheet", str(unreadable))
        return False
    return True


def _back_to(request: Request, preview: Import, row_pk: int) -> str:
    """The row, on the page on which it was."""
    where = {name: request.POST[name] for name in ("show", "page") if request.POST.get(name)}
    page = reverse("invitations:show_import", args=[preview.pk])
    return f"{page}{'?' if where else ''}{urlencode(where)}#row-{row_pk}"
