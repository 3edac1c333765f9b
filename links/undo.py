"""The way back from a change of links: each has again what it had, unless somebody has changed it since."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from links.models import Link
from links.models.change import Values, change, plain, read
from rooms.models import Activity, Administrator
from rooms.models.activity import Deed


def take_back(done: Iterable[Activity], *, by: Administrator | None, part_of: Activity | None = None) -> int:
    """Undo these changes, each of a link of its own. How many were taken back.

    The others have been changed since, or another link stands in their way by now.
    """
    by_link = {activity.link_id: activity for activity in done}
    try:
        return _take_back(by_link, by, part_of)
    except IntegrityError:
        return sum(_take_back_alone(activity, by, part_of) for activity in by_link.values())


def _take_back_alone(activity: Activity, by: Administrator | None, part_of: Activity | None) -> int:
    try:
        return _take_back({activity.link_id: activity}, by, part_of)
    except IntegrityError:
        return 0


def _take_back(
    by_link: dict[int | None, Activity], by: Administrator | None, part_of: Activity | None
) -> int:
    def as_it_was(link: Link) -> Values:
        done = by_link[link.pk]
        now = plain({name: getattr(link, name) for name in done.after})
        return read(done.before or {}) if now == done.after else {}

    taken = 0
    with transaction.atomic():
        for room_id in {activity.room_id for activity in by_link.values()}:
            links = Link.objects.filter(pk__in=[pk for pk in by_link if pk])
            taken += len(change(links, room_id, Deed.UNDONE, as_it_was, by=by, part_of=part_of))
    return taken
