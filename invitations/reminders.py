"""Reminders: a day and an hour before the start, where the room wants them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Subquery
from django.utils import timezone

from invitations.models import Invitation, Occasion
from links.models import NOT_ARRIVED, GuestLink


@dataclass(frozen=True)
class Reminder:
    occasion: Occasion
    wanted: str  # the room's field
    lead: timedelta  # so long before the start it goes,
    latest: timedelta  # and at the latest so long before


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
REMINDERS = (
    Reminder(Occasion.DAY_BEFORE, "reminds_a_day_before", DAY, latest=HOUR),
    Reminder(Occasion.HOUR_BEFORE, "reminds_an_hour_before", HOUR, latest=timedelta(0)),
)


def remind() -> int:
    """Put into the outbox the reminders whose time has come, each once. Returns how many."""
    now = timezone.now()
    letters = [letter for reminder in REMINDERS for letter in _due(reminder, now)]
    Invitation.objects.bulk_create(letters, ignore_conflicts=True, batch_size=500)
    return len(letters)


def _due(reminder: Reminder, now: datetime) -> list[Invitation]:
    """To guests whose link opens in that time, who had a letter before it and have not been there.

    Not to those whom the last letter did not reach, or who heard in it that it is cancelled.

    In the name of the one who sent that letter.
    """
    letters = Invitation.objects.filter(link=OuterRef("pk")).order_by("-pk")
    earlier = letters.gone().filter(reminds_of=None, created_at__lte=OuterRef("starts_at") - reminder.lead)
    last = letters.filter(reminds_of=None)
    reminded = letters.filter(reminds_of=OuterRef("starts_at"), occasion=reminder.occasion)
    wants = {f"room__{reminder.wanted}": True}
    links = (
        GuestLink.objects.living(now)
        .filter(starts_at__gt=now + reminder.latest, starts_at__lte=now + reminder.lead, **wants)
        .filter(Exists(earlier), ~Exists(reminded), participants=None)
        .alias(
            last_state=Subquery(last.values("state")[:1]), last_occasion=Subquery(last.values("occasion")[:1])
        )
        .exclude(last_state__in=NOT_ARRIVED)
        .exclude(last_occasion=Occasion.CANCELLATION)
        .annotate(sender=Subquery(earlier.values("sent_by")[:1]))
    )
    return [
        Invitation(link=link, occasion=reminder.occasion, reminds_of=link.starts_at, sent_by_id=link.sender)
        for link in links
    ]
