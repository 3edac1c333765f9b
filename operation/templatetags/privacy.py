from django import template
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext

from operation import privacy, retention
from rooms.models import Room

register = template.Library()


@register.simple_tag(takes_context=True)
def privacy_address(context: Context) -> str:
    """Of the page for guests, about the room that this page is about."""
    room = context.get("room") or getattr(context.get("participant"), "room", None)
    return privacy.address(room if isinstance(room, Room) else None, get_language() or "")


@register.simple_tag
def soon_former(room: Room) -> str:
    """Who becomes a former guest within a week, and when; empty when nobody does."""
    if not (soon := retention.soon(room)):
        return ""
    words = ngettext(
        "%(number)s person becomes a former guest in the next 7 days: on %(day)s.",
        "%(number)s people become former guests in the next 7 days, the first of them on %(day)s.",
        soon.number,
    )
    first = timezone.localtime(max(soon.first, timezone.now()), room.zone)
    day = pgettext("Django's date format, a day with year", "j M Y")
    return words % {"number": soon.number, "day": date_format(first, day)}
