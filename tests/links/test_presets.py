"""Presets fill in local times that exist, by the clocks of the room's zone."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from links import presets, window
from links.presets import Preset
from links.window import Moment

BERLIN = ZoneInfo("Europe/Berlin")
SANTIAGO = ZoneInfo("America/Santiago")  # its clocks change at midnight
NOW, HOUR, TODAY, WEEK, MONTH = Preset.NOW, Preset.HOUR, Preset.TODAY, Preset.WEEK, Preset.MONTH


def pressed(preset, at, zone=BERLIN, *, is_end=False) -> Moment:
    """At a time in UTC, such as “2026-11-27 12:34”."""
    return presets.moment(preset, zone, datetime.fromisoformat(at).replace(tzinfo=UTC), is_end=is_end)


@pytest.mark.parametrize(
    ("preset", "day", "at"),
    [
        (NOW, date(2026, 11, 27), time(13, 34)),
        (HOUR, date(2026, 11, 27), time(14, 34)),
        (TODAY, date(2026, 11, 27), None),
        (WEEK, date(2026, 12, 4), time(13, 34)),
        (MONTH, date(2026, 12, 27), time(13, 34)),
    ],
)
def test_a_preset_is_reckoned_from_now_to_the_minute(preset, day, at):
    assert pressed(preset, "2026-11-27 12:34:56") == Moment(day, at)


def test_today_is_the_rooms():
    assert pressed(TODAY, "2026-11-27 23:30", is_end=True) == Moment(date(2026, 11, 28))


def test_a_month_after_the_last_of_january_is_the_last_of_february():
    assert pressed(MONTH, "2027-01-31 08:00") == Moment(date(2027, 2, 28), time(9))


def test_a_week_keeps_the_time_of_day_when_the_clocks_change():
    assert pressed(WEEK, "2026-10-20 07:00") == Moment(date(2026, 10, 27), time(9))


@pytest.mark.parametrize(
    ("preset", "now"),
    [(HOUR, "2026-03-29 00:30"), (WEEK, "2026-03-22 01:30"), (MONTH, "2027-02-28 01:30")],
)
def test_in_spring_a_time_that_is_skipped_becomes_one_after_the_gap(preset, now):
    gap = date(2027, 3, 28) if preset is MONTH else date(2026, 3, 29)
    assert pressed(preset, now) == Moment(gap, time(3, 30))


def test_in_autumn_an_hour_is_never_read_as_none():
    """Half past two for the second time would be taken for the first, which is now."""
    assert pressed(HOUR, "2026-10-25 00:30") == Moment(date(2026, 10, 25), time(3))
    assert pressed(WEEK, "2026-10-18 00:30") == Moment(date(2026, 10, 25), time(2, 30))


def test_where_midnight_is_skipped_a_week_from_it_is_the_start_of_that_day():
    start = pressed(WEEK, "2026-08-30 04:00", SANTIAGO)  # midnight, a week before the 6th of September
    assert start == Moment(date(2026, 9, 6))
    assert window.instant(start, SANTIAGO).astimezone(SANTIAGO).hour == 1


def test_an_end_at_midnight_is_the_end_of_the_day_before():
    assert pressed(WEEK, "2026-11-26 23:00", is_end=True) == Moment(date(2026, 12, 3))


@settings(suppress_health_check=[HealthCheck.too_slow])  # reading six hundred zones takes a while
@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(sorted(available_timezones())).map(ZoneInfo),
    st.sampled_from([(bound, preset) for bound, offered in presets.OFFERED.items() for preset in offered]),
)
def test_a_preset_always_exists_and_is_never_before_now_but_for_now(now, zone, offered):
    bound, preset = offered
    shown = presets.moment(preset, zone, now, is_end=bound == "ends")
    instant = window.instant(shown, zone, is_end=bound == "ends")  # raises NoSuchTime
    assert preset is NOW or instant > now
