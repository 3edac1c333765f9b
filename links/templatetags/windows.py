"""A bound of a window in a few words, in the room's zone."""

import datetime as dt
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import pgettext

from links import window
from rooms.templatetags.moments import at_zone_and_offset

register = template.Library()
A_WEEK = timedelta(days=7)


@register.filter
def opening(instant: datetime, zone: ZoneInfo) -> str:
    """“Mon 09:00 · Berlin”, “30 Nov, 09:00 · Berlin”, or “30 Nov” for the start of that day."""
    return _bound(instant, zone, is_end=False)


@register.filter
def closing(instant: datetime, zone: ZoneInfo) -> str:
    """The same; the end of a day is that day: “31 Dec”."""
    return _bound(instant, zone, is_end=True)


def _bound(instant: datetime, zone: ZoneInfo, *, is_end: bool) -> str:
    shown = window.moment(instant, zone, is_end=is_end)
    today = timezone.now().astimezone(zone).date()
    if shown.time is None or shown.date < today:
        words = _day(shown.date, today)
    else:
        # The zone's city, only where a time of day depends on it.
        city = zone.key.rpartition("/")[2].replace("_", " ")
        words = f"{_day_and_time(instant.astimezone(zone), today)} · {city}"
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        instant.isoformat(),
        at_zone_and_offset(instant, zone),
        words,
    )


def _day(day: dt.date, today: dt.date) -> str:
    if day.year == today.year:
        return date_format(day, pgettext("Django's date format, day", "j M"))
    return date_format(day, pgettext("Django's date format, day with year", "j M Y"))


def _day_and_time(local: datetime, today: dt.date) -> str:
    if local.date() == today:
        return date_format(local, "H:i")
    if local.date() - today < A_WEEK:
        return date_format(local, pgettext("Django's date format, within a week", "D H:i"))
    if local.year == today.year:
        return date_format(local, pgettext("Django's date format, short", "j M, H:i"))
    return date_format(local, pgettext("Django's date format, short with year", "j M Y, H:i"))
