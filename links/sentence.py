"""What a link's dates mean, said in a sentence."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from links import window
from rooms.templatetags.moments import day_in_words, time_in_words, zone_name


def in_words(starts_at: datetime | None, ends_at: datetime | None, zone: ZoneInfo, now: datetime) -> str:
    """When a link with these bounds opens and closes, seen from now and by the clocks of its room.

    “Opens on Monday 30 November 2026 at 09:00, closes at 11:00, Europe/Berlin.” What is over is not told,
    but for a link that has closed. To the minute; says nothing of role and switch.
    """
    if ends_at and ends_at <= now:
        return _sentence(zone, _closed(ends_at, zone))
    if starts_at and starts_at > now:
        opening = _opening(starts_at, zone)
        day = window.moment(starts_at, zone).date
        return _sentence(zone, opening, _closing(ends_at, zone, day) if ends_at else "")
    if ends_at:
        return _sentence(zone, _("Is open now"), _closing(ends_at, zone))
    return _("Is open now, and stays open.") if starts_at else _("Always open.")


def _sentence(zone: ZoneInfo, first: str, second: str = "") -> str:
    parts = {"first": first, "second": second, "zone": zone_name(zone)}
    return (_("%(first)s, %(second)s, %(zone)s.") if second else _("%(first)s, %(zone)s.")) % parts


def _opening(at: datetime, zone: ZoneInfo) -> str:
    if window.moment(at, zone).time is None:
        return _("Opens at the start of %(date)s") % _parts(at, zone)
    return _("Opens on %(date)s at %(time)s") % _parts(at, zone)


def _closing(at: datetime, zone: ZoneInfo, told: date | None = None) -> str:
    """`told` is the day that the sentence has named already."""
    shown = window.moment(at, zone, is_end=True)
    if shown.time is None:
        words = (
            _("closes at the end of that day") if shown.date == told else _("closes at the end of %(date)s")
        )
    else:
        words = _("closes at %(time)s") if shown.date == told else _("closes on %(date)s at %(time)s")
    return words % _parts(at, zone, is_end=True)


def _closed(at: datetime, zone: ZoneInfo) -> str:
    if window.moment(at, zone, is_end=True).time is None:
        return _("Closed since the end of %(date)s") % _parts(at, zone, is_end=True)
    return _("Closed since %(date)s at %(time)s") % _parts(at, zone, is_end=True)


def _parts(at: datetime, zone: ZoneInfo, *, is_end: bool = False) -> dict[str, str]:
    shown = window.moment(at, zone, is_end=is_end)
    return {"date": day_in_words(shown.date), "time": time_in_words(at.astimezone(zone))}
