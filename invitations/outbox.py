"""The outbox: what is due is claimed, sent, written down. No transaction is open while a server talks."""

import logging
import smtplib
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import datetime
from email.errors import MessageError

from anymail.backends.base import AnymailBaseBackend
from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from invitations import bounces, history, reasons
from invitations.mail import compose
from invitations.models import Invitation, Occasion, State, Suppression
from invitations.models.invitation import RESEND_AFTER
from links.models import Link, LinkQuerySet
from rooms import clock
from rooms.models import Administrator

log = logging.getLogger(__name__)
# Letters are claimed, and written down as sent, by the load: what a server takes in a second (FRESH). So old
# may be what a letter says, and so many are sent twice if the worker dies.
FRESH = 1.0  # seconds
FIRST_LOAD, LARGEST_LOAD = 10, 100
# When so many in a row could not be sent because of the server, the others wait for beat's next round: one
# that takes its time to say nothing must not keep all workers busy, who have seats to free as well.
STRIKES = 3
# An answer about our account with the provider, not about this letter.
PROVIDER_MAY_RECOVER = (401, 403, 408, 429)


class TooSoon(Exception):
    """One letter a minute for one link. `at` is when the next may go."""

    def __init__(self, at: datetime) -> None:
        super().__init__(at)
        self.at = at


class DeadLink(Exception):
    """A link that will not open again is not worth a letter."""


class Unwanted(Exception):
    """The guest has asked for no letters."""


class NothingToCancel(Exception):
    """The guest heard nothing of the link, or has heard of its end already."""


def invite(link: Link, by: Administrator | None, occasion: Occasion = Occasion.INVITATION) -> Invitation:
    """Put a letter into the outbox. The caller wakes the worker, when the transaction is through."""
    return Invitation.objects.create(link=link, sent_by=by, occasion=occasion)


def invite_all(links: Collection[Link], by: Administrator) -> None:
    """The same for many, in few statements."""
    now = clock.read()
    Invitation.objects.bulk_create(
        Invitation(link_id=link.pk, sent_by_id=by.pk, due_at=now) for link in links
    )


def withdraw(links: LinkQuerySet[Link]) -> int:
    """Letters about these links that wait do not go any more. How many they were."""
    waiting = Invitation.objects.waiting().filter(link__in=links)
    return waiting.update(state=State.FAILED, reason=_("Withdrawn"), due_at=None, changed_at=timezone.now())


def resend(link: Link, by: Administrator | None) -> Invitation:
    """Another letter with the same address: with the new dates, if they have changed since the last.

    Raises TooSoon, DeadLink and Unwanted.
    """
    with transaction.atomic():
        link = lock_living(link)
        last = link.invitations.first()
        if last and last.created_at > timezone.now() - RESEND_AFTER:
            raise TooSoon(last.created_at + RESEND_AFTER)
        return replace(link, by)


def lock_living(link: Link) -> Link:
    """The link as it is now, and nobody else's until the transaction ends. Raises DeadLink."""
    link = Link.objects.select_for_update(no_key=True).get(pk=link.pk)
    if not link.is_living(timezone.now()):
        raise DeadLink
    return link


def replace(link: Link, by: Administrator | None) -> Invitation:
    """A new letter instead of what still waits: with new dates, if the last said others. Raises Unwanted."""
    if Suppression.objects.forbid(link.email, link.room_id):
        raise Unwanted
    link.invitations.waiting().replaced()
    return invite(link, by, history.next_occasion(link))


def cancel(link: Link, by: Administrator) -> Invitation:
    """Tell the guest that a deleted link is no more. Raises NothingToCancel."""
    with transaction.atomic():
        link = Link.objects.select_for_update(no_key=True).get(pk=link.pk)
        if link.deleted_at is None or not history.can_be_cancelled(link):
            raise NothingToCancel
        link.renew_entry()
        return invite(link, by, Occasion.CANCELLATION)


def cancel_all(links: LinkQuerySet[Link], by: Administrator) -> int:
    """The same for many, in few statements. How many letters go."""
    with transaction.atomic():
        held = (
            links.select_for_update(no_key=True, of=("self",)).order_by("pk").prefetch_related("invitations")
        )
        told = [link for link in held if link.deleted_at and history.can_be_cancelled(link)]
        Link.objects.filter(pk__in=[link.pk for link in told]).update(sequence=F("sequence") + 1)
        Invitation.objects.bulk_create(
            Invitation(link=link, sent_by=by, occasion=Occasion.CANCELLATION) for link in told
        )
    return len(told)


