"""The letter to a room's administrators: who asks them for access. The requests are its outbox."""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from invitations.mail import mailbox
from invitations.models.invitation import new_message_id
from invitations.outbox import close, judge
from links.models import AccessRequest
from rooms.models import Administrator, Room

log = logging.getLogger(__name__)
TRY_AGAIN = timedelta(minutes=1)


def tell() -> None:
    """To each room where somebody asks one letter, unless there was one just now."""
    AccessRequest.objects.sweep()
    if not (rooms := AccessRequest.objects.rooms_to_tell()):
        return
    connection = get_connection()
    try:
        for room_id in rooms:
            if claimed := AccessRequest.objects.claim(room_id):
                _tell(claimed, connection)
    finally:
        close(connection)


def _tell(claimed: list[AccessRequest], connection: BaseEmailBackend) -> None:
    """Told is who one letter has reached or none ever will; while none can go, they wait."""
    room = claimed[0].room
    administrators = room.administrators.filter(is_active=True).order_by("pk")
    gone = [_send(compose(room, claimed, each), connection) for each in administrators]
    mine = AccessRequest.objects.filter(claim=claimed[0].claim)
    if gone and not any(gone):
        mine.release(TRY_AGAIN)
    else:
        mine.told()


def _send(letter: EmailMessage, connection: BaseEmailBackend) -> bool:
    """Whether there is nothing more to do about this letter."""
    try:
        connection.open()
        connection.send_messages([letter])
    except Exception as error:  # noqa: BLE001  (one refused recipient never holds up another)
        close(connection)
        permanent, reason = judge(error)
        log.warning("a request for access could not be told: %s", reason)
        return permanent
    return True


def compose(room: Room, claimed: list[AccessRequest], administrator: Administrator) -> EmailMessage:
    """In the site's language: administrators have none of their own that is kept."""
    page = reverse("links:guests", args=[room.pk])
    with translation.override(settings.LANGUAGE_CODE):
        subject = ngettext(
            "%(number)d person asks to be let in to %(room)s",
            "%(number)d people ask to be let in to %(room)s",
            len(claimed),
        ) % {"number": len(claimed), "room": room}
        context = {"room": room, "claimed": claimed, "page": f"{settings.PUBLIC_URL}{page}"}
        body = render_to_string("invitations/asking.txt", context).strip() + "\n"
    return EmailMessage(
        subject=" ".join(subject.split()),
        body=body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mailbox(administrator.name, administrator.email)],
        headers={"Message-ID": new_message_id(), "Auto-Submitted": "auto-generated"},
    )
