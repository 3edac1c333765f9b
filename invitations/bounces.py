"""Bounces: letters that came back to the return path that each of ours has of its own (VERP).

`<local>+<id><signature>@<domain>`, from BOUNCE_ADDRESS: the invitation's id, and 96 bits of the HMAC-SHA-256
(RFC 2104) of it, in hexadecimal digits, which survive servers that change the case of letters. So a bounce is
tied to its letter, and nobody can make one up for a letter that they never had.
"""

import email
import email.policy
import hashlib
import hmac
import logging
import re
from collections.abc import Iterator
from datetime import datetime
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from flufl.bounce import all_failures

from invitations import reasons, tracking
from invitations.models import Invitation, State
from invitations.tracking import Report
from links.addresses import digests

log = logging.getLogger(__name__)

SIGNATURE_LENGTH = 24
LONGEST_LOCAL_PART = 64  # RFC 5321, 4.5.3.1.1
LONGEST_NAME = LONGEST_LOCAL_PART - len("+") - 16 - SIGNATURE_LENGTH  # before the @ of BOUNCE_ADDRESS
# Where servers write to whom a message was delivered.
ADDRESSEES = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
# RFC 3464, 2.3.3; `error` is OpenSMTPD's word.
ACTIONS = {"failed": State.BOUNCED, "error": State.BOUNCED, "delayed": State.DEFERRED}
# Those who speak for mail servers that write no status notification by the standard.
MAILERS = re.compile(
    r"mailer-daemon|postmaster|mail(er|delivery)?[-_.]?daemon|microsoftexchange\w*", re.IGNORECASE
)
AWAY = re.compile(
    r"\s*(out of (the )?office|automatic reply|auto(matic)?[ -]?(reply|response)|autoreply)", re.IGNORECASE
)
SAID = re.compile(r"(?<!\d)(?:#\s*)?[45]\d\d[ -].*|(?<![\d.])[45]\.\d{1,3}\.\d{1,3}\b.*")


def return_path(invitation: Invitation) -> str | None:
    """The envelope sender of a letter; None where bounces have no address. Raises ImproperlyConfigured."""
    if not settings.BOUNCE_ADDRESS:
        return None
    local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    marked = f"{local}+{invitation.pk:x}{_signatures(invitation.pk)[0]}"
    if not 0 < len(local) <= LONGEST_NAME:
        raise ImproperlyConfigured("BOUNCE_ADDRESS can't be used: see `manage.py check`.")
    return f"{marked}@{domain}"


def hear(raw: bytes) -> bool:
    """Take a message out of the bounce mailbox. False when it is no bounce of one of our letters."""
    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    pk = _invitation_of(message)
    verdict = _judge(message) if pk is not None else None
    if pk is None or verdict is None:
        return False
    state, said = verdict
    name = str(message["Message-ID"] or hashlib.sha256(raw).hexdigest())
    report = Report(tracking.named("bounce", pk, name), state, state, reasons.reason(said), _sent_at(message))
    tracking.note(report, Invitation.objects.select_related("link").filter(pk=pk).first())
    return True


def _invitation_of(message: Message) -> int | None:
    local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    pattern = re.compile(
        rf"{re.escape(local)}\+([0-9a-f]{{1,16}})([0-9a-f]{{{SIGNATURE_LENGTH}}})@{re.escape(domain)}",
        re.IGNORECASE,
    )
    for name in ADDRESSEES:
        for value in message.get_all(name, []):
            for digits, signature in pattern.findall(str(value)):
                if _is_genuine(signature.lower(), pk := int(digits, 16)):
                    return pk
    return None


def _judge(message: Message) -> tuple[State, str] | None:
    """What it says of our letter, and in which words; None for autoreplies and people's letters."""
    for block in _status_blocks(message):
        action = str(block.get("Action", "")).lower().split(" ")[0].strip()
        if state := ACTIONS.get(action):
            return state, _diagnostic(block)
    if _is_autoreply(message) or not _is_from_a_mailer(message):
        return None
    temporary, permanent = all_failures(message)
    if not temporary and not permanent:
        return None
    return State.BOUNCED if permanent else State.DEFERRED, _said_in_text(message)


def _status_blocks(message: Message) -> Iterator[Message]:
    """The recipients' parts of a delivery status notification (RFC 3464, 2.1)."""
    for part in message.walk():
        if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status"):
            blocks = part.get_payload()
            if isinstance(blocks, list):
                yield from (block for block in blocks if isinstance(block, Message))


def _diagnostic(block: Message) -> str:
    _kind, _semicolon, said = str(block.get("Diagnostic-Code", "")).partition(";")
    status = str(block.get("Status", "")).split(" ")[0]
    return said if status in said else f"{said} ({status})" if said.strip() else status


def _said_in_text(message: Message) -> str:
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            text = part.get_payload(decode=True)
            if isinstance(text, bytes) and (said := SAID.search(text.decode(errors="replace"))):
                return said[0]
    return ""


def _is_autoreply(message: Message) -> bool:
    """Somebody is away (RFC 3834). Bounces may also call themselves `auto-replied`."""
    if message["X-Failed-Recipients"]:
        return False
    marks = (message["X-Autoreply"], message["X-Autorespond"], message["X-Auto-Reply"], message["X-Vacation"])
    is_vacation = "vacation" in str(message.get("Auto-Submitted", "")).lower()
    is_auto = str(message.get("Precedence", "")).lower() == "auto_reply"
    return any(marks) or is_vacation or is_auto or bool(AWAY.match(str(message.get("Subject", ""))))


def _is_from_a_mailer(message: Message) -> bool:
    local = parseaddr(str(message.get("From", "")))[1].rpartition("@")[0]
    return bool(message["X-Failed-Recipients"] or MAILERS.fullmatch(local))


def _sent_at(message: Message) -> datetime:
    now = timezone.now()
    try:
        said = parsedate_to_datetime(str(message["Date"]))
    except ValueError:
        return now
    return min(said, now) if said.tzinfo else now


def _is_genuine(signature: str, pk: int) -> bool:
    # In constant time.
    tries = [hmac.compare_digest(signature, genuine) for genuine in _signatures(pk)]
    return any(tries)  # only now, so that every key is tried, whichever fits


def _signatures(pk: int) -> list[str]:
    return [digest.hex()[:SIGNATURE_LENGTH] for digest in digests(f"bounce:{pk}")]
