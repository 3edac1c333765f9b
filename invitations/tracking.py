"""What becomes of letters once they have gone, as mail providers and bounces say it.

Reports come late, twice and in any order: each is heard once, and all orders end the same.
"""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from invitations import reasons
from invitations.models import Invitation, State, Suppression, TrackingEvent

log = logging.getLogger(__name__)

# Our states for Anymail's events. The others, opens and clicks above all, are none of our business.
STATES = {
    EventType.QUEUED: State.SENT,  # the provider's queue: out of our hands
    EventType.SENT: State.SENT,
    EventType.DEFERRED: State.DEFERRED,
    EventType.DELIVERED: State.DELIVERED,
    EventType.FAILED: State.FAILED,
    EventType.REJECTED: State.REJECTED,
    EventType.BOUNCED: State.BOUNCED,
    EventType.COMPLAINED: State.COMPLAINED,
}
NEEDS_NO_REASON = (State.SENT, State.DELIVERED, State.COMPLAINED)
REFUSALS = {
    RejectReason.INVALID: _("Address not valid"),
    RejectReason.TIMED_OUT: _("Delivery took too long"),
    RejectReason.BLOCKED: _("Blocked by the mail provider"),
    RejectReason.SPAM: _("Refused by the receiving mail server"),
    RejectReason.UNSUBSCRIBED: _("This address wants no letters from the mail provider"),
}
LONGEST_ID = 255


@dataclass(frozen=True)
class Report:
    """What was said of a letter. `event_id` tells this saying from every other."""

    event_id: str
    kind: str
    state: State
    reason: str
    at: datetime


def hear(event: AnymailTrackingEvent, provider: str) -> None:
    """Take what a mail provider says of a letter."""
    if state := STATES.get(event.event_type):
        said = event.mta_response or event.description or ""
        words = (
            "" if state in NEEDS_NO_REASON else reasons.reason(said, REFUSALS.get(event.reject_reason, ""))
        )
        at = event.timestamp or timezone.now()
        report = Report(_id_of(event, provider), event.event_type, state, words, at)
        note(report, _find(event))


def note(report: Report, invitation: Invitation | None) -> None:
    """Write a report down, and what it changes, together; one that was heard before changes nothing.

    One of a letter that is not known yet is believed when it comes again: it has overtaken its worker.
    """
    with transaction.atomic():
        event, is_new = TrackingEvent.objects.get_or_create(
            event_id=report.event_id, defaults={"kind": report.kind, "invitation": invitation}
        )
        if invitation is None:
            log.info("heard of a letter that is not known here: %s", report.event_id)
            return
        if not is_new and not TrackingEvent.objects.filter(pk=event.pk, invitation=None).update(
            invitation=invitation
        ):
            return
        if invitation.is_forgotten:
            return  # what servers say may name its guest
        invitation.learn(report.state, report.reason, report.at)
        if report.state == State.COMPLAINED:
            Suppression.objects.add(invitation.recipient or invitation.link.email, invitation.link.room_id)


def named(name: str, *parts: object) -> str:
    """An event's id out of what identifies it, as long as there is room for."""
    whole = ":".join([name, *map(str, parts)]).replace("\0", "")
    return whole if len(whole) <= LONGEST_ID else f"{name}:{hashlib.sha256(whole.encode()).hexdigest()}"


def _id_of(event: AnymailTrackingEvent, provider: str) -> str:
    if event.event_id:
        return named(provider, event.event_type, event.event_id)
    # It names the recipient, and is kept: by its hash it is known again.
    told = f"{event.message_id}:{event.recipient}:{event.timestamp}"
    return named(provider, event.event_type, hashlib.sha256(told.encode()).hexdigest())


def _find(event: AnymailTrackingEvent) -> Invitation | None:
    """By message id; else by the number that the letter carries, if the receiver agrees with it.

    Two installations may share a provider's account, and then each hears of the other's letters.
    """
    letters = Invitation.objects.select_related("link")
    if event.message_id:
        message_id = event.message_id.replace("\0", "")
        if found := letters.filter(Q(message_id=message_id) | Q(provider_id=message_id)).first():
            return found
    number = str(event.metadata.get("invitation", "")) if isinstance(event.metadata, dict) else ""
    found = letters.filter(pk=number).first() if number.isdecimal() and len(number) < 19 else None
    return found if found and _is_to(found, event.recipient) else None


def _is_to(invitation: Invitation, recipient: str | None) -> bool:
    return not recipient or _mailbox(recipient) == _mailbox(invitation.recipient)


def _mailbox(address: str) -> str:
    local, _at, domain = address.strip().lower().rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return f"{local}@{domain}"
