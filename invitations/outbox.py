"""The outbox: what is due is claimed, sent, written down. No transaction is open while a server talks."""

import logging
import smtplib
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from invitations.mail import compose
from invitations.models import Invitation
from invitations.models.invitation import RESEND_AFTER
from links.models import Link, LinkQuerySet
from rooms.models import Administrator

log = logging.getLogger(__name__)
BATCH = 10
# An answer about our account with the provider, not about this letter.
PROVIDER_MAY_RECOVER = (401, 403, 408, 429)


class TooSoon(Exception):
    """One letter a minute for one link. `at` is when the next may go."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


class DeadLink(Exception):
    """A link that will not open again is not worth a letter."""


def invite(link: Link, by: Administrator) -> Invitation:
    """Put a letter into the outbox. The caller wakes the worker, when the transaction is through."""
    return Invitation.objects.create(link=link, sent_by=by)


def invite_all(links: Collection[Link], by: Administrator) -> None:
    """The same for many, in few statements."""
    Invitation.objects.bulk_create([Invitation(link=link, sent_by=by) for link in links])


def withdraw(links: LinkQuerySet[Link]) -> int:
    """Letters about these links that wait do not go any more. How many they were."""
    waiting = Invitation.objects.waiting().filter(link__in=links)
    return waiting.update(
        state=Invitation.State.FAILED, reason=_("Withdrawn"), due_at=None, changed_at=timezone.now()
    )


def resend(link: Link, by: Administrator) -> Invitation:
    """Another letter with the same address. Raises TooSoon and DeadLink."""
    with transaction.atomic():
        link = Link.objects.select_for_update(no_key=True).get(pk=link.pk)
        now = timezone.now()
        if not link.is_living(now):
            raise DeadLink
        last = link.invitations.first()
        if last and last.created_at > now - RESEND_AFTER:
            raise TooSoon(last.created_at + RESEND_AFTER)
        link.invitations.waiting().update(
            state=Invitation.State.FAILED, reason=_("Replaced by a newer letter"), due_at=None
        )
        return invite(link, by)


def drain() -> None:
    """Send what is due, until nothing is."""
    connection = get_connection()
    try:
        while batch := Invitation.objects.claim(BATCH):
            for invitation in batch:
                if invitation.hold():
                    _send(invitation, connection)
                else:
                    invitation.release()
    finally:
        _close(connection)


def _send(invitation: Invitation, connection: BaseEmailBackend) -> None:
    try:
        connection.open()
        connection.send_messages([compose(invitation)])
    except Exception as error:  # noqa: BLE001  (whatever is wrong with one letter never holds up another)
        _close(connection)
        _write_down(invitation, error)
    else:
        invitation.settle(Invitation.State.SENT)


def _write_down(invitation: Invitation, error: Exception) -> None:
    permanent, reason = _judge(error)
    log.warning("invitation %s: %s", invitation.pk, reason)
    if permanent:
        invitation.settle(Invitation.State.FAILED, reason)
    else:
        invitation.defer(reason)


def _judge(error: Exception) -> tuple[bool, str]:
    """Whether trying again is no use, and what was said."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(error.recipients.values()))
            verdict = _is_final(code), f"{code} {_text(said)}"
        case smtplib.SMTPAuthenticationError():
            verdict = False, _because(_("The mail server did not accept our login"), error)
        case smtplib.SMTPResponseException():
            verdict = _is_final(error.smtp_code), f"{error.smtp_code} {_text(error.smtp_error)}"
        case AnymailRecipientsRefused():
            verdict = True, _("The mail provider refused this address")
        case AnymailAPIError():
            code = error.status_code or 0
            verdict = 400 <= code < 500 and code not in PROVIDER_MAY_RECOVER, _words(error)
        case OSError():  # smtplib's own errors among them
            verdict = False, _because(_("The mail server could not be reached"), error)
        case ValueError():
            verdict = True, _because(_("The letter could not be written"), error)
        case _:
            log.error("a letter could not be sent", exc_info=error)
            verdict = False, _words(error)
    return verdict


def _is_final(code: int) -> bool:
    """RFC 5321, 4.2.1: 5yz is a permanent refusal."""
    return code >= 500


def _because(ours: str, error: Exception) -> str:
    """Our words, translated where they are read, and behind the colon the server's."""
    return f"{ours}: {_words(error)}"


def _words(error: Exception) -> str:
    return _text(str(error)) or type(error).__name__


def _text(said: bytes | str) -> str:
    return " ".join((said.decode(errors="replace") if isinstance(said, bytes) else said).split())


def _close(connection: BaseEmailBackend) -> None:
    with suppress(OSError):
        connection.close()
