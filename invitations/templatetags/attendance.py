"""Times of a day, and how long."""

import datetime as dt
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from invitations.attendance import Day
from rooms.templatetags.moments import at_zone, short

register = template.Library()


@register.simple_tag
def time_on(day: Day, instant: datetime, zone: ZoneInfo) -> str:
    """“09:00” on that day, else “30 Nov, 09:00”. Pointed at, it says all."""
    local = instant.astimezone(zone)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        instant.isoformat(),
        at_zone(instant, zone),
        date_format(local, "H:i") if local.date() == day.date else short(local),
    )


@register.filter
def clock(instant: datetime, zone: ZoneInfo) -> str:
    return date_format(instant.astimezone(zone), "H:i")


@register.filter
def lasting(length: timedelta) -> str:
    """“1 h 05 min”, on one line."""
    hours, minutes = divmod(length // timedelta(minutes=1), 60)
    words = _("%(hours)d h %(minutes)02d min") if hours else _("%(minutes)d min")
    if not hours and not minutes:
        words = _("under a minute")
    return (words % {"hours": hours, "minutes": minutes}).replace(" ", "\N{NO-BREAK SPACE}")


@register.filter
def day_in_words(date: dt.date) -> str:
    """“Monday 30 November 2026”."""
    return date_format(date, pgettext("Django's date format, day", "l j F Y"))
