"""The work: chunk after chunk of a confirmed change, each in one transaction under the change's row.

The links, what Activity says of them and how far it is are written together or not at all. Whoever dies
leaves whole chunks behind, and the change falls due again.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext_noop as _

from links.models import BulkChange, BulkFailure, Link
from links.models.change import plain
from links.selection import Selection
from rooms.models import Activity, Administrator
from rooms.models.activity import Deed

log = logging.getLogger(__name__)
AT_ONCE = 200  # links, within the request
# A change of links holds their room, and nobody at its doors waits for more than these.
CHUNK = 200
NOT_DONE = _("This link could not be changed")
DELETED = _("It was deleted meanwhile")

Action = BulkChange.Action
RECORDED = {
    Action.SWITCH_ON: Deed.SWITCHED,
    Action.SWITCH_OFF: Deed.SWITCHED,
    Action.ROLE: Deed.ROLE,
    Action.DATES: Deed.WINDOW,
    Action.EXPIRE: Deed.WINDOW,
    Action.DELETE: Deed.DELETED,
    Action.UNDO: Deed.UNDONE,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one chunk. Whatever is in neither was deleted, or is no more."""

    changed: int
    same: int
    failures: dict[int, str] = field(default_factory=dict)  # a link's pk: why


Do = Callable[[BulkChange, list[int]], Outcome]


def draft(selection: Selection, action: Action, by: Administrator) -> BulkChange:
    """What is meant, down to the last link: a question yet."""
    chosen = list(selection.links.order_by("pk").values_list("pk", flat=True))
    return BulkChange.objects.create(
        room=selection.room,
        kind=selection.kind,
        by=by,
        action=action,
        chosen=chosen,
        number=len(chosen),
        is_by_hand=selection.pks is not None,
        query=selection.query,
    )


def confirm(
    change: BulkChange, action: Action, values: dict[str, Any], *, removes_people: bool = False
) -> bool:
    """Have it done, once. False when it was confirmed before."""
    with transaction.atomic():
        written = {"action": action, "values": plain(values), "removes_people": removes_people}
        if not change.start(**written):
            return False
        if deed := RECORDED.get(action):
            change.activity = _record(change, deed, plain(values))
            change.save(update_fields=["activity"])
    change.refresh_from_db()
    return True


def run(doing: Mapping[str, Do]) -> None:
    """Do what is confirmed, of these actions, and forget what is too old."""
    BulkChange.objects.forgotten().delete()
    while running := BulkChange.objects.claim(doing):
        _do(running, doing)


def finish(change: BulkChange, doing: Mapping[str, Do]) -> None:
    """Do this one now, if it is small and nobody else has it yet."""
    if change.number <= AT_ONCE and (mine := BulkChange.objects.filter(pk=change.pk).claim(doing)):
        _do(mine, doing)
    change.refresh_from_db()


def _record(change: BulkChange, deed: Deed, after: dict[str, Any]) -> Activity:
    """One row, of which each link's is a part."""
    about = str(Link.objects.get(pk=change.chosen[0])) if change.number == 1 else ""
    return Activity.objects.create(
        room_id=change.room_id, deed=deed, by=change.by, number=change.number, about=about, after=after
    )


def _do(running: BulkChange, doing: Mapping[str, Do]) -> None:
    work = Work(running, doing[running.action])
    while work.do_chunk():
        pass


@dataclass(frozen=True, slots=True)
class Work:
    """One change in one worker's hands."""

    running: BulkChange
    do: Do

    def do_chunk(self) -> bool:
        """False when there is no more to do, or another worker has it."""
        running = self.running
        with transaction.atomic():
            if not running.hold():
                return False
            pks = running.chosen[running.through : running.through + CHUNK]
            if not pks:
                running.end()
                return False
            if not self._done(pks):
                for pk in pks:
                    self._do_alone(pk)
        running.through += len(pks)
        return True

    def _do_alone(self, pk: int) -> None:
        if not self._done([pk]):
            self._write_down([pk], Outcome(0, 0, {pk: NOT_DONE}))

    def _done(self, pks: list[int]) -> bool:
        """False, and nothing is done, when the database refuses one of these."""
        try:
            with transaction.atomic():
                self._write_down(pks, self.do(self.running, pks))
        except (IntegrityError, DataError) as error:
            log.warning("bulk change %s: links from %s: %s", self.running.pk, pks[0], error)
            return False
        return True

    def _write_down(self, pks: list[int], outcome: Outcome) -> None:
        self.running.count(through=len(pks), changed=outcome.changed, same=outcome.same)
        reasons = outcome.failures
        if len(pks) > outcome.changed + outcome.same + len(reasons):
            gone = Link.objects.filter(pk__in=pks, deleted_at__isnull=False)
            reasons = dict.fromkeys(gone.values_list("pk", flat=True), DELETED) | reasons
        BulkFailure.objects.bulk_create(
            BulkFailure(bulk_change=self.running, link_id=pk, reason=reason) for pk, reason in reasons.items()
        )
