"""One day in a room's zone: of 24 hours, or of 23 or 25."""

import datetime as dt
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from links.window import Moment, instant


@dataclass(frozen=True, slots=True)
class Day:
    """Half open: `[start, end)`."""

    date: dt.date
    start: datetime
    end: datetime

    def cut(self, start: datetime, end: datetime) -> tuple[datetime, datetime]:
        """What of this time is on this day."""
        start = max(start, self.start)
        return start, max(start, min(end, self.end))


def day_of(date: dt.date, zone: ZoneInfo) -> Day:
    """Raises OverflowError at the ends of the calendar."""
    whole = Moment(date)
    return Day(date, instant(whole, zone), instant(whole, zone, is_end=True))


def asked_day(text: str, zone: ZoneInfo) -> Day | None:
    """The day that an address names, if it names one."""
    try:
        return day_of(dt.date.fromisoformat(text), zone)
    except (ValueError, OverflowError):
        return None
