"""How instants are shown."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.utils import translation

from rooms.templatetags.moments import at_zone, moment, shortly

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


def test_no_moment_is_nothing():
    assert (at_zone(None, BERLIN), moment(None, BERLIN), shortly(None, BERLIN)) == ("", "", "")


def test_the_element_carries_the_instant_for_the_readers_own_time():
    element = moment(INSTANT, BERLIN)
    assert 'datetime="2026-11-30T08:00:00+00:00"' in element
    assert 'data-local-time="Europe/Berlin"' in element
