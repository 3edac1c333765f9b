"""What was done and what happened, read as one: of a room and of a link, filtered, page by page."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from links.activity import Choice, Instant, Place
from links.models import GuestLink
from rooms import seating
from rooms.models import Activity, Participant, Role
from rooms.models.activity import Deed
from tests.doors import join

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_alice(login, alice):
    return login(alice)


def sentences(room, link=None, **choice) -> list[str]:
    return [line.sentence for line in Choice(room, link, **choice).lines(None, 100)]


def fill(room, number: int, alice) -> None:
    Activity.objects.bulk_create(
        Activity(room=room, deed=Deed.SETTINGS, by=alice, about=f"deed {i}") for i in range(number)
    )
    Participant.objects.bulk_create(
        Participant(
            room=room, browser=f"b{i}", name=f"P{i}", name_key=f"p{i}", granted_role="guest", role="guest"
        )
        for i in range(number)
    )
    Participant.objects.update(left_at=F("joined_at"), ending="left")


def pages(room, number: int) -> list[Place]:
    """The places of all lines, so many at once."""
    places: list[Place] = []
    while lines := Choice(room).lines(places[-1] if places else None, number):
        places += [line.place for line in lines]
    return places


def test_it_says_who_did_what_and_what_happened(room, alice, make_guest_link, make_group_link):
    gina = make_guest_link(name="Gina Marchetti")
    gina.switch(on=False, by=alice)
    gina.switch(on=True, by=alice)
    gina.grant(Role.SPECTATOR, by=alice)
    ana = join(make_group_link(description="Maths"))
    seating.leave(ana)

    assert sentences(room) == [
        "Ana left",
        "Ana came in as Participant",
        "Alice changed the role of Gina Marchetti from Participant to Spectator",
        "Alice switched on Gina Marchetti",
        "Alice switched off Gina Marchetti",
    ]


def test_old_and_new_dates_are_told_in_the_rooms_zone(room, alice, make_guest_link):
    gina = make_guest_link(ends_at=datetime(2026, 12, 31, 23, tzinfo=UTC))
    gina.set_window(ends_at=None, starts_at=datetime(2026, 11, 30, 8, tzinfo=UTC), by=alice)

    [line] = Choice(room).lines(None, 10)
    assert set(line.details) == {"Closes: 31 Dec 2026 → never", "Opens: at once → 30 Nov 2026, 09:00"}


def test_who_finds_no_seat_had_to_wait(room, make_group_link):
    seating.limit(room.pk, quota=0)
    join(make_group_link())

    assert sentences(room) == ["Ana came in, and had to wait for a seat"]


def test_who_is_removed_is_told_once(room, alice, make_group_link):
    seating.remove(join(make_group_link()), by=alice)

    assert sentences(room) == ["Alice removed Ana from the room", "Ana came in as Participant"]


def test_a_trace_is_nobodys_coming(room, make_guest_link):
    gina = make_guest_link()
    seating.hand_over(join(gina, browser="desk"), "phone", gina.version)

    assert sentences(room) == ["Gina came in as Participant"]


def test_another_role_later_does_not_change_how_one_came_in(room, alice, make_guest_link):
    gina = make_guest_link()
    join(gina)
    gina.grant(Role.MODERATOR, by=alice)

    assert sentences(room)[-1] == "Gina came in as Participant"


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"kind": "changes"}, ["Alice switched off Gina"]),
        ({"kind": "people"}, ["Bob removed Ana from the room", "Ana came in as Participant"]),
        ({"kind": "letters"}, ["The letter to gina@example.org was delivered"]),
        ({"words": "ANA"}, ["Bob removed Ana from the room", "Ana came in as Participant"]),
        ({"words": "gina@"}, ["The letter to gina@example.org was delivered", "Alice switched off Gina"]),
    ],
    ids=str,
)
def test_filters(room, alice, bob, gina, make_group_link, chosen, expected):
    gina.switch(on=False, by=alice)
    seating.remove(join(make_group_link()), by=bob)
    Activity.objects.create(
        room=room, link=gina, deed=Deed.DELIVERED, about="Gina", after={"email": "gina@example.org"}
    )

    assert sentences(room, **chosen) == expected


def test_by_whom(room, alice, bob, gina, make_group_link):
    gina.switch(on=False, by=alice)
    seating.remove(join(make_group_link()), by=bob)

    assert sentences(room, by=bob.pk) == ["Bob removed Ana from the room"]


def test_of_one_day_in_the_rooms_zone(room, alice, gina):
    for hour, name in ((22, "before"), (23, "first"), (46, "last"), (47, "after")):
        at = datetime(2026, 11, 22, tzinfo=UTC) + timedelta(hours=hour)
        Activity.objects.create(room=room, deed=Deed.SHARED, by=alice, about=name, at=at)

    found = sentences(room, day=datetime(2026, 11, 23).date())  # noqa: DTZ001  (a day)
    assert [re.search("made (\\w+)", sentence)[1] for sentence in found] == ["last", "first"]


def test_of_a_link_there_is_what_concerns_it_and_its_part_in_what_many_had(
    room, alice, gina, make_guest_link
):
    other = make_guest_link(name="Hugo")
    other.switch(on=False, by=alice)
    whole = Activity.objects.create(room=room, deed=Deed.DELETED, by=alice, number=2)
    GuestLink.objects.filter(pk__in=[gina.pk, other.pk]).discard(room.pk, alice, part_of=whole)

    assert sentences(room, gina) == ["Alice deleted Gina"]
    assert sentences(room)[0] == "Alice deleted 2 links"


@pytest.mark.parametrize("number", [1, 3, 7])
def test_pages_have_no_gaps_and_no_doubles_where_lines_share_a_time(room, alice, number):
    fill(room, 12, alice)  # on most machines within one or two instants
    everything = [line.place for line in Choice(room).lines(None, 100)]

    assert len(everything) == 36
    assert pages(room, number) == everything == sorted(everything, reverse=True)


@pytest.mark.parametrize("instant", ["2026-11-23T10:00:00+00:00", "2026-11-23T10:00:00.250000+00:00"])
def test_pages_are_exact_when_all_share_one_time(room, alice, instant):
    fill(room, 5, alice)
    at = datetime.fromisoformat(instant)
    Activity.objects.update(at=at)
    Participant.objects.update(joined_at=at, left_at=at)

    assert len(pages(room, 4)) == len(set(pages(room, 4))) == 15


def test_a_page_leads_to_the_next(as_alice, room, alice):
    fill(room, 30, alice)
    seen, address = [], f"/rooms/{room.pk}/activity/"
    while address:
        page = as_alice.get(address).content.decode()
        seen += re.findall(r"(P\d+ (?:left|came))|(deed)", page)
        [*more] = re.findall(r'rel="next" href="([^"]+)"', page)
        address = f"/rooms/{room.pk}/activity/{more[0]}".replace("&amp;", "&") if more else ""

    assert len([left for left, _deed in seen if left]) == 60


@pytest.mark.parametrize("number", [1, 30, 3000])
def test_it_costs_the_same_however_much_there_is(as_alice, room, alice, number, django_assert_num_queries):
    fill(room, number, alice)
    with django_assert_num_queries(8):
        as_alice.get(f"/rooms/{room.pk}/activity/")


@pytest.mark.parametrize(
    "query", ["before=x&than=y", "before=2026-11-23&than=0-1", "day=x", "by=x", "what=x", "q=%00"]
)
def test_nonsense_in_the_address_asks_for_everything(as_alice, room, alice, gina, query):
    gina.switch(on=False, by=alice)

    assert "Alice switched off Gina" in as_alice.get(f"/rooms/{room.pk}/activity/?{query}").content.decode()


def test_others_do_not_see_it(login, bob, room, gina, alice):
    gina.switch(on=False, by=alice)
    client = login(bob)

    assert client.get(f"/rooms/{room.pk}/activity/").status_code == 404
    assert client.get(f"/links/{gina.pk}/activity/").status_code == 404
    assert client.post(f"/activity/{Activity.objects.get().pk}/undo/").status_code == 404
    gina.refresh_from_db()
    assert not gina.is_active


def test_what_a_name_looks_like_is_not_taken_for_html(as_alice, room, alice, make_guest_link):
    make_guest_link(name="<b>Gina</b>").switch(on=False, by=alice)

    assert "&lt;b&gt;Gina" in as_alice.get(f"/rooms/{room.pk}/activity/").content.decode()


def test_undo_from_activity_takes_it_back_once(as_alice, room, alice, gina):
    gina.grant(Role.SPECTATOR, by=alice)
    done = Activity.objects.get()

    first = as_alice.post(f"/activity/{done.pk}/undo/", follow=True).content.decode()
    gina.refresh_from_db()
    assert gina.role == Role.PARTICIPANT
    assert "1 link is as it was before" in first
    second = as_alice.post(f"/activity/{done.pk}/undo/", follow=True).content.decode()
    assert "undone already" in second
    assert Activity.objects.filter(deed=Deed.UNDONE).count() == 1


def test_after_30_days_there_is_no_way_back(as_alice, room, alice, gina):
    gina.grant(Role.SPECTATOR, by=alice)
    done = Activity.objects.get()
    Activity.objects.update(at=F("at") - timedelta(days=30, minutes=1))

    assert "/undo/" not in as_alice.get(f"/rooms/{room.pk}/activity/").content.decode()
    as_alice.post(f"/activity/{done.pk}/undo/")
    gina.refresh_from_db()
    assert gina.role == Role.SPECTATOR


MUCH = """
INSERT INTO rooms_activity (room_id, deed, by_id, about, number, after, at)
SELECT %(room)s, 'settings', %(alice)s, 'deed', 1, '{}', now() - n * interval '1 minute'
FROM generate_series(1, 100000) n;
INSERT INTO rooms_participant (
    room_id, link_id, exclusive, browser, name, name_key, granted_role, role, by_hand,
    joined_at, left_at, ending)
