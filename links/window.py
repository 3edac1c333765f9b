"""Dates as people enter them, in the room's IANA time zone, and the instants in UTC that they mean."""

import datetime as dt
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _


class NoSuchTime(ValueError):
    """A local time that the clocks skip. `before` and `after` are what they show around the gap."""

    def __init__(self, local: datetime, before: datetime, after: datetime) -> None:
        super().__init__(f"the clocks go from {before:%H:%M} to {after:%H:%M}")
        self.local = local
        self.before = before
        self.after = after

    @property
    def in_words(self) -> str:
        return _(
            "%(time)s does not exist on this day in %(zone)s: the clocks go from %(before)s to %(after)s."
        ) % {
            "time": f"{self.local:%H:%M}",
            "zone": self.local.tzinfo,
            "before": f"{self.before:%H:%M}",
            "after": f"{self.after:%H:%M}",
        }


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, and a time if one was given."""

    date: dt.date
    time: dt.time | None = None


def instant(moment: Moment, zone: ZoneInfo, *, is_end: bool = False) -> datetime:
    """The instant in UTC. Without a time: the start of that day, as an end the end of it.

    Of a time that exists twice the first is taken (RFC 5545, 3.3.5). Raises NoSuchTime for one that does not
    exist, and OverflowError at the end of the calendar.
    """
    if moment.time is None:
        day = moment.date + timedelta(days=1) if is_end else moment.date
        # Where midnight does not exist the day starts after the gap, which is what UTC makes of it.
        return datetime.combine(day, dt.time(), zone).astimezone(UTC)
    local = datetime.combine(moment.date, moment.time, zone)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise NoSuchTime(local, *_around_gap(local, zone))
    return local.astimezone(UTC)


def moment(instant: datetime, zone: ZoneInfo, *, is_end: bool = False) -> Moment:
    """What to show in a form for an instant, to the minute."""
    local = instant.astimezone(zone)
    if not _starts_day(instant, zone):
        return Moment(local.date(), local.time().replace(second=0, microsecond=0))
    return Moment(local.date() - timedelta(days=1) if is_end else local.date())


def _starts_day(instant: datetime, zone: ZoneInfo) -> bool:
    """At midnight, or after the gap on a day that has none."""
    local, before = instant.astimezone(zone), (instant - datetime.resolution).astimezone(zone)
    return local.time() == dt.time() or before.date() < local.date()


def _around_gap(local: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """What the clocks show at the change that skips this local time."""
    offset_before = local.replace(fold=0).utcoffset() or timedelta()
    offset_after = local.replace(fold=1).utcoffset() or timedelta()
    low = (local.replace(tzinfo=None) - offset_before).replace(tzinfo=UTC) - timedelta(days=2)
    high = low + timedelta(days=4)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == offset_before:
            low = middle
        else:
            high = middle
    change = high.replace(microsecond=0)
    return (change + offset_before).replace(tzinfo=None), (change + offset_after).replace(tzinfo=None)
