"""DESIGN 2.1.3 and 2.1.4: dates in the room's zone, stored in UTC."""

import datetime as dt
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from links.forms import WindowForm
from links.window import Moment, NoSuchTime, instant, moment
from rooms.models import Room

BERLIN = ZoneInfo("Europe/Berlin")
zones = st.sampled_from(sorted(available_timezones())).map(ZoneInfo)
instants = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  (Hypothesis adds it)


def test_a_date_without_a_time_is_the_start_of_that_day():
    assert instant(Moment(date(2026, 11, 30)), BERLIN) == datetime(2026, 11, 29, 23, tzinfo=UTC)


def test_as_an_end_a_date_without_a_time_is_the_end_of_that_day():
    assert instant(Moment(date(2026, 11, 30)), BERLIN, is_end=True) == datetime(2026, 11, 30, 23, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_refused_with_what_they_show():
    with pytest.raises(NoSuchTime) as refusal:
        instant(Moment(date(2027, 3, 28), time(2, 30)), BERLIN)
    assert (refusal.value.before.hour, refusal.value.after.hour) == (2, 3)


def test_of_a_time_that_exists_twice_the_first_is_taken():
    assert instant(Moment(date(2026, 10, 25), time(2, 30)), BERLIN) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_a_day_without_a_midnight_starts_after_the_gap():
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    start = instant(Moment(date(2018, 11, 4)), sao_paulo)
    assert start.astimezone(sao_paulo) == datetime(2018, 11, 4, 1, tzinfo=sao_paulo)


@given(instants, zones, st.booleans())
def test_what_is_shown_means_the_same_minute_but_for_the_second_of_two(at, zone, is_end):
    at = at.replace(second=0, microsecond=0)
    local = at.astimezone(zone)
    if local.fold or local.utcoffset().total_seconds() % 60:
        return
    shown = moment(at, zone, is_end=is_end)
    assert instant(shown, zone, is_end=is_end) == at


@given(st.dates(), st.none() | st.times(), zones, st.booleans())
@example(date.min, None, ZoneInfo("Asia/Tokyo"), False)  # noqa: FBT003
@example(date.max, None, ZoneInfo("America/New_York"), True)  # noqa: FBT003
@example(date.max, time(23, 59), ZoneInfo("America/New_York"), True)  # noqa: FBT003
def test_every_date_of_the_calendar_is_an_instant_or_refused_with_a_reason(day, at, zone, is_end):
    try:
        assert instant(Moment(day, at), zone, is_end=is_end).tzinfo is UTC
    except NoSuchTime as gap:
        refusal = gap
    except OverflowError:
        refusal = None
        assert day.year in {1, 9999}
    else:
        return
    assert refusal is None or (refusal.before < refusal.after and refusal.in_words)


@given(*[st.text(max_size=30) | st.dates().map(str) | st.times().map(str) for _ in range(4)], zones)
def test_nothing_that_is_typed_breaks_the_form(starts_date, starts_time, ends_date, ends_time, zone):
    typed = {"starts_date": starts_date, "starts_time": starts_time, "ends_date": ends_date}
    window = WindowForm({**typed, "ends_time": ends_time}, room=Room(time_zone=str(zone)))
    assert window.is_valid() is (not window.errors)
    assert window.in_words


def form(link=None, **typed: str) -> WindowForm:
    """A form as a browser sends it back: what was typed, beside what it had been filled with."""
    room = Room(time_zone="Europe/Berlin")
    blank = WindowForm(room=room, link=link)
    data = {}
    for field in blank:
        shown = field.value()
        shown = field.field.widget.format_value(shown) or ""
        data[field.html_initial_name] = data[field.html_name] = shown
    return WindowForm({**data, **typed}, room=room, link=link)


class Opened:
    """A link's window."""

    def __init__(self, starts_at: datetime | None, ends_at: datetime | None) -> None:
        self.starts_at, self.ends_at = starts_at, ends_at


@given(st.none() | instants, st.none() | instants)
def test_saving_a_form_unchanged_shifts_nothing(starts_at, ends_at):
    if starts_at and ends_at and ends_at <= starts_at:
        starts_at, ends_at = ends_at, starts_at + dt.timedelta(seconds=1)
    unchanged = form(Opened(starts_at, ends_at))
    assert unchanged.is_valid(), unchanged.errors
    assert unchanged.changes == {}


def test_only_the_bound_that_was_changed_moves():
    seconds = datetime(2026, 11, 22, 12, 34, 56, 789, tzinfo=UTC)
    changed = form(Opened(seconds, None), ends_date="2026-12-31")
    assert changed.is_valid()
    assert changed.changes == {"ends_at": datetime(2026, 12, 31, 23, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        (
            {"starts_date": "2027-03-28", "starts_time": "02:30"},
            "starts_time",
            "the clocks go from 02:00 to 03:00",
        ),
        ({"starts_date": "2026-12-02", "ends_date": "2026-12-01"}, "ends_date", "after the start"),
        (
            {
                "starts_date": "2026-12-01",
                "starts_time": "9:00",
                "ends_date": "2026-12-01",
                "ends_time": "9:00",
            },
            "ends_date",
            "after the start",
        ),
        ({"starts_time": "09:00"}, "starts_date", "enter the date"),
        ({"ends_date": "9999-12-31"}, "ends_date", "too far away"),
        ({"ends_date": "soon"}, "ends_date", "Enter a valid date"),
    ],
)
def test_a_wrong_window_is_refused_at_the_field_with_the_reason(typed, field, words):
    refused = form(**typed)
    assert not refused.is_valid()
    assert words in str(refused.errors[field])


def test_a_day_without_a_midnight_is_shown_as_a_day():
    gap = datetime(2018, 11, 4, 3, tzinfo=UTC)  # 01:00 in São Paulo, where the clocks went from 00:00
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    assert moment(gap, sao_paulo) == Moment(date(2018, 11, 4))
    assert moment(gap, sao_paulo, is_end=True) == Moment(date(2018, 11, 3))


def test_a_window_within_one_minute_is_refused_when_it_is_made():
    seconds = datetime(2026, 11, 22, 12, 34, 56, tzinfo=UTC)
    refused = form(Opened(None, seconds), starts_date="2026-11-22", starts_time="13:34")
    assert "after the start" in str(refused.errors["ends_date"])


@pytest.mark.django_db
def test_a_link_that_is_expired_in_the_minute_of_its_start_has_no_start_any_more(make_link):
    minute = timezone.now().replace(second=0, microsecond=0)
    link = make_link(starts_at=minute, ends_at=minute + dt.timedelta(hours=1))
    earlier = make_link(starts_at=minute - dt.timedelta(minutes=5))
    link.expire_now(), earlier.expire_now()
    # When the minute has passed meanwhile, the start may stay.
    assert link.starts_at is None or link.ends_at.minute != minute.minute
    assert earlier.starts_at == minute - dt.timedelta(minutes=5)


@pytest.mark.django_db
def test_a_link_that_has_expired_keeps_its_end_when_it_is_expired_again(make_link):
    yesterday = timezone.now() - dt.timedelta(days=1)
    link = make_link(ends_at=yesterday)
    link.expire_now()
    link.refresh_from_db()
    assert link.ends_at == yesterday