SELECT %(room)s, %(link)s, false, n, 'P', 'p', 'guest', 'guest', false,
    now() - n * interval '1 minute', now() - n * interval '1 minute', 'left'
FROM generate_series(1, 100000) n;
ANALYZE rooms_activity; ANALYZE rooms_participant;
"""


@pytest.mark.parametrize("of_link", [False, True])
def test_of_100_000_rows_a_page_reads_its_own_and_sorts_no_more(room, alice, make_group_link, of_link):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite plans otherwise")
    link = make_group_link()
    with connection.cursor() as cursor:
        cursor.execute(MUCH, {"room": room.pk, "alice": alice.pk, "link": link.pk})
        if of_link:
            cursor.execute("UPDATE rooms_activity SET link_id = %s", [link.pk])
            cursor.execute("ANALYZE rooms_activity")
    choice = Choice(room, link if of_link else None)
    with CaptureQueriesContext(connection) as queries:
        [*_first, last] = choice.lines(None, 51)
        choice.lines(last.place, 51)
    assert len(queries) == 6
    for query in list(queries):
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN (ANALYZE) " + query["sql"])
            plan = "\n".join(row[0] for row in cursor.fetchall())
        assert "Seq Scan on rooms_participant" not in plan, plan
        assert "Seq Scan on rooms_activity" not in plan, plan
        assert max(int(rows) for rows in re.findall(r"actual time=\S+ rows=(\d+)", plan)) < 200, plan


def test_times_are_compared_as_times(room, alice):
    Activity.objects.create(room=room, deed=Deed.SHARED, by=alice, at=datetime(2026, 11, 23, 10, tzinfo=UTC))
    known = Activity.objects.alias(instant=Instant(F("at")))

    assert known.filter(instant=Instant(F("at"))).count() == 1


def rows_of(answer) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_export_says_what_the_page_says(as_alice, room, alice, gina, make_group_link):
    gina.switch(on=False, by=alice)
    gina.edit(name="=1+1", by=alice)
    join(make_group_link())
    header, *rows = rows_of(as_alice.get(f"/rooms/{room.pk}/activity.csv"))

    assert header == ["When (Europe/Berlin)", "Who", "What", "Details"]
    assert [row[2] for row in rows] == sentences(room)
    assert rows[1][1:] == ["Alice", "Alice changed Gina", "Name: Gina → =1+1"]


def test_the_export_has_what_is_filtered_and_all_of_it(as_alice, room, alice, gina, monkeypatch):
    monkeypatch.setattr("links.activity.ROWS_OF_EXPORT", 7)
    fill(room, 60, alice)
    gina.switch(on=False, by=alice)

    assert len(rows_of(as_alice.get(f"/rooms/{room.pk}/activity.csv?what=people"))) == 121
    assert len(rows_of(as_alice.get(f"/links/{gina.pk}/activity.csv"))) == 2
    assert as_alice.get(f"/rooms/{room.pk}/activity.xlsx").content.startswith(b"PK")
    assert as_alice.get(f"/rooms/{room.pk}/activity.exe").status_code == 404


def test_others_export_nothing(login, bob, room, gina):
    assert login(bob).get(f"/rooms/{room.pk}/activity.csv").status_code == 404
    assert login(bob).get(f"/links/{gina.pk}/activity.xlsx").status_code == 404
