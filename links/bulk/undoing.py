"""The way back from a change of many links: another such change, over what the first has done."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from links.bulk.work import Action, Outcome, confirm
from links.models import BulkChange, Link
from links.undo import take_back
from rooms.models import Activity, Administrator
from rooms.models.activity import Deed

CHANGED_SINCE = _("It was changed since, and stays as it is")
HAS_ANOTHER = _("Its guest has another link in this room by now, or somebody has changed it since")


def undo(done: Activity, by: Administrator, *, query: str = "") -> BulkChange | None:
    """Take back a change of many links, which is confirmed then and has yet to be done.

    None when it runs still, was taken back before, or is too old; of two at once one has it.
    """
    if BulkChange.objects.filter(activity=done, state=BulkChange.State.RUNNING).exists():
        return None
    with transaction.atomic():
        undoable = Activity.objects.filter(pk__in=Activity.objects.undoable().filter(pk=done.pk).values("pk"))
        if not undoable.filter(undone_at__isnull=True).update(undone_at=timezone.now()):
            return None
        return _begin(done, by, query)


def take_back_chunk(running: BulkChange, pks: list[int]) -> Outcome:
    parts = Activity.objects.filter(part_of=running.undoes_id, link__in=pks, before__isnull=False)
    taken = take_back(list(parts), by=running.by, part_of=running.activity)
    theirs = Activity.objects.filter(part_of=running.activity_id, link__in=pks)
    why = HAS_ANOTHER if running.undoes and running.undoes.deed == Deed.DELETED else CHANGED_SINCE
    failures = dict.fromkeys(set(pks) - set(theirs.values_list("link", flat=True)), why)
    return Outcome(taken, 0, failures)


def _begin(done: Activity, by: Administrator, query: str) -> BulkChange:
    parts = Activity.objects.filter(part_of=done, link__isnull=False, before__isnull=False)
    chosen = list(parts.order_by("link").values_list("link", flat=True))
    first = BulkChange.objects.filter(activity=done).only("kind", "query").first()
    change = BulkChange.objects.create(
        room_id=done.room_id,
        kind=first.kind if first else Link.Kind.GUEST,
        by=by,
        action=Action.UNDO,
        chosen=chosen,
        number=len(chosen),
        query=query or (first.query if first else ""),
        undoes=done,
    )
    confirm(change, Action.UNDO, {})
    return change
