"""The .ics that goes with a letter (RFC 5545), read by a library that did not write it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import vobject

from invitations import calendar, outbox
from invitations.mail import compose
from invitations.models import Invitation

pytestmark = pytest.mark.django_db
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
START = datetime(2040, 11, 30, 8, tzinfo=UTC)
DATES = {"starts_at": START, "ends_at": START + timedelta(hours=2)}


@pytest.fixture
def send(smtp, alice):
    """The last letter to a link's guest, out of a real mail server."""

    def send(link):
        outbox.invite(link, by=alice)
        outbox.drain()
        return smtp.letters[-1]

    return send


def attached(letter):
    [part] = letter.message.iter_attachments()
    return part


def event_of(letter):
    return vobject.readOne(attached(letter).get_content()).vevent


def test_a_link_with_start_and_end_has_an_entry_that_is_published(send, make_link, alice, room):
    letter = send(make_link(**DATES))
    part = attached(letter)
    assert (part.get_content_type(), part["Content-Type"].params["method"]) == ("text/calendar", "PUBLISH")
    assert part.get_filename() == "invitation.ics"
    calendar = vobject.readOne(part.get_content())
    assert (calendar.method.value, calendar.version.value) == ("PUBLISH", "2.0")
    event = calendar.vevent
    assert (event.dtstart.value, event.dtend.value) == (START, START + timedelta(hours=2))
    assert event.summary.value == room.name
    assert event.organizer.value == f"mailto:{alice.email}"
    assert event.status.value == "CONFIRMED"


@pytest.mark.parametrize("dates", [{}, {"starts_at": START}, {"ends_at": START}])
def test_without_a_start_and_an_end_there_is_none(send, make_link, dates):
    assert list(send(make_link(**dates)).message.iter_attachments()) == []


def test_times_are_in_utc(send, make_link):
    assert "DTSTART:20401130T080000Z" in attached(send(make_link(**DATES))).get_content()


def test_the_uid_stays_and_the_sequence_rises_when_the_dates_change(send, make_link):
    link = make_link(**DATES)
    first = event_of(send(link))
    link.set_window(starts_at=START - timedelta(hours=1))
    second = event_of(send(link))
    assert second.uid.value == first.uid.value
    assert (first.sequence.value, second.sequence.value) == ("0", "1")
    assert second.dtstart.value == START - timedelta(hours=1)


def test_dates_that_are_saved_unchanged_raise_no_sequence(make_link):
    link = make_link(**DATES)
    link.set_window(**DATES)
    assert link.sequence == 0


def test_two_links_are_two_entries(send, make_link):
    assert event_of(send(make_link(**DATES))).uid.value != event_of(send(make_link(**DATES))).uid.value


def test_lines_are_folded_at_75_octets_with_umlauts_whole(send, make_link, room):
    room.name = "Kolloquium über Größenordnungen " * 3 + "Фізика 物理学"
    room.note = "Straße, Tür; Brücke\\Zürich\n" * 5
    room.save()
    letter = send(make_link(**DATES))
    raw = attached(letter).get_content().encode()
    lines = raw.replace(b"\r\n", b"\n").split(b"\n")
    assert max(len(line) for line in lines) <= 75
    for line in lines:
        line.decode()  # no letter is cut in two
    event = event_of(letter)
    assert event.summary.value == room.name
    assert "Straße, Tür; Brücke\\Zürich\n" in event.description.value


def test_it_is_in_the_guests_language(send, make_link):
    assert "lädt Sie" in event_of(send(make_link(language="de", **DATES))).description.value


def test_a_name_with_a_quote_or_a_line_break_injects_nothing(make_link, alice):
    alice.name = 'Alice "Al" Müller; Prof.\r\nX-INJECTED:1'
    entry = calendar.entry(make_link(**DATES), alice, "About it.\r\nX-INJECTED:2", START)
    event = vobject.readOne(entry.decode()).vevent
    assert event.organizer.params["CN"] == ["Alice 'Al' Müller; Prof. X-INJECTED:1"]
    assert "x-injected" not in event.contents


def test_in_autumn_the_first_of_two_times_is_meant_in_letter_page_and_entry(make_link, alice, login, client):
    link = make_link()
    times = {
        "starts_date": "2026-10-25",
        "starts_time": "02:30",
        "ends_date": "2026-10-25",
        "ends_time": "04:00",
    }
    login(alice).post(f"/links/{link.pk}/window/", times)
    link.refresh_from_db()
    assert link.starts_at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    letter = compose(Invitation(pk=1, link=link, sent_by=alice, created_at=START))
    _name, entry, _type = letter.attachments[0]
    [event] = vobject.readComponents(entry)

    assert "Sunday 25 October 2026, 02:30 (Europe/Berlin, UTC+2)" in letter.body
    assert "Sunday 25 October 2026, 04:00 (Europe/Berlin, UTC+1)" in letter.body
    assert event.vevent.dtstart.value.astimezone(NEW_YORK).strftime("%d %H:%M") == "24 20:30"
    page = client.get(link.address).content.decode()  # it has expired, and says since when
    assert f'datetime="{link.ends_at.isoformat()}" data-local-time="Europe/Berlin"' in page
    assert event.vevent.dtend.value == link.ends_at == datetime(2026, 10, 25, 3, tzinfo=UTC)


def test_in_spring_a_time_that_does_not_exist_is_refused(make_link, alice, login):
    link = make_link()
    times = {"starts_date": "2027-03-28", "starts_time": "02:30"}
    page = login(alice).post(f"/links/{link.pk}/window/", times)
    assert "the clocks go from 02:00 to 03:00" in page.content.decode()
    link.refresh_from_db()
    assert (link.starts_at, link.sequence) == (None, 0)
