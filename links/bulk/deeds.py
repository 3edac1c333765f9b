"""What becomes of a chunk of links, by what was asked."""

from django.utils.translation import gettext_noop as _

from links.bulk.undoing import take_back_chunk
from links.bulk.work import RECORDED, Action, Do, Outcome
from links.models import BulkChange, Link
from links.models.change import Values, change, read
from rooms import seating
from rooms.models import Participant
from rooms.models.participant import Ending

ENDS_TOO_EARLY = _("With these dates the link would end before it starts")


def change_chunk(running: BulkChange, pks: list[int]) -> Outcome:
    """Give these links the values that were asked for."""
    met: set[int] = set()
    failures: dict[int, str] = {}

    def new(link: Link) -> Values:
        values = _values(running, link)
        if _ends_too_early(link, values):
            failures[link.pk] = ENDS_TOO_EARLY
            return {}
        met.add(link.pk)
        return values

    links = Link.objects.kept().filter(pk__in=pks)
    deed = RECORDED[Action(running.action)]
    changed = change(links, running.room_id, deed, new, by=running.by, part_of=running.activity)
    if running.removes_people:
        through = Participant.objects.filter(link__in=met)
        seating.let_go(running.room_id, through, Ending.NO_ACCESS)
    return Outcome(len(changed), len(met) - len(changed), failures)


DEEDS: dict[str, Do] = {
    Action.SWITCH_ON: change_chunk,
    Action.SWITCH_OFF: change_chunk,
    Action.ROLE: change_chunk,
    Action.DATES: change_chunk,
    Action.EXPIRE: change_chunk,
    Action.DELETE: change_chunk,
    Action.UNDO: take_back_chunk,
}


def _values(running: BulkChange, link: Link) -> Values:
    values = read(running.values)
    if running.action == Action.EXPIRE and link.starts_at and link.starts_at >= values["ends_at"]:
        return {**values, "starts_at": None}  # else it would end before it starts
    return values


def _ends_too_early(link: Link, values: Values) -> bool:
    starts_at, ends_at = values.get("starts_at", link.starts_at), values.get("ends_at", link.ends_at)
    return bool(starts_at and ends_at and ends_at <= starts_at)
