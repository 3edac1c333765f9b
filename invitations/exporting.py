"""A room's links, which can be imported again, and its activity, as the rows of a spreadsheet."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Subquery
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from invitations.cells import written
from invitations.columns import Field, headers
from invitations.models import Invitation, State
from links.activity import Choice
from links.models import Link, LinkQuerySet
from rooms.models import Room

FIELDS = (Field.NAME, Field.EMAIL, Field.ROLE, Field.LANGUAGE, Field.START, Field.END)
ROWS_AT_ONCE = 2_000


def template_rows(room: Room) -> Iterator[Sequence[str]]:
    """The headers alone: an example might be mailed by mistake."""
    yield _headers(FIELDS, room)


def guest_rows(room: Room, found: LinkQuerySet[Link]) -> Iterator[Sequence[str]]:
    """These guest links of the room, in their order."""
    yield [*_headers(FIELDS, room), _("Active"), _("Link"), _("Delivery"), _("Last joined")]
    newest = Invitation.objects.filter(link=OuterRef("pk")).order_by("-pk").values("state")[:1]
    links = found.with_presence().annotate(delivery=Subquery(newest))
    link: Any  # with what was annotated
    for link in links.iterator(ROWS_AT_ONCE):
        yield [
            *(str(link), link.email, str(link.granted_role.label), link.language),
            *_window(link, room),
            _yes_or_no(link.is_active),
            link.address,
            str(State(link.delivery).label) if link.delivery else _("not sent"),
            _moment(link.last_joined_at, room),
        ]


def group_rows(room: Room, found: LinkQuerySet[Link]) -> Iterator[Sequence[str]]:
    """These group links of the room, in their order."""
    of_groups = [_("Description"), _("Internal label")]
    yield [*of_groups, *_headers([Field.ROLE, Field.START, Field.END], room), _("Active"), _("Link")]
    for link in found.iterator(ROWS_AT_ONCE):
        yield [
            *(link.description, link.label, str(link.granted_role.label)),
            *_window(link, room),
            _yes_or_no(link.is_active),
            link.address,
        ]


def activity_rows(choice: Choice) -> Iterator[Sequence[str]]:
    """What was done and what happened, newest first: in today's language, however late they are asked for."""
    language, zone = get_language(), choice.room.zone
    yield [f"{_('When')} ({zone.key})", _("Who"), _("What"), _("Details")]
    pages = choice.all_lines()
    while True:
        with override(language):
            page = [
                [
                    f"{line.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
                    line.who,
                    line.sentence,
                    "; ".join(line.details),
                ]
                for line in next(pages, [])
            ]
        if not page:
            return
        yield from page


def _headers(fields: Sequence[Field], room: Room) -> list[str]:
    """Dates are written in the room's zone, and its name stands beside them."""
    dated = {Field.START, Field.END}
    shown = zip(fields, headers(fields), strict=True)
    return [f"{header} ({room.zone.key})" if field in dated else header for field, header in shown]


def _window(link: Link, room: Room) -> tuple[str, str]:
    return _moment(link.starts_at, room), _moment(link.ends_at, room, is_end=True)


def _moment(instant: datetime | None, room: Room, *, is_end: bool = False) -> str:
    return written(instant, room.zone, is_end=is_end) if instant else ""


def _yes_or_no(value: bool) -> str:
    return _("yes") if value else _("no")
