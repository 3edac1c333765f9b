"""What a window means, said in a sentence: by phase, in the room's zone and in the reader's language."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from links.sentence import in_words

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
instants = st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  (Hypothesis adds it)


def at(day: int, hour: int = 0, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("starts_at", "ends_at", "sentence"),
    [
        (None, None, "Always open."),
        (at(30, 9), at(30, 11), "Opens on Monday 30 November 2026 at 09:00, closes at 11:00, Europe/Berlin."),
        (
            at(30, 9),
            at(1, 11, month=12),
            (
                "Opens on Monday 30 November 2026 at 09:00, "
                "closes on Tuesday 1 December 2026 at 11:00, Europe/Berlin."
            ),
        ),
        (
            at(30),
            at(5, month=12),
            (
                "Opens at the start of Monday 30 November 2026, closes at the end of Friday 4 December 2026, "
                "Europe/Berlin."
            ),
        ),
        (
            at(30),
            at(1, month=12),
            "Opens at the start of Monday 30 November 2026, closes at the end of that day, Europe/Berlin.",
        ),
        (at(30, 9), None, "Opens on Monday 30 November 2026 at 09:00, Europe/Berlin."),
        (None, at(30, 11), "Is open now, closes on Monday 30 November 2026 at 11:00, Europe/Berlin."),
        (
            at(20, 9),
            at(1, month=12),
            "Is open now, closes at the end of Monday 30 November 2026, Europe/Berlin.",
        ),
        (at(20, 9), None, "Is open now, and stays open."),
        (at(20, 9), at(20, 11), "Closed since Friday 20 November 2026 at 11:00, Europe/Berlin."),
        (None, at(21), "Closed since the end of Friday 20 November 2026, Europe/Berlin."),
    ],
)
def test_the_sentence_says_what_is_to_come_or_that_it_is_over(starts_at, ends_at, sentence):
    assert in_words(starts_at, ends_at, BERLIN, NOW) == sentence


def test_the_window_is_half_open_in_words_too():
    assert in_words(NOW, None, BERLIN, NOW) == "Is open now, and stays open."
    assert in_words(None, NOW, BERLIN, NOW).startswith("Closed since")


def test_the_sentence_is_in_the_rooms_zone_whose_name_is_read_as_words():
    sentence = in_words(at(30, 9), None, ZoneInfo("America/New_York"), NOW)
    assert sentence == "Opens on Monday 30 November 2026 at 03:00, America/New York."


def test_the_sentence_has_the_days_of_the_readers_language():
    with translation.override("de"):
        sentence = in_words(at(30, 9), at(6, 11, month=5, year=2027), BERLIN, NOW)
    for words in ("Montag", "30", "November 2026", "09:00", "Donnerstag", "6", "Mai 2027", "11:00"):
        assert words in sentence


@pytest.mark.parametrize(("hour", "offset"), [(0, "UTC+2"), (1, "UTC+1")])
def test_of_a_time_that_the_clocks_show_twice_the_sentence_says_which(hour, offset):
    twice = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
    sentence = in_words(None, twice, BERLIN, datetime(2026, 10, 1, tzinfo=UTC))
    assert sentence == f"Is open now, closes on Sunday 25 October 2026 at 02:30 ({offset}), Europe/Berlin."


def test_a_day_without_a_midnight_is_told_as_a_day():
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    gap = datetime(2018, 11, 4, 3, tzinfo=UTC)
    before = datetime(2018, 11, 1, tzinfo=UTC)
    assert in_words(gap, None, sao_paulo, before).startswith("Opens at the start of Sunday 4 November 2018")
    assert "closes at the end of Saturday 3 November 2018" in in_words(None, gap, sao_paulo, before)


@given(instants, instants)
def test_there_is_a_sentence_for_every_window(starts_at, ends_at):
    if starts_at and ends_at and ends_at <= starts_at:
        starts_at, ends_at = ends_at, None
    assert in_words(starts_at, ends_at, BERLIN, NOW).endswith(".")
