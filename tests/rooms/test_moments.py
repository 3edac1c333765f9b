"""How instants are shown."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from rooms.templatetags.moments import at_zone, at_zone_and_offset, moment, shortly

BERLIN = ZoneInfo("Europe/Berlin")
INSTANT = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)


def test_a_moment_is_shown_with_weekday_and_zone():
    assert at_zone(INSTANT, BERLIN) == "Monday 30 November 2026, 09:00 (Europe/Berlin)"
    assert (
        at_zone(INSTANT, ZoneInfo("America/New_York")) == "Monday 30 November 2026, 03:00 (America/New York)"
    )


def test_a_moment_is_shown_in_the_readers_language():
    with translation.override("de"):
        assert at_zone(INSTANT, BERLIN).startswith("Montag")


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Berlin", "09:00 (Europe/Berlin, UTC+1)"),
        ("Asia/Kathmandu", "13:45 (Asia/Kathmandu, UTC+5:45)"),
        ("America/St_Johns", "04:30 (America/St Johns, UTC\N{MINUS SIGN}3:30)"),
        ("Africa/Abidjan", "08:00 (Africa/Abidjan, UTC)"),
    ],
)
def test_letters_say_the_offset_too(zone, words):
    assert at_zone_and_offset(INSTANT, ZoneInfo(zone)).endswith(words)


def test_no_moment_is_nothing():
    assert (at_zone(None, BERLIN), moment(None, BERLIN), shortly(None, BERLIN)) == ("", "", "")


def test_the_element_carries_the_instant_for_the_readers_own_time():
    element = moment(INSTANT, BERLIN)
    assert 'datetime="2026-11-30T08:00:00+00:00"' in element
    assert 'data-local-time="Europe/Berlin"' in element
