"""Who was invited, who came, when and how long: of a room and a day, in the room's zone."""

import itertools
import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from invitations.attendance import attendance_on, day_of
from invitations.attendance.picture import full_hours, merged, picture_of, steps_of
from invitations.management.meeting import hold_meetings
from invitations.models import Invitation
from invitations.spreadsheets import read
from rooms import seating
from rooms.models import Participant, Role
from tests.doors import join

BERLIN = ZoneInfo("Europe/Berlin")
DAY = date(2026, 3, 10)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
browsers = itertools.count(1)


def at(text: str) -> datetime:
    """“09:30” on DAY, or “2026-03-11 09:30”, in Berlin."""
    return datetime.fromisoformat(text if " " in text else f"{DAY} {text}").replace(tzinfo=BERLIN)


@pytest.fixture
def desk(login, alice):
    return login(alice)


@pytest.fixture
def guest(make_guest_link):
    """guest("Gina", **fields): with a link that is older than every meeting here."""

    def make(name, *, letters=(), created_at=LONG_AGO, **fields):
        link = make_guest_link(name=name, **fields)
        type(link).objects.filter(pk=link.pk).update(created_at=created_at)
        for state in letters:
            Invitation.objects.create(link=link, state=state)
        return link

    return make


@pytest.fixture
def stay(room):
    """stay("09:00", "10:00", link, …): somebody's time in the room; without a link, an administrator's."""

    def make(start, end, link=None, name="Ana", **fields):
        fields.setdefault("browser", f"browser {next(browsers)}")
        return Participant.objects.create(
            room=(link and link.room) or room,
            link=link,
            exclusive=bool(link and link.is_for_one),
            name=name,
            name_key=name.casefold(),
            role=Role.PARTICIPANT,
            granted_role=Role.PARTICIPANT,
            joined_at=at(start),
            left_at=end and at(end),
            **fields,
        )

    return make


def facts(room, day=DAY):
    return attendance_on(day_of(day, room.zone), room, timezone.now())


