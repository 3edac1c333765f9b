"""The way back: what an import made is deleted, once; what it changed stays changed."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from invitations import history, outbox
from invitations.models import Import, ImportRow, Invitation
from links.models import Link, LinkQuerySet
from rooms.models import Activity, Administrator, Participant
from rooms.models.activity import Deed


@dataclass(frozen=True, slots=True)
class Consequences:
    """What there is to know before an import is undone."""

    links: int
    joined: int
    people_in: int
    letters_gone: int
    letters_waiting: int
    updated: int


def consequences(done: Import) -> Consequences:
    links = made_by(done).kept()
    letters = Invitation.objects.filter(link__in=links)
    people = Participant.objects.filter(link__in=links)
    waiting = letters.waiting().count()
    return Consequences(
        links=links.count(),
        joined=people.order_by().values("link").distinct().count(),
        people_in=people.present().count(),
        letters_gone=letters.gone().count(),
        letters_waiting=waiting,
        updated=done.rows.filter(state=ImportRow.State.UPDATED).count(),
    )


def undo(done: Import, *, by: Administrator | None = None) -> bool:
    """Delete the links that it made, and withdraw their letters. False when that has been done before."""
    with transaction.atomic():
        this = Import.objects.filter(pk=done.pk, state=Import.State.DONE)
        if not this.update(state=Import.State.UNDONE, undone_at=timezone.now()):
            return False
        links = made_by(done)
        whole = Activity.objects.create(room=done.room, deed=Deed.UNIMPORTED, by=by, about=str(done))
        number = links.discard(done.room_id, by, part_of=whole)
        Activity.objects.filter(pk=whole.pk).update(number=number)
        outbox.withdraw(links)
    return True


def cancellable(undone: Import) -> int:
    """How many guests still believe that the links that it made open something."""
    links = made_by(undone).filter(deleted_at__isnull=False).prefetch_related("invitations")
    return sum(history.can_be_cancelled(link) for link in links)


def made_by(done: Import) -> LinkQuerySet[Link]:
    rows = Q(import_rows__of_import=done, import_rows__state=ImportRow.State.MADE)
    return Link.objects.filter(rows)
