"""What an administrator does with one link: each change is a noun's URL, and by POST."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import IntegrityError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from links.forms import GroupLinkForm, GuestLinkForm, RoleForm, SwitchForm
from links.models import GroupLink, GuestLink, Link
from links.undo import NotUndoable, restore
from links.views.answers import answer_with_row, ask, back_to_list, must_ask, put_out_if_asked
from rooms.requests import Request


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    link = _mine(request, pk)
    form = _form(link, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            link.edit(by=request.user, **form.changes)
        except IntegrityError:  # another link has taken this address meanwhile
            form.add_error("email", _("This e-mail address has a link in this room already."))
        else:
            messages.success(request, _("Saved: %(link)s") % {"link": link})
            return redirect(back_to_list(request, link))
    return render(
        request, "links/edit.html", {"link": link, "form": form}, status=422 if form.errors else 200
    )


@require_POST
@login_required
def switch(request: Request, pk: int) -> HttpResponse:
    link, form = _mine(request, pk), SwitchForm(request.POST)
    if form.is_valid():
        if not form.cleaned_data["on"] and must_ask(request, link):
            return ask(request, link, "switch")
        link.switch(on=form.cleaned_data["on"], by=request.user)
        put_out_if_asked(request, link)
    return answer_with_row(request, link, _said_of_switch(link))


@require_POST
@login_required
def role(request: Request, pk: int) -> HttpResponse:
    link, form = _mine(request, pk), RoleForm(request.POST)
    if form.is_valid():
        link.grant(form.cleaned_data["role"], by=request.user)
    return answer_with_row(request, link, f"{link}: {link.granted_role.label}")


@require_POST
@login_required
def address(request: Request, pk: int) -> HttpResponse:
    link = _mine(request, pk)
    link.replace_address(by=request.user)
    messages.success(
        request, _("“%(link)s” has a new address. The old one opens nothing any more.") % {"link": link}
    )
    return answer_with_row(request, link)


@require_POST
@login_required
def deletion(request: Request, pk: int) -> HttpResponse:
    link = _mine(request, pk)
    if must_ask(request, link):
        return ask(request, link, "deletion")
    link.discard(by=request.user)
    if request.htmx:
        return render(request, "links/_deleted_row.html", {"link": link})
    return redirect(back_to_list(request, link, deleted=link.pk))


@require_POST
@login_required
def restoration(request: Request, pk: int) -> HttpResponse:
    link = get_object_or_404(Link.objects.filter(room__administrators=request.user), pk=pk)
    words = _("%(link)s was given another link in this room meanwhile: delete that one first.")
    try:
        if link.deleted_at is None or restore(link, by=request.user):
            said = _("Restored: %(link)s") % {"link": link}
            return answer_with_row(request, link, said, is_back=True)
    except NotUndoable:
        words = _("%(link)s was deleted too long ago.")
    messages.error(request, words % {"link": link})
    if request.htmx:
        return render(request, "links/_deleted_row.html", {"link": link})
    return redirect(back_to_list(request, link))


def _said_of_switch(link: Link) -> str:
    words = _("%(link)s: switched on") if link.is_active else _("%(link)s: switched off")
    return words % {"link": link}


def _mine(request: Request, pk: int) -> Link:
    return get_object_or_404(Link.objects.managed_by(request.user).select_related("room"), pk=pk)


def _form(link: Link, data: Any) -> GuestLinkForm | GroupLinkForm:
    if link.is_for_one:
        return GuestLinkForm(data, instance=GuestLink.objects.get(pk=link.pk), room=link.room)
    return GroupLinkForm(data, instance=GroupLink.objects.get(pk=link.pk))
