"""The letter: in the guest's language, whatever language the worker or the administrator speaks."""

from email.headerregistry import Address

from anymail.message import AnymailMessage
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from invitations.models import Invitation

HEADERS = {"Auto-Submitted": "auto-generated"}


def compose(invitation: Invitation) -> AnymailMessage:
    """The letter of an invitation, with the Message-ID that it keeps for life (RFC 5322)."""
    link = invitation.link
    inviter = invitation.sent_by
    context = {"link": link, "room": link.room, "inviter": inviter, "address": link.address}
    with translation.override(link.language), timezone.override(link.room.zone):
        subject = render_to_string("invitations/letter_subject.txt", context)
        text = render_to_string("invitations/letter.txt", context)
        html = render_to_string("invitations/letter.html", context)
    letter = AnymailMessage(
        subject=" ".join(subject.split()),
        body=text.strip() + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[_mailbox(link.name, link.email)],
        reply_to=[_mailbox(inviter.name, inviter.email)] if inviter else [],
        headers={**HEADERS, "Message-ID": invitation.message_id, "Content-Language": link.language},
        metadata={"invitation": str(invitation.pk)},
        track_opens=False,
        track_clicks=False,
    )
    letter.attach_alternative(html, "text/html")
    return letter


def _mailbox(name: str, email: str) -> str:
    """A mailbox as RFC 5322, 3.4 writes it; ValueError for a line break in it."""
    return str(Address(display_name=name, addr_spec=email))
