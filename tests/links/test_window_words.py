"""A link's window in a few words, and all of it for those who point at it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from bs4 import BeautifulSoup
from django.template.loader import render_to_string
from django.utils import timezone

from links.templatetags import windows

pytestmark = pytest.mark.django_db


@pytest.fixture
def today(monkeypatch, room):
    """Wednesday 25 November 2026, 12:00 in Berlin."""
    now = datetime(2026, 11, 25, 12, tzinfo=room.zone)
    monkeypatch.setattr(timezone, "now", lambda: now)
    return now


def words(link) -> BeautifulSoup:
    return BeautifulSoup(render_to_string("links/_window.html", {"link": link}), "html.parser")


@pytest.mark.parametrize(
    ("starts", "ends", "said"),
    [
        (None, None, "always"),
        ("2026-11-25T18:00", None, "opens 18:00 · Berlin"),
        ("2026-11-30T09:00", None, "opens Mon 09:00 · Berlin"),
        ("2026-11-30T00:00", None, "opens 30 Nov"),
        ("2026-12-02T09:00", None, "opens 2 Dec, 09:00 · Berlin"),
        ("2027-01-07T09:00", None, "opens 7 Jan 2027, 09:00 · Berlin"),
        (None, "2027-01-01T00:00", "until 31 Dec"),
        (None, "2026-11-26T00:00", "until 25 Nov"),
        (None, "2026-11-27T18:30", "until Fri 18:30 · Berlin"),
        (None, "2027-02-01T00:00", "until 31 Jan 2027"),
        (None, "2026-11-25T09:00", "expired 09:00 · Berlin"),
        (None, "2026-11-04T00:00", "expired 3 Nov"),
        (None, "2026-11-03T15:00", "expired 3 Nov"),
        (None, "2025-11-03T15:00", "expired 3 Nov 2025"),
    ],
)
def test_a_window_is_said_in_a_few_words(today, room, make_link, starts, ends, said):
    instants = [bound and datetime.fromisoformat(bound).replace(tzinfo=room.zone) for bound in (starts, ends)]
    link = make_link(starts_at=instants[0], ends_at=instants[1])
    assert words(link).get_text().strip() == said


def test_the_whole_date_with_zone_and_offset_is_in_reach(today, make_link):
    time = words(make_link(starts_at=today + timedelta(days=5))).time
    assert time["datetime"] == "2026-11-30T12:00:00+01:00"
    assert time["title"] == "Monday 30 November 2026, 12:00 (Europe/Berlin, UTC+1)"


def test_a_zone_is_called_by_its_city():
    far = datetime(2999, 5, 1, 9, tzinfo=ZoneInfo("America/Argentina/Buenos_Aires"))
    assert "09:00 · Buenos Aires<" in windows.opening(far, far.tzinfo)
