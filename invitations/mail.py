"""The letter: in the guest's language, whatever language the worker or the administrator speaks."""

import re
from email.headerregistry import Address
from typing import Any

from anymail.message import AnymailMessage
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from invitations import calendar, optout
from invitations.models import Invitation, Occasion

CANCELLATION = Occasion.CANCELLATION


def compose(invitation: Invitation) -> AnymailMessage:
    """The letter of an invitation, with the Message-ID that it keeps for life (RFC 5322)."""
    link, inviter = invitation.link, invitation.sent_by
    context = _context(invitation)
    with translation.override(link.language), timezone.override(link.room.zone):
        subject = " ".join(render_to_string("invitations/letter_subject.txt", context).split())
        text = render_to_string("invitations/letter.txt", context)
        html = render_to_string("invitations/letter.html", context | {"subject": subject})
        files = [_calendar_file(invitation, context)] if calendar.has_entry(link) else []
    letter = AnymailMessage(
        subject=subject,
        body=_with_single_blank_lines(text),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mailbox(link.name, link.email)],
        reply_to=[mailbox(inviter.name, inviter.email)] if inviter else [],
        headers=_headers(invitation, context["wish_address"]),
        metadata={"invitation": str(invitation.pk)},
        track_opens=False,
        track_clicks=False,
    )
    letter.attach_alternative(html, "text/html")
    for file in files:
        letter.attach(*file)
    return letter


def _context(invitation: Invitation) -> dict[str, Any]:
    link = invitation.link
    return {
        "occasion": invitation.occasion,
        "link": link,
        "room": link.room,
        "inviter": invitation.sent_by,
        "address": "" if invitation.occasion == CANCELLATION else link.address,
        "notes": [note for note in (link.room.note.strip(), link.note.strip()) if note],
        "wish_address": optout.address_of(invitation),
    }


def _headers(invitation: Invitation, wish_address: str) -> dict[str, str]:
    """Beside its name: sent by a machine (RFC 3834), and refused with one click (RFC 8058)."""
    return {
        "Message-ID": invitation.message_id,
        "Content-Language": invitation.link.language,
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{wish_address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _calendar_file(invitation: Invitation, context: dict[str, Any]) -> tuple[str, str, str]:
    """Name, content and type of the attachment (RFC 6047, 2.4)."""
    about = _with_single_blank_lines(
        render_to_string("invitations/calendar_description.txt", context)
    ).strip()
    method = calendar.CANCEL if invitation.occasion == CANCELLATION else calendar.PUBLISH
    entry = calendar.entry(invitation.link, invitation.sent_by, about, invitation.created_at, method)
    return calendar.NAMES[method], entry.decode(), f"text/calendar; method={method}"


def _with_single_blank_lines(text: str) -> str:
    """Templates leave more of them where something is not said."""
    return re.sub(r"\n{3,}", "\n\n", text.replace("\r\n", "\n")).strip() + "\n"


def mailbox(name: str, email: str) -> str:
    """A mailbox as RFC 5322, 3.4 writes it; ValueError for a line break in it."""
    return str(Address(display_name=name, addr_spec=email))
