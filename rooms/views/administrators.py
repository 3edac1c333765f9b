"""With whom a room is shared."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rooms import accounts
from rooms.accounts import LastAdministrator, MailNotSent
from rooms.forms import AdministratorForm, RoomSettingsForm
from rooms.models import Administrator
from rooms.requests import Request
from rooms.views.rooms import my_room, settings_page


@require_POST
@login_required
def add(request: Request, pk: int) -> HttpResponse:
    room = my_room(request, pk)
    form = AdministratorForm(request.POST, room=room)
    if not form.is_valid():
        return settings_page(request, room, RoomSettingsForm(instance=room), form)
    administrator, is_new = accounts.add_to(room, form.cleaned_data["email"], by=request.user)
    if is_new:
        _welcome(request, administrator)
    else:
        words = _("%(person)s is an administrator of this room now.")
        messages.success(request, words % {"person": administrator})
    return redirect("rooms:edit", room.pk)


@require_POST
@login_required
def remove(request: Request, pk: int, administrator_pk: int) -> HttpResponse:
    room = my_room(request, pk)
    administrator = get_object_or_404(room.administrators, pk=administrator_pk)
    try:
        accounts.dismiss(room, administrator, by=request.user)
    except LastAdministrator:
        words = _("A room needs an administrator. Add somebody else first, or delete the room.")
        messages.error(request, words)
    else:
        words = _("%(person)s is no longer an administrator of this room.")
        messages.success(request, words % {"person": administrator})
    return redirect("rooms:list") if administrator == request.user else redirect("rooms:edit", room.pk)


def _welcome(request: Request, administrator: Administrator) -> None:
    person = {"email": administrator.email}
    try:
        accounts.send_welcome(request, administrator)
    except MailNotSent:
        words = _(
            "%(email)s is an administrator of this room now, but the mail to them could not be sent. "
            "They can ask for it on the login page under “Forgotten password”."
        )
        messages.warning(request, words % person)
    else:
        words = _(
            "%(email)s had no account: one is made. "
            "They get a mail with an address where they choose a password."
        )
        messages.success(request, words % person)
