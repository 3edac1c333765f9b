"""The accounts of administrators: there is no open sign-up, one is made by whoever shares a room."""

import logging
from typing import Any, ClassVar
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import ResetPasswordForm
from allauth.core.exceptions import ImmediateHttpResponse
from anymail.exceptions import AnymailError
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from rooms.limits import address_block
from rooms.models import Activity, Administrator, Room
from rooms.models.activity import Deed

logger = logging.getLogger(__name__)


class LastAdministrator(Exception):
    """A room always has one."""


class MailNotSent(ImmediateHttpResponse):  # type: ignore[misc]  # allauth carries no types
    """The mail server is down or refused. Who doesn't catch it answers with a page that says so."""


def add_to(room: Room, email: str, *, by: Administrator | None = None) -> tuple[Administrator, bool]:
    """Make the person with this address an administrator of the room. Whether the account is a new one."""
    with transaction.atomic():
        held = Room.objects.select_for_update(no_key=True).get(pk=room.pk)
        found = Administrator.objects.filter(email__iexact=email).first()
        administrator = found or Administrator.objects.create_user(email)
        if not held.administrators.contains(administrator):
            held.administrators.add(administrator)
            Activity.objects.create(room=held, deed=Deed.SHARED, by=by, about=str(administrator))
    return administrator, found is None


def dismiss(room: Room, administrator: Administrator, *, by: Administrator | None = None) -> None:
    """Raises LastAdministrator. Of two who remove each other at once, one stays."""
    with transaction.atomic():
        held = Room.objects.select_for_update(no_key=True).get(pk=room.pk)
        if not held.administrators.exclude(pk=administrator.pk).exists():
            raise LastAdministrator
        if held.administrators.contains(administrator):
            held.administrators.remove(administrator)
            Activity.objects.create(room=held, deed=Deed.UNSHARED, by=by, about=str(administrator))


def send_welcome(request: HttpRequest, administrator: Administrator) -> None:
    """Mail the address where they choose a password. Raises MailNotSent."""
    form = ResetPasswordForm({"email": administrator.email})
    if form.is_valid():
        form.save(request)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _("This e-mail address and this password do not go together."),
    }

    def get_client_ip(self, request: HttpRequest) -> str:
        """As the server was told by a proxy that it trusts. Whoever comes through a socket has none."""
        return request.META.get("REMOTE_ADDR") or "::"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Whoever guesses locks out themself, and not the account's owner elsewhere."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{address_block(request)}"

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    def get_reset_password_from_key_url(self, key: str) -> str:
        """From PUBLIC_URL and never from the request's Host."""
        path: str = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return f"{settings.PUBLIC_URL}{path.replace('UID-KEY', key)}"

    def send_password_reset_mail(self, user: AbstractBaseUser, email: str, context: dict[str, Any]) -> None:
        """Whoever never had a password is welcomed; the others have forgotten theirs."""
        letter = "account/email/password_reset_key" if user.has_usable_password() else "rooms/email/welcome"
        self.send_mail(letter, email, context)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        site = {"name": urlsplit(settings.PUBLIC_URL).netloc}
        try:
            super().send_mail(template_prefix, email, {**context, "current_site": site})
        except (OSError, AnymailError) as error:
            logger.exception("A letter about an account could not be sent")
            page = render(self.request, "rooms/mail_not_sent.html", status=503)
            raise MailNotSent(page) from error
