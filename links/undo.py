"""The way back from a change of links: each has again what it had, unless somebody has changed it since."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from links.models import Link
from links.models.change import Values, change, plain, read
from rooms.models import Activity, Administrator
from rooms.models.activity import Deed

AT_ONCE = 500  # links; more are work for a worker


@dataclass(frozen=True, slots=True)
class Undone:
    """How many links have again what they had; the others have been changed since."""

    taken: int
    left: int


class NotUndoable(Exception):
    """It is undone already, or too long ago, or nothing that can be."""


class TooMany(Exception):
    """More than one request takes back."""


def undo(done: Activity, *, by: Administrator) -> Undone:
    """Take back a change of one link or of many, once. Raises NotUndoable and TooMany."""
    with transaction.atomic():
        this = Activity.objects.filter(pk=done.pk)
        # Of two at once one changes this row, and the other finds it changed.
        if not Activity.objects.filter(pk__in=this.undoable().values("pk"), undone_at=None).update(
            undone_at=Now()
        ):
            raise NotUndoable
        parts = _parts(done)
        if len(parts) > AT_ONCE:  # <- a change of more links goes to the worker from here
            raise TooMany
        taken = _take_back_parts(done, parts, by)
        if not taken:
            this.update(undone_at=None)
    return Undone(taken, len(parts) - taken)


def restore(link: Link, *, by: Administrator) -> bool:
    """Take back its deletion. False when its guest has another link by now. Raises NotUndoable."""
    deletions = Activity.objects.filter(link=link, deed=Deed.DELETED).undoable()
    deletion = deletions.order_by("-at", "-pk").first()
    if deletion is None:
        raise NotUndoable
    return undo(deletion, by=by).taken == 1


def take_back(done: Iterable[Activity], *, by: Administrator | None, part_of: Activity | None = None) -> int:
    """Undo these changes, each of a link of its own. How many were taken back.

    The others have been changed since, or another link stands in their way by now.
    """
    by_link = {activity.link_id: activity for activity in done}
    try:
        return _take_back(by_link, by, part_of)
    except IntegrityError:
        return sum(_take_back_alone(activity, by, part_of) for activity in by_link.values())


def _parts(done: Activity) -> list[Activity]:
    """The changes of single links that it is, or stands for; not those that were taken back by themselves."""
    changes = Activity.objects.changes().filter(Q(pk=done.pk) | Q(part_of=done.pk, undone_at=None))
    return list(changes.order_by("pk")[: AT_ONCE + 1])


def _take_back_parts(done: Activity, parts: list[Activity], by: Administrator) -> int:
    if done.link_id:
        return take_back(parts, by=by)
    whole = Activity.objects.create(room_id=done.room_id, deed=Deed.UNDONE, by=by, about=done.about)
    taken = take_back(parts, by=by, part_of=whole)
    if not taken:
        whole.delete()
        return 0
    Activity.objects.filter(pk=whole.pk).update(number=taken)
    Activity.objects.filter(part_of=done.pk, undone_at=None).update(undone_at=Now())
    return taken


def _take_back_alone(activity: Activity, by: Administrator | None, part_of: Activity | None) -> int:
    try:
        return _take_back({activity.link_id: activity}, by, part_of)
    except IntegrityError:
        return 0


def _take_back(
    by_link: dict[int | None, Activity], by: Administrator | None, part_of: Activity | None
) -> int:
    def as_it_was(link: Link) -> Values:
        if link.is_of_former_guest:
            return {}  # not even their name
        done = by_link[link.pk]
        now = plain({name: getattr(link, name) for name in done.after})
        return read(done.before or {}) if now == done.after else {}

    taken = 0
    with transaction.atomic():
        for room_id in {activity.room_id for activity in by_link.values()}:
            links = Link.objects.filter(pk__in=[pk for pk in by_link if pk])
            taken += len(change(links, room_id, Deed.UNDONE, as_it_was, by=by, part_of=part_of))
    return taken
