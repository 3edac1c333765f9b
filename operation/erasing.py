"""How somebody becomes a former guest: all that was written about them, wherever it stands."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from invitations.models import ImportRow, Invitation, TrackingEvent
from invitations.models.invitation import InvitationQuerySet
from links.models import AccessRequest, Link
from links.models.change import forget
from rooms.models import Activity, Administrator
from rooms.models.activity import ActivityQuerySet, Deed

AT_ONCE = 2_000  # rows


def forget_links(room_id: int, pks: Collection[int]) -> None:
    """The guests of these links of one room. That there was somebody, when, and how often, stays."""
    if pks:
        forget_letters(Invitation.objects.filter(link__in=pks))
        AccessRequest.objects.filter(link__in=pks).delete()
        ImportRow.objects.filter(link__in=pks).forget()
        forget(Link.objects.filter(pk__in=pks), room_id)


def forget_letters(letters: InvitationQuerySet) -> None:
    TrackingEvent.objects.filter(invitation__in=letters.values("pk")).delete()
    letters.forget()


def forget_deeds(done: ActivityQuerySet) -> int:
    """Some of them; 0 when there is none left."""
    pks = list(done.values_list("pk", flat=True)[:AT_ONCE])
    Activity.objects.filter(pk__in=pks).forget()
    return len(pks)


def write_down(room_id: int, number: int, by: Administrator | None = None) -> None:
    """In Activity, without naming anybody. What becomes of people by itself within an hour is one line."""
    if not number:
        return
    its = Activity.objects.filter(room=room_id, deed=Deed.FORGOTTEN, by=None)
    recent = its.filter(at__gt=timezone.now() - timedelta(hours=1))
    if by or not recent.update(number=F("number") + number):
        Activity.objects.create(room_id=room_id, deed=Deed.FORGOTTEN, by=by, number=number)