def drain(
    is_ending: Callable[[], bool] = lambda: False, call_another: Callable[[], None] = lambda: None
) -> bool:
    """Send what is due, as far as it may go now. True when some has to wait for its room's next minute.

    A worker that is to end finishes the letter that it has in hand, and gives the others back. When there are
    many it calls another, once: while the server answers the one, the other writes.
    """
    Invitation.objects.drop_outdated()
    postman, is_alone = Postman(is_ending), True
    try:
        while postman.may_go_on() and (letters := Invitation.objects.claim(postman.load)):
            if is_alone and len(letters) == LARGEST_LOAD:
                is_alone = False
                call_another()
            postman.deliver(letters)
    finally:
        close(postman.connection)
    return postman.strikes < STRIKES and Invitation.objects.due().exists()


class Postman:
    """One worker's round. `load`: how many letters it can deliver while what they say is fresh."""

    def __init__(self, is_ending: Callable[[], bool]) -> None:
        self.is_ending = is_ending
        self.connection = get_connection()
        self.strikes = 0
        self.load = FIRST_LOAD

    def may_go_on(self) -> bool:
        return self.strikes < STRIKES and not self.is_ending()

    def deliver(self, letters: list[Invitation]) -> None:
        begin, sent, left = time.monotonic(), [], list(letters)
        unwanted = Suppression.objects.about_any((letter.recipient, letter.link.room_id) for letter in left)
        try:
            while left and self.may_go_on() and time.monotonic() - begin < FRESH:
                letter = left.pop(0)
                if (letter.recipient, letter.link.room_id) in unwanted:
                    letter.withhold()
                elif self._send(letter):
                    sent.append(letter)
        finally:
            if sent:
                Invitation.objects.still_mine(sent).settle_sent()
        if left:
            Invitation.objects.still_mine(left).hand_back()
        pace = (len(letters) - len(left)) / (time.monotonic() - begin)
        self.load = max(1, min(LARGEST_LOAD, int(pace * FRESH)))

    def _send(self, invitation: Invitation) -> bool:
        """Whether it has gone."""
        try:
            self.connection.open()
            letter = compose(invitation)
            _give_return_path(letter, invitation, self.connection)
            self.connection.send_messages([letter])
        except Exception as error:  # noqa: BLE001  (whatever is wrong with one letter never holds up another)
            close(self.connection)
            _write_down(invitation, error)
            self.strikes = self.strikes + 1 if _is_the_servers(error) else 0
            return False
        if provider_id := getattr(letter.anymail_status, "message_id", None):
            invitation.keep_provider_id(provider_id)
        self.strikes = 0
        return True


def _give_return_path(letter: EmailMessage, invitation: Invitation, connection: BaseEmailBackend) -> None:
    """Where bounces go. A provider has its own, and reports them."""
    if not isinstance(connection, AnymailBaseBackend) and (path := bounces.return_path(invitation)):
        letter.extra_headers["From"] = letter.from_email
        letter.from_email = path


def _write_down(invitation: Invitation, error: Exception) -> None:
    permanent, reason = judge(error)
    log.warning("invitation %s: %s", invitation.pk, reason)
    if permanent:
        invitation.settle(State.FAILED, reason)
    else:
        invitation.defer(reason)


def judge(error: Exception) -> tuple[bool, str]:
    """Whether trying again is no use, and what was said."""
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, said = next(iter(error.recipients.values()))
            verdict = _is_final(code), reasons.reason(f"{code} {_text(said)}")
        case smtplib.SMTPAuthenticationError():
            verdict = False, _because(_("The mail server did not accept our login"), error)
        case smtplib.SMTPResponseException():
            words = f"{error.smtp_code} {_text(error.smtp_error)}"
            verdict = _is_final(error.smtp_code), reasons.reason(words)
        case AnymailRecipientsRefused():
            verdict = True, _("The mail provider refused this address")
        case AnymailAPIError():
            code = error.status_code or 0
            verdict = 400 <= code < 500 and code not in PROVIDER_MAY_RECOVER, _words(error)
        case OSError():  # smtplib's own errors among them
            verdict = False, _because(_("The mail server could not be reached"), error)
        case ValueError() | MessageError():
            verdict = True, _because(_("The letter could not be written"), error)
        case _:
            log.error("a letter could not be sent", exc_info=error)
            verdict = False, _words(error)
    return verdict


def _is_the_servers(error: Exception) -> bool:
    """It was not reached, or is broken, whichever letter it is."""
    if isinstance(error, smtplib.SMTPResponseException | smtplib.SMTPRecipientsRefused):
        return False
    if isinstance(error, AnymailAPIError):
        return not error.status_code or error.status_code >= 500 or error.status_code in PROVIDER_MAY_RECOVER
    return isinstance(error, OSError)


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


def close(connection: BaseEmailBackend) -> None:
    with suppress(OSError):
        connection.close()