def came(room, day=DAY):
    return [
        (person.name, person.length // timedelta(minutes=1), person.times) for person in facts(room, day).came
    ]


def missed(room, day=DAY):
    return [person.name for person in facts(room, day).people("missed")]


def shown(desk, room, **query):
    answer = desk.get(f"/rooms/{room.pk}/attendance/", query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def rows(desk, room, ending="csv", **query):
    answer = desk.get(f"/rooms/{room.pk}/attendance/export.{ending}", {"day": f"{DAY}", **query})
    assert answer.status_code == 200
    return [cells for _number, cells in read(answer.content).rows]


# Who is one person.


def test_a_guest_is_one_line_however_often_they_came(room, guest, stay):
    gina = guest("Gina")
    stay("09:00", "09:30", gina, browser="phone")
    stay("10:00", "10:15", gina, browser="laptop")
    assert came(room) == [("Gina", 45, 2)]
    (person,) = facts(room).came
    assert (person.first, person.last) == (at("09:00"), at("10:15"))


def test_in_a_group_a_browser_is_a_person(room, make_group_link, stay):
    maths, physics = make_group_link(description="Maths"), make_group_link(description="Physics")
    stay("09:00", "09:30", maths, browser="a")
    stay("10:00", "10:20", maths, browser="a")
    stay("09:00", "09:10", maths, browser="b", number=2)
    stay("11:00", "11:05", physics, browser="a")
    assert came(room) == [("Ana", 50, 2), ("Ana", 5, 1), ("Ana (2)", 10, 1)]
    assert [person.group for person in facts(room).came] == ["Maths", "Physics", "Maths"]


def test_who_gave_two_names_is_found_by_both(room, make_group_link, stay):
    group = make_group_link()
    for start, name in (("09:00", "Ana"), ("10:00", "Ben"), ("11:00", "Ana")):
        stay(start, start[:2] + ":30", group, name, browser="shared")
    assert came(room) == [("Ben, Ana", 90, 3)]


def test_an_administrator_is_listed_as_one_and_as_one(desk, room, stay):
    stay("09:00", "09:30", name="Alice", browser="phone")
    stay("09:10", "09:30", name="Alice", browser="laptop")
    assert came(room) == [("Alice", 50, 2)]
    assert '<span class="muted">administrator</span>' in shown(desk, room, day=DAY)
    assert rows(desk, room)[1][:3] == ["Alice", "", "Administrator"]


def test_a_trace_is_nobodys_stay(room, make_group_link, stay):
    stay("09:00", "09:30", make_group_link(), is_trace=True)
    assert came(room) == []
    assert facts(room).picture is None
    assert facts(room, date(2026, 3, 9)).later is None


def test_people_are_listed_by_name_and_then_those_who_did_not_come(room, guest, stay):
    for name in ("Zoe", "ada"):
        stay("09:00", "09:30", guest(name))
    for name in ("wanda", "Ben"):
        guest(name)
    assert [person.name for person in facts(room).people("all")] == ["ada", "Zoe", "Ben", "wanda"]
    assert [person.name for person in facts(room).people("came")] == ["ada", "Zoe"]
    assert [person.name for person in facts(room).people("all")[1:3]] == ["Zoe", "Ben"]


# A day.


def test_a_stay_over_midnight_is_cut(room, make_group_link, stay):
    group = make_group_link()
    stay("2026-03-09 23:50", "2026-03-11 00:20", group, "Owl")
    stay("23:00", "2026-03-11 00:00", group, "Punctual")
    stay("2026-03-09 23:00", "00:00", group, "Gone")
    stay("2026-03-11 00:00", "2026-03-11 00:05", group, "Later")
    assert came(room, date(2026, 3, 9)) == [("Gone", 60, 1), ("Owl", 10, 1)]
    assert came(room) == [("Owl", 24 * 60, 1), ("Punctual", 60, 1)]
    assert came(room, date(2026, 3, 11)) == [("Later", 5, 1), ("Owl", 20, 1)]


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_a_day_on_which_the_clocks_change_is_shorter_or_longer(room, make_group_link, stay, day, hours):
    before, after = day - timedelta(days=1), day + timedelta(days=2)
    stay(f"{before} 12:00", f"{after} 12:00", make_group_link())
    assert came(room, day) == [("Ana", hours * 60, 1)]
    picture = facts(room, day).picture
    assert picture.end - picture.start == timedelta(hours=hours)


def test_the_day_is_the_rooms_and_not_the_servers(make_room, make_group_link, stay):
    room = make_room(time_zone="Pacific/Auckland")
    stay("2026-03-10 12:30", "2026-03-10 12:40", make_group_link(room=room))
    assert came(room, date(2026, 3, 10)) == []
    assert came(room, date(2026, 3, 11)) == [("Ana", 10, 1)]


def test_who_is_still_in_has_been_so_until_now(desk, room, gina, stay):
    participant = join(gina)
    Participant.objects.update(joined_at=timezone.now() - timedelta(minutes=1, seconds=30))
    stay("09:00", "10:00")
    day = timezone.now().astimezone(room.zone).date()
    (person,) = facts(room, day).came
    assert person.last is None
    assert person.length <= timedelta(minutes=2)
    page = shown(desk, room)
    assert "still in" in page
    assert f'value="{day}"' in page
    seating.leave(participant)
    assert "still in" not in shown(desk, room)


def test_without_a_day_it_is_the_last_on_which_somebody_was_there(desk, room, make_group_link, stay):
    today = timezone.now().astimezone(room.zone).date()
    assert f'value="{today}"' not in shown(desk, room)  # nobody was ever here: nothing to choose
    stay("2026-03-09 09:00", "2026-03-09 10:00", make_group_link())
    stay("09:00", "2026-03-11 00:00", make_group_link())
    for query in ({}, {"day": "yesterday"}, {"day": "9999-12-31"}, {"day": "0001-01-01"}, {"day": ""}):
        assert 'value="2026-03-10"' in shown(desk, room, **query)


def test_one_goes_to_the_days_before_and_after_with_somebody_in(room, make_group_link, stay):
    group = make_group_link()
    stay("2026-02-01 09:00", "2026-02-02 00:00", group)
    stay("09:00", "10:00", group)
    stay("2026-03-20 22:00", "2026-03-21 01:00", group)
    around = {day: (facts(room, day).earlier, facts(room, day).later) for day in (DAY, date(2026, 3, 20))}
    assert around == {
        DAY: (date(2026, 2, 1), date(2026, 3, 20)),
        date(2026, 3, 20): (DAY, date(2026, 3, 21)),
    }
    assert facts(room, date(2026, 3, 21)).earlier == date(2026, 3, 20)
    assert facts(room, date(2026, 3, 21)).later is None
    assert facts(room, date(2026, 2, 1)).later == DAY
    assert facts(room, date(2026, 2, 2)).earlier == date(2026, 2, 1)
    assert facts(room, date(2026, 1, 1)).later == date(2026, 2, 1)
    assert facts(room, date(2026, 1, 1)).earlier is None


# Who was invited.


def test_who_was_invited_and_did_not_come_is_listed(desk, room, guest, stay):
    stay("09:00", "10:00", guest("Gina"))
    guest("Hugo", email="hugo@example.org")
    assert missed(room) == ["Hugo"]
    page = shown(desk, room, day=DAY)
    assert "hugo@example.org" in page
    assert "did not come" in page
    assert "Invited: 2" in page
    assert "Came: 1" in page
    assert "hugo@example.org" not in shown(desk, room, day=DAY, who="came")
    assert "Gina" not in shown(desk, room, day=DAY, who="missed")


@pytest.mark.parametrize(
    ("start", "end", "counts"),
    [
        (None, None, True),
        ("09:00", "10:00", True),
        (None, "2026-03-10 00:00", False),
        (None, "2026-03-10 00:01", True),
        ("2026-03-11 00:00", None, False),
        ("2026-03-10 23:59", None, True),
    ],
)
def test_a_guest_is_invited_to_the_days_that_the_window_of_their_link_touches(
    room, guest, start, end, counts
):
    guest("Gina", starts_at=start and at(start), ends_at=end and at(end))
    assert missed(room) == ["Gina"] * counts


def test_a_link_that_is_dead_or_did_not_exist_invites_nobody(room, guest):
    guest("Off", is_active=False)
    guest("Out", role=Role.NO_ACCESS)
    guest("Later", created_at=at("2026-03-11 00:00"))
    guest("Gone").discard()
    assert missed(room) == []


def test_who_came_is_listed_though_their_link_is_deleted(desk, room, guest, stay):
    gina = guest("Gina", letters=["sent"])
    stay("09:00", "10:00", gina)
    gina.discard()
    assert came(room) == [("Gina", 60, 1)]
    assert facts(room).invited == 1
    page = shown(desk, room, day=DAY)
    assert "link deleted" in page
    assert f'"/links/{gina.pk}/"' not in page


def test_the_newest_letter_counts(desk, room, guest, stay):
    stay("09:00", "10:00", guest("Gina", letters=["bounced", "delivered"]))
    guest("Hugo", letters=["sent", "bounced"])
    guest("Ida", letters=["sent"])
    guest("Jon")
    found = facts(room)
    assert (found.invited, found.letters_gone, found.letters_delivered, found.letters_lost) == (4, 2, 1, 1)
    assert [cells[3] for cells in rows(desk, room)[1:]] == ["delivered", "did not arrive", "sent", "not sent"]
    page = shown(desk, room, day=DAY)
    assert "Letters sent: 2, delivered: 1" in page
    assert "Did not arrive: 1" in page


def test_before_the_day_is_over_nobody_has_failed_to_come(desk, room, guest, gina):
    guest("Hugo")
    today = timezone.now().astimezone(room.zone).date()
    page = shown(desk, room, day=today)
    assert "not here so far" in page
    assert "did not come" not in page


# The picture.


def test_the_peak_is_of_those_who_are_in_together(room, make_group_link, stay):
    for start, end in (("09:00", "10:00"), ("09:10", "09:40"), ("09:40", "10:00"), ("10:00", "11:00")):
        stay(start, end, make_group_link())
    picture = facts(room).picture
    assert (picture.peak, picture.peak_at) == (2, at("09:10"))
    assert facts(room).minutes == 170


def test_steps_say_how_many_are_in_from_when_on():
    spans = [(at("09:00"), at("10:00")), (at("09:30"), at("10:00")), (at("10:00"), at("10:00"))]
    assert steps_of(spans) == [(at("09:00"), 1), (at("09:30"), 2), (at("10:00"), 0)]


@pytest.mark.parametrize("number", [150, 151, 5_000])
def test_few_points_keep_the_peak_and_the_ends(number):
    chance = random.Random(number)
    joins = [at("08:00") + timedelta(seconds=chance.uniform(0, 36_000)) for _ in range(number)]
    steps = steps_of((join, join + timedelta(seconds=chance.uniform(1, 9_000))) for join in joins)
    few = merged(steps)
    assert len(few) <= 300
    assert (few[0][0], few[-1]) == (steps[0][0], steps[-1])
    assert max(number for _at, number in few) == max(number for _at, number in steps)
    assert [at for at, _number in few] == sorted({at for at, _number in few})
    for moment in (steps[len(steps) // 3][0], steps[len(steps) // 2][0]):
        assert level(few, moment) == pytest.approx(level(steps, moment), rel=0.1)


def level(steps, moment):
    return [number for at, number in steps if at <= moment][-1]


def test_the_axis_is_of_full_hours_on_the_rooms_clocks():
    kathmandu = ZoneInfo("Asia/Kathmandu")  # UTC+5:45
    first, last = (datetime(2026, 3, 10, *time, tzinfo=kathmandu) for time in ((9, 10), (10, 1)))
    start, end = full_hours(first, last, kathmandu)
    assert (f"{start:%H:%M}", f"{end:%H:%M}") == ("09:00", "11:00")
    assert full_hours(at("09:00"), at("09:00"), BERLIN) == (at("09:00"), at("10:00"))
    assert full_hours(at("09:00"), at("10:00"), BERLIN) == (at("09:00"), at("10:00"))


@pytest.mark.parametrize(
    ("end", "labels"),
    [
        ("10:00", ["09:00", "09:15", "09:30", "09:45", "10:00"]),
        ("12:00", ["09:00", "09:30", "10:00", "10:30", "11:00", "11:30", "12:00"]),
        ("19:00", ["10:00", "12:00", "14:00", "16:00", "18:00"]),
    ],
)
def test_labels_are_few_and_on_round_times(end, labels):
    picture = picture_of([(at("09:00"), at(end))], BERLIN, quota=1)
    assert [label.text for label in picture.times] == labels


def test_labels_of_a_day_on_which_the_clocks_change_are_what_they_show():
    autumn = day_of(date(2026, 10, 25), BERLIN)
    picture = picture_of([(autumn.start, autumn.end)], BERLIN, quota=1)
    assert [label.text for label in picture.times] == ["00:00", "06:00", "12:00", "18:00", "00:00"]
    assert [label.x for label in picture.times] == ["0%", "28%", "52%", "76%", "100%"]


@pytest.mark.parametrize(
    ("quota", "is_near"), [(0, False), (1, False), (2, True), (8, True), (10, True), (11, False)]
)
def test_the_line_of_seats_is_drawn_if_it_is_near(quota, is_near):
    spans = [(at("09:00"), at("10:00"))] * 8
    assert (picture_of(spans, BERLIN, quota).quota is not None) == is_near


def test_the_curve_goes_up_and_down_and_rests_on_the_ground():
    picture = picture_of([(at("09:15"), at("09:45")), (at("09:30"), at("09:45"))], BERLIN, quota=100)
    assert picture.path == "M250 140H250V70H500V0H750V140"
    assert [(level.text, level.y) for level in picture.levels] == [("1", "88"), ("2", "18")]


def test_the_picture_is_said_in_words_too_and_has_no_style_of_its_own(desk, room, make_group_link, stay):
    for start in ("09:10", "09:20"):
        stay(start, "10:00", make_group_link())
    page = shown(desk, room, day=DAY)
    assert 'role="img"' in page
    assert "People in the room on Tuesday 10 March 2026" in page
    assert "From 09:00 to 10:00 (Europe/Berlin). At most 2 people were in at once, first at 09:20." in page
    assert "style=" not in page


# The page and the files.


def test_where_nobody_ever_was_the_page_says_what_to_do(desk, room):
    page = shown(desk, room)
    assert "Nobody was here yet" in page
    assert f"/rooms/{room.pk}/guests/new/" in page
    assert "export" not in page


def test_where_nobody_came_yet_those_who_are_invited_are_listed(desk, room, gina):
    page = shown(desk, room)
    assert "Nobody was here yet" not in page
    assert gina.email in page


def test_a_line_says_who_lost_their_seat_and_who_was_put_out(desk, room, make_group_link, stay):
    stay("09:00", "10:00", make_group_link(), was_downgraded=True)
    stay("09:00", "10:00", make_group_link(), ending="removed")
    stay("09:00", "10:00", make_group_link(), ending="left")
    page = shown(desk, room, day=DAY)
    assert page.count("no seat at first") == 1
    assert page.count("removed by an administrator") == 1
    assert '<span class="badge">left</span>' not in page


def test_a_time_on_another_day_says_which(desk, room, make_group_link, stay):
    stay("2026-03-09 23:50", "00:20", make_group_link())
    assert ">9 Mar" in shown(desk, room, day=DAY)


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_a_file_says_the_same_of_everybody(desk, room, guest, make_group_link, stay, ending):
    stay("09:00", "09:30", guest("Gina", email="gina@example.org", letters=["delivered"]))
    stay("10:00", "11:00", make_group_link(label="Maths"), was_downgraded=True)
    guest("Hugo", email="hugo@example.org")
    zone = "(Europe/Berlin)"
    day = f"{DAY}"
    assert rows(desk, room, ending) == [
        [
            *("Name", "E-mail", "Came through", "Invitation", "Came"),
            *(f"First came {zone}", f"Last left {zone}", "Minutes", "Times", "No seat at first"),
        ],
        ["Ana", "", "Maths", "", "yes", f"{day} 10:00", f"{day} 11:00", "60", "1", "yes"],
        [
            *("Gina", "gina@example.org", "Guest link", "delivered", "yes"),
            *(f"{day} 09:00", f"{day} 09:30", "30", "1", "no"),
        ],
        ["Hugo", "hugo@example.org", "Guest link", "not sent", "no", "", "", "", "", ""],
    ]
    assert len(rows(desk, room, ending, who="missed")) == 2


def test_a_file_holds_all_persons_and_a_page_a_hundred(desk, room, make_group_link, guest, stay):
    group = make_group_link()
    for number in range(99):
        stay("09:00", "10:00", group, f"Ana {number:02}")
    for number in range(3):
        guest(f"Hugo {number}")
    assert len(rows(desk, room)) == 103
    first, second = (shown(desk, room, day=DAY, page=page) for page in (1, 2))
    assert ("Hugo 0" in first, "Hugo 1" in first) == (True, False)
    assert ("Hugo 0" in second, "Hugo 1" in second, "Hugo 2" in second) == (False, True, True)
    assert "Longer pages, to print" in first
    assert "Hugo 2" in shown(desk, room, day=DAY, rows="all")


def test_no_cell_of_a_file_can_be_run(desk, room, make_group_link, stay):
    stay("09:00", "10:00", make_group_link(label="@x"), "=HYPERLINK(1)")
    cells = desk.get(f"/rooms/{room.pk}/attendance/export.csv").content.decode("utf-8-sig").split('"')
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_a_file_is_named_after_the_day(desk, room, stay):
    stay("09:00", "10:00")
    answer = desk.get(f"/rooms/{room.pk}/attendance/export.xlsx")
    assert answer["Content-Disposition"] == (
        'attachment; filename="physics-colloquium-attendance-2026-03-10.xlsx"'
    )
    assert desk.get(f"/rooms/{room.pk}/attendance/export.pdf").status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_the_page_and_the_files_take_the_same_number_of_statements(
    desk, room, guest, make_group_link, stay, django_assert_num_queries, number
):
    group = make_group_link()
    for each in range(number):
        stay("09:00", "10:00", group, f"Ana {each}")
        stay("09:00", "10:00", guest(f"Gina {each}", letters=["sent"]))
        guest(f"Hugo {each}", letters=["sent"])
    with django_assert_num_queries(9):
        assert shown(desk, room, day=DAY).count('scope="row"') == 3 * number
    with django_assert_num_queries(8):
        assert len(rows(desk, room)) == 3 * number + 1


@pytest.mark.parametrize("path", ["", "export.csv", "export.xlsx"])
def test_somebody_elses_room_has_no_attendance(client, bob, room, stay, path):
    stay("09:00", "10:00")
    assert client.get(f"/rooms/{room.pk}/attendance/{path}").url.startswith("/accounts/login/")
    client.force_login(bob)
    assert client.get(f"/rooms/{room.pk}/attendance/{path}").status_code == 404


def test_another_rooms_people_are_not_listed(make_room, room, make_group_link, guest, stay):
    other = make_room()
    stay("09:00", "10:00", make_group_link(room=other))
    guest("Hugo", room=other)
    assert (came(room), missed(room), facts(room).later, facts(room).earlier) == ([], [], None, None)


def test_the_demo_has_lectures_that_were(desk, room, make_group_link):
    hold_meetings(room, make_group_link())
    page = shown(desk, room)
    assert "Came: 27" in page
    assert page.count("no seat at first") == 1
    assert page.count("did not come") == 2
    assert 'rel="prev"' in page
