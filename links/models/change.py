"""How links change, one or thousands alike: their rows, their doors, who is in, and what Activity says."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import F

from rooms import seating
from rooms.models import Activity, Administrator, Participant, Role, Room
from rooms.models.activity import Deed
from rooms.models.participant import Ending, ParticipantQuerySet

if TYPE_CHECKING:
    from links.models.link import Link

Values = dict[str, Any]
DATES = {"starts_at", "ends_at"}
ROWS = 500  # in one statement


def change(
    links: "models.QuerySet[Any]",
    room_id: int,
    deed: Deed,
    new: "Callable[[Link], Values]",
    *,
    by: Administrator | None,
    part_of: Activity | None = None,
) -> "list[Link]":
    """Give each of these links of one room what `new` says of it. Those that differ now, in no order.

    Raises IntegrityError when a constraint forbids it; then nothing has changed.
    """
    with transaction.atomic():
        held = links.filter(room=room_id).order_by("pk").select_for_update(no_key=True)
        differing = {link: values for link in held if (values := _differing(link, new(link)))}
        if differing:
            Activity.objects.bulk_create(
                [_deed(link, deed, values, by, part_of) for link, values in differing.items()], ROWS
            )
            _write(links, differing)
            Room.objects.filter(pk=room_id).recheck_doors()
            _tell_people(room_id, differing)
    return list(differing)


def forget(links: "models.QuerySet[Any]", room_id: int) -> None:
    """Whose these guest links of one room were is gone for good, from them, from who came, from Activity.

    Their addresses are dead, also for who would write an old letter's down again.
    """
    with transaction.atomic():
        pks = list(links.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
        nobody = {"name": "", "email": "", "note": ""}
        links.model.objects.filter(pk__in=pks).update(**nobody, version=F("version") + 1)
        Activity.objects.filter(link__in=pks).forget()
        Room.objects.filter(pk=room_id).recheck_doors()
        Participant.objects.filter(link__in=pks).forget()


def plain(values: Values) -> Values:
    """As JSON keeps them."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()
    }


def read(values: Values) -> Values:
    """What `plain` has written."""
    return {
        name: datetime.fromisoformat(value) if name.endswith("_at") and value else value
        for name, value in values.items()
    }


def _differing(link: "Link", values: Values) -> Values:
    if "role" in values and link.granted_role.may_enter and not Role(values["role"]).may_enter:
        # What is given back to who asks for access.
        values = {"role_before": link.role, **values}
    return {name: value for name, value in values.items() if getattr(link, name) != value}


def _deed(
    link: "Link", deed: Deed, values: Values, by: Administrator | None, part_of: Activity | None
) -> Activity:
    before = {name: getattr(link, name) for name in values}
    return Activity(
        room_id=link.room_id,
        link_id=link.pk,
        part_of=part_of,
        deed=deed,
        by=by,
        about=str(link),
        before=plain(before),
        after=plain(values),
    )


def _write(links: "models.QuerySet[Any]", differing: "dict[Link, Values]") -> None:
    alike: dict[tuple[Any, ...], list[int]] = {}
    for link, values in differing.items():
        alike.setdefault(tuple(values.items()), []).append(link.pk)
        # With other dates its calendar entry is a newer one (RFC 5546, 2.1.4).
        newer = {"sequence": link.sequence + 1} if DATES & values.keys() else {}
        for name, value in (values | newer).items():
            setattr(link, name, value)
    for items, pks in alike.items():
        values = dict(items)
        if DATES & values.keys():
            values["sequence"] = F("sequence") + 1
        links.model.objects.filter(pk__in=pks).update(**values)


def _tell_people(room_id: int, differing: "dict[Link, Values]") -> None:
    """Those who are in through them are let go, have the new role, or the new name."""

    def through(chosen: "Iterable[Link]") -> ParticipantQuerySet:
        return Participant.objects.filter(link__in=[link.pk for link in chosen])

    if deleted := [link for link, values in differing.items() if values.get("deleted_at")]:
        seating.let_go(room_id, through(deleted), Ending.DELETED)
    for role in {Role(values["role"]) for values in differing.values() if "role" in values}:
        given = [link for link, values in differing.items() if values.get("role") == role]
        seating.regrant(room_id, through(given), role)
    for link, values in differing.items():
        if link.is_for_one and "name" in values:
            seating.rename(room_id, through([link]), link.name)
