"""Instants, shown in a room's time zone and never in the server's."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

register = template.Library()


@register.filter
def at_zone(instant: datetime | None, zone: ZoneInfo) -> str:
    """“Monday 30 November 2026, 09:00 (Europe/Berlin)”, for pages and letters."""
    if instant is None:
        return ""
    return f"{_day_and_time(instant.astimezone(zone))} ({zone_name(zone)})"


@register.filter
def at_zone_and_offset(instant: datetime | None, zone: ZoneInfo) -> str:
    """“Monday 30 November 2026, 09:00 (Europe/Berlin, UTC+1)”, for those who may be anywhere."""
    if instant is None:
        return ""
    local = instant.astimezone(zone)
    return f"{_day_and_time(local)} ({zone_name(zone)}, {_offset(local)})"


@register.filter
def moment(instant: datetime | None, zone: ZoneInfo) -> str:
    """The same as an element, to which the page's script adds the reader's own time."""
    if instant is None:
        return ""
    words = _("%s your time")
    return format_html(
        '<time datetime="{}" data-local-time="{}" data-local-words="{}">{}</time>',
        instant.isoformat(),
        zone.key,
        words,
        at_zone(instant, zone),
    )


@register.filter
def own_time(instants: Iterable[datetime | None], zone: ZoneInfo) -> str:
    """An empty line, in which the page's script says what these are by the reader's own clock."""
    return format_html(
        '<p class="help" data-own-time="{}" data-own-words="{}" data-instants="{}" hidden></p>',
        zone.key,
        _("%s your time"),
        " ".join(instant.isoformat() for instant in instants if instant),
    )


@register.filter
def shortly(instant: datetime | None, zone: ZoneInfo) -> str:
    """For a row of a table: “09:00” today, else “30 Nov, 09:00”. Pointed at, it says all."""
    if instant is None:
        return ""
    local = instant.astimezone(zone)
    is_today = local.date() == timezone.now().astimezone(zone).date()
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        instant.isoformat(),
        at_zone(instant, zone),
        date_format(local, "H:i") if is_today else short(local),
    )


@register.filter
def time_in(instant: datetime, zone: ZoneInfo) -> str:
    """“09:00”, where the day is known. Pointed at, it says all."""
    words = date_format(instant.astimezone(zone), "H:i")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', instant.isoformat(), at_zone(instant, zone), words
    )


@register.filter
def day_name(day: date) -> str:
    """“Monday 30 November 2026”"""
    return date_format(day, pgettext("Django's date format, a day", "l j F Y"))


@register.filter
def zone_name(zone: ZoneInfo) -> str:
    return zone.key.replace("_", " ")


def day_in_words(day: date) -> str:
    """“Monday 30 November 2026”, for a sentence."""
    return date_format(day, pgettext("Django's date format, day", "l j F Y"))


def time_in_words(local: datetime) -> str:
    """“09:00”; of a time that the clocks show twice also which: “02:30 (UTC+1)”."""
    is_shown_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    time = date_format(local, "H:i")
    return f"{time} ({_offset(local)})" if is_shown_twice else time


def _offset(local: datetime) -> str:
    """“UTC+5:30”, or “UTC”."""
    minutes = round((local.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    sign = "+" if minutes > 0 else "−"  # noqa: RUF001  (the minus of print)
    return f"UTC{sign}{hours}{f':{rest:02}' if rest else ''}" if minutes else "UTC"


def _day_and_time(local: datetime) -> str:
    return date_format(local, pgettext("Django's date format", "l j F Y, H:i"))


def short(local: datetime) -> str:
    is_this_year = local.year == timezone.now().astimezone(local.tzinfo).year
    if is_this_year:
        return date_format(local, pgettext("Django's date format, short", "j M, H:i"))
    return date_format(local, pgettext("Django's date format, short with year", "j M Y, H:i"))
