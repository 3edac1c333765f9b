"""What an administrator does about letters that did not arrive."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from invitations import history, outbox
from invitations.models import Invitation, Suppression
from invitations.models.invitation import RESEND_AFTER
from links.models import GuestLink
from rooms.models import Administrator, Room


@dataclass(frozen=True)
class Tally:
    """How many letters go again, and how many do not, by why."""

    sent: int
    too_soon: int
    dead: int
    unwanted: int


def correct(link: GuestLink, email: str, by: Administrator) -> Invitation:
    """The same link for another e-mail address, and a new letter at once: both or neither.

    Raises DeadLink; IntegrityError when another living link of the room has this address; TooSoon when the
    address has not changed.
    """
    if email == link.email:
        return outbox.resend(link, by)
    with transaction.atomic():
        outbox.lock_living(link)
        link.edit(email=email, by=by)
        return outbox.replace(link, by)


def resend_all(room: Room, by: Administrator) -> Tally:
    """A new letter to each guest whose last one did not arrive."""
    lost = GuestLink.objects.kept().filter(room=room).not_arrived().order_by("pk")
    with transaction.atomic():
        # Whoever presses a second time waits here for the first, and then finds nothing left.
        list(lost.select_for_update(no_key=True).values_list("pk"))
        links = list(lost.annotate(asked_at=Max("invitations__created_at")).prefetch_related("invitations"))
        now = timezone.now()
        living = [link for link in links if link.is_living(now)]
        unwilling = Suppression.objects.among({link.email for link in living}, room)
        wanted = [link for link in living if link.email not in unwilling]
        ready = [link for link in wanted if not _is_fresh(link.asked_at, now)]
        Invitation.objects.filter(link__in=ready).waiting().replaced()
        Invitation.objects.bulk_create(
            Invitation(link=link, sent_by=by, occasion=history.next_occasion(link)) for link in ready
        )
    return Tally(
        sent=len(ready),
        too_soon=len(wanted) - len(ready),
        dead=len(links) - len(living),
        unwanted=len(living) - len(wanted),
    )


def _is_fresh(asked_at: datetime, now: datetime) -> bool:
    return asked_at > now - RESEND_AFTER
