"""What an administrator does about letters that did not arrive."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from invitations import history, outbox
from invitations.models import Invitation, Suppression
from invitations.models.invitation import RESEND_AFTER
from links.bulk import Do, Outcome
from links.models import BulkChange, GuestLink, LinkQuerySet
from rooms.models import Administrator, Room

TOO_SOON = _("This guest had a letter less than a minute ago: please try again in a minute")
DEAD = _("This link is switched off, has expired or gives no access: change that first")
UNWANTED = _("This guest has asked for no more letters")


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
    asked = resend(GuestLink.objects.kept().filter(room=room).not_arrived(), room.pk, by)
    return Tally(len(asked.sent), len(asked.too_soon), len(asked.dead), len(asked.unwanted))


@dataclass(frozen=True)
class Asked:
    """The links of which a new letter was asked for, by what became of it."""

    sent: list[GuestLink]
    too_soon: list[GuestLink]
    dead: list[GuestLink]
    unwanted: list[GuestLink]


def resend(asked: LinkQuerySet[GuestLink], room_id: int, by: Administrator) -> Asked:
    """A new letter to each of these guests of one room who may have one now."""
    asked = asked.order_by("pk")
    with transaction.atomic():
        # Whoever presses a second time waits here for the first, and then finds nothing left.
        list(asked.select_for_update(no_key=True).values_list("pk"))
        # What was found a moment ago may be found no more.
        annotated = asked.annotate(asked_at=Max("invitations__created_at"))
        links = list(annotated.prefetch_related("invitations"))
        now = timezone.now()
        living = [link for link in links if link.is_living(now)]
        unwilling = Suppression.objects.among({link.email for link in living}, room_id)
        wanted = [link for link in living if link.email not in unwilling]
        ready = [link for link in wanted if not _is_fresh(link.asked_at, now)]
        Invitation.objects.filter(link__in=ready).waiting().replaced()
        Invitation.objects.bulk_create(
            Invitation(link=link, sent_by=by, occasion=history.next_occasion(link)) for link in ready
        )
    return Asked(
        sent=list(ready),
        too_soon=[link for link in wanted if _is_fresh(link.asked_at, now)],
        dead=[link for link in links if not link.is_living(now)],
        unwanted=[link for link in living if link.email in unwilling],
    )


def resend_chunk(running: BulkChange, pks: list[int]) -> Outcome:
    """The letters' part of a change of many links."""
    links = GuestLink.objects.kept().filter(room=running.room_id, pk__in=pks)
    asked = resend(links, running.room_id, running.by)
    failures = {
        link.pk: reason
        for refused, reason in ((asked.too_soon, TOO_SOON), (asked.dead, DEAD), (asked.unwanted, UNWANTED))
        for link in refused
    }
    return Outcome(len(asked.sent), 0, failures)


LETTERS: dict[str, Do] = {BulkChange.Action.RESEND: resend_chunk}


def _is_fresh(asked_at: datetime | None, now: datetime) -> bool:
    return asked_at is not None and asked_at > now - RESEND_AFTER
