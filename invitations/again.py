"""“Send me my link again”: what a guest may have again of what they had before."""

from contextlib import suppress

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from invitations import outbox
from invitations.models import Invitation, LinkWanted
from invitations.outbox import DeadLink, TooSoon, Unwanted
from links.models import GuestLink


def send() -> int:
    """Put into the outbox what is wanted. How many letters; the caller wakes the worker."""
    LinkWanted.objects.stale().delete()
    return sum(_send(wanted) for wanted in LinkWanted.objects.order_by("pk"))


def _send(wanted: LinkWanted) -> int:
    """Once: of two workers one deletes the row, in the transaction of the letters."""
    with transaction.atomic():
        deleted, _rows = LinkWanted.objects.filter(pk=wanted.pk).delete()
        return sum(_resend(link) for link in _links_of(wanted.email)) if deleted else 0


def _links_of(email: str) -> list[GuestLink]:
    """Living ones about which a letter has gone: who was to have none gets none by this either."""
    gone = Invitation.objects.filter(link=OuterRef("pk"), held_at__isnull=False)
    living = GuestLink.objects.living(timezone.now()).with_addresses([email.lower()])
    return list(living.filter(Exists(gone)).order_by("pk"))


def _resend(link: GuestLink) -> bool:
    last = link.invitations.select_related("sent_by").first()
    with suppress(TooSoon, DeadLink, Unwanted):
        outbox.resend(link, by=last.sent_by if last else None)
        return True
    return False
