"""Moments that one button stands for, reckoned by the clocks of the room's zone."""

import datetime as dt
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from links import window
from links.window import Moment


class Preset(TextChoices):
    NOW = "now", _("now")
    HOUR = "hour", _("in an hour")
    TODAY = "today", _("end of today")
    WEEK = "week", _("in a week")
    MONTH = "month", _("in a month")


# A link that closes now is not filled in: *Expire now* does it.
OFFERED = {
    "starts": (Preset.NOW, Preset.HOUR, Preset.WEEK, Preset.MONTH),
    "ends": (Preset.HOUR, Preset.TODAY, Preset.WEEK, Preset.MONTH),
}
ON_THE_CLOCK = {Preset.WEEK: relativedelta(weeks=1), Preset.MONTH: relativedelta(months=1)}


def moment(preset: Preset, zone: ZoneInfo, now: datetime, *, is_end: bool = False) -> Moment:
    """What to fill in, to the minute: always a local time that exists."""
    now = now.replace(second=0, microsecond=0)
    local = now.astimezone(zone)
    if preset is Preset.TODAY:
        return Moment(local.date())
    if preset in ON_THE_CLOCK:
        # The same time of day, even if the clocks change until then; UTC takes it past a gap.
        then = datetime.combine(local + ON_THE_CLOCK[preset], local.time(), zone).astimezone(UTC)
        return window.moment(then, zone, is_end=is_end)
    if preset is Preset.HOUR:
        now = _not_the_second_time(now + timedelta(hours=1), zone)
    return window.moment(now, zone, is_end=is_end)


def _not_the_second_time(instant: datetime, zone: ZoneInfo) -> datetime:
    """Of a time that exists twice the first would be read: after the second hour it is unmistakable."""
    while instant.astimezone(zone).fold:
        instant += dt.timedelta(minutes=1)
    return instant
