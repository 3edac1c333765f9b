"""The page of one who is in a room, or was."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from rooms import seating
from rooms.models import Participant, Role, Room
from rooms.models.participant import Ending
from tests.doors import counters, join, roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(make_group_link):
    return make_group_link()


@pytest.fixture
def see(browser_in):
    """The participant's page, as they see it."""

    def look(participant: Participant, **how):
        answer = browser_in(participant.browser).get(
            reverse("rooms:inside", args=[participant.room_id]), **how
        )
        answer.text_only = " ".join(answer.content.decode().split())
        return answer

    return look


def test_it_says_which_room_which_role_and_who_else_is_in(see, room, group, make_group_link):
    Room.objects.update(description="Bring paper.")
    ana = join(group, "Ana")
    join(make_group_link(role=Role.SPECTATOR), "Ben")
    page = see(ana).text_only
    assert "<h1>Physics colloquium</h1>" in page
    assert "Bring paper." in page
    assert "Your role: <strong>Participant</strong>" in page
    assert "You can speak, use your camera and share your screen." in page
    assert '<span class="name">Ben</span><span class="role">Spectator</span>' in page
    assert 'Ana <span class="you">(you)</span>' in page


def test_who_is_downgraded_is_told_why(see, room, group):
    Room.objects.update(quota=0)
    page = see(join(group, "Ana")).text_only
    assert "Your role: <strong>Spectator</strong>" in page
    assert "All seats are taken; you get the next that is free. Then your role is: Participant." in page


def test_looking_renews_the_lease(see, group):
    ana = join(group)
    Participant.objects.update(lease_until=timezone.now() + timedelta(seconds=1))
    see(ana)
    ana.refresh_from_db()
    assert ana.lease_until > timezone.now() + timedelta(seconds=20)
    assert ana.connected_at is None


def test_a_page_that_loads_itself_again_is_connected(browser_in, group):
    ana = join(group)
    browser_in(ana.browser).get(f"/r/{ana.room_id}/?alive")
    ana.refresh_from_db()
    assert ana.lease_until > timezone.now() + timedelta(seconds=30)
    assert ana.connected_at is not None


def test_the_page_is_kept_by_nobody_tells_nobody_and_loads_itself_again(see, group):
    answer = see(join(group))
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert (
        '<noscript><meta http-equiv="refresh" content="20;url=?alive"></noscript>' in answer.content.decode()
    )


@pytest.mark.parametrize("number", [1, 30])
def test_it_takes_three_statements_however_many_are_in(see, room, group, django_assert_num_queries, number):
    Room.objects.update(capacity=100)
    ana = join(group, "Ana")
    for _ in range(number):
        join(group, "Ben")
    with django_assert_num_queries(3):
        assert see(ana).text_only.count("Ben") == number


def test_no_session_is_asked_for_though_an_administrator_is_logged_in(
    browser_in, alice, group, django_assert_num_queries
):
    ana = join(group)
    client = browser_in(ana.browser)
    client.force_login(alice)
    with django_assert_num_queries(3):
        client.get(reverse("rooms:inside", args=[ana.room_id]))


def test_of_many_a_hundred_are_listed(see, room, group):
    ana = join(group, "Ana")
    Room.objects.update(capacity=6000)
    others = (
        Participant(
            room=room,
            link=group,
            browser=f"{i:032x}",
            name=f"N{i}",
            name_key=f"n{i}",
            granted_role="spectator",
            role="spectator",
        )
        for i in range(5000)
    )
    Participant.objects.bulk_create(others)
    Room.objects.update(people_in=F("people_in") + 5000)
    page = see(ana).text_only
    assert page.count("<li ") == 100
    assert "and 4,901 more" in page


def test_a_guest_reads_it_in_the_language_of_their_link(see, make_guest_link, group):
    answer = see(join(make_guest_link(language="de")), headers={"Accept-Language": "en"})
    assert answer["Content-Language"] == "de"
    assert '<html lang="de"' in answer.text_only


def test_a_group_participant_reads_it_in_the_browsers_language(see, group):
    answer = see(join(group), headers={"Accept-Language": "de"})
    assert '<html lang="de"' in answer.text_only


def test_who_leaves_gives_the_seat_back_at_once_and_is_told(browser_in, room, group):
    Room.objects.update(quota=1)
    ana, _ben = join(group, "Ana"), join(group, "Ben")
    answer = browser_in(ana.browser).post(reverse("rooms:leave", args=[room.pk]), follow=True)
    page = answer.content.decode()
    assert answer.redirect_chain == [(reverse("rooms:inside", args=[room.pk]), 302)]
    assert "You left" in page
    assert group.address in page
    assert "Refresh" not in answer
    assert roles(room) == {"Ben": Role.PARTICIPANT}


def test_leaving_twice_changes_nothing(browser_in, room, group):
    ana = join(group)
    client = browser_in(ana.browser)
    client.post(reverse("rooms:leave", args=[room.pk]))
    before = Participant.objects.values().get()
    client.post(reverse("rooms:leave", args=[room.pk]))
    assert Participant.objects.values().get() == before
    assert counters(room) == (0, 0, 0)


@pytest.mark.parametrize(
    ("ending", "words", "may_come_back"),
    [
        (Ending.LEFT, "You left", True),
        (Ending.LOST, "Your connection was lost", True),
        (Ending.REMOVED, "You were removed from the room", True),
        (Ending.NO_ACCESS, "withdrawn the access", False),
        (Ending.DELETED, "Your link was deleted", False),
        (Ending.ELSEWHERE, "You went on elsewhere", True),
    ],
)
def test_who_is_out_sees_why_and_the_way_back_if_there_is_one(see, gina, ending, words, may_come_back):
    participant = join(gina)
    seating.leave(participant, ending)
    page = see(participant).text_only
    assert words in page
    assert (gina.address in page) == may_come_back


def test_who_is_barred_sees_until_when_and_no_way_back(see, gina):
    participant = join(gina)
    seating.remove(participant)
    page = see(participant).text_only
    assert "You can come in again:" in page
    assert "(Europe/Berlin)" in page
    assert gina.address not in page


def test_whoever_came_by_an_address_that_was_replaced_does_not_learn_the_new_one(see, group):
    stranger = join(group)
    group.replace_address()
    seating.leave(stranger)
    page = see(stranger).text_only
    assert "/j/" not in page
    assert "open the link that you were given" in page


def test_a_deleted_link_leads_nowhere(see, gina):
    participant = join(gina)
    seating.leave(participant)
    gina.discard()
    assert gina.address not in see(participant).text_only


def test_the_first_device_is_told_when_the_link_is_used_on_a_second(see, room, gina):
    first = join(gina)
    see(first)
    second = join(gina, take_over=True)
    assert second.browser != first.browser
    answer = see(first)
    assert answer.status_code == 200
    assert "You went on elsewhere" in answer.text_only
    assert "You are in" in see(second).text_only
    assert counters(room) == (1, 1, 0)


def test_who_came_back_sees_themself_in_and_not_how_they_left(see, group):
    ana = join(group, "Ana")
    seating.leave(ana)
    join(group, "Ana", ana.browser)
    assert "You are in" in see(ana).text_only


@pytest.mark.parametrize("cookie", [None, "", "f" * 32, "f" * 32 + ":1tXyZ:forged"])
def test_whom_nobody_knows_learns_nothing_of_the_room(client, room, group, cookie):
    ana = join(group)
    Participant.objects.filter(pk=ana.pk).update(browser="f" * 32)
    if cookie is not None:
        client.cookies["browser"] = cookie
    answer = client.get(reverse("rooms:inside", args=[room.pk]))
    assert answer.status_code == 404
    assert "Physics" not in answer.content.decode()
    assert client.post(reverse("rooms:leave", args=[room.pk])).status_code == 404
    assert counters(room) == (1, 1, 0)


def test_the_cookie_is_for_the_server_only_and_under_https_for_this_host_only(settings):
    from django.http import HttpResponse

    from rooms.browser import new_browser, remember

    answer = HttpResponse()
    remember(answer, new_browser())
    plain = answer.cookies["browser"]
    assert (plain["httponly"], plain["samesite"], plain["secure"], plain["path"]) == (True, "Lax", "", "/")
    assert plain["max-age"] == 30 * 24 * 3600
    settings.PUBLIC_URL = "https://foyer.example"
    remember(answer, new_browser())
    secure = answer.cookies["__Host-browser"]
    assert (secure["httponly"], secure["samesite"], secure["secure"], secure["path"]) == (
        True,
        "Lax",
        True,
        "/",
    )
    assert secure["domain"] == ""


def test_a_cookie_of_a_month_ago_counts_as_none(rf, monkeypatch):
    import time

    from django.http import HttpResponse

    from rooms.browser import browser_of, new_browser, remember

    browser, answer, now = new_browser(), HttpResponse(), time.time()
    remember(answer, browser)
    request = rf.get("/")
    request.COOKIES["browser"] = answer.cookies["browser"].value
    assert browser_of(request) == browser
    monkeypatch.setattr(time, "time", lambda: now + 31 * 24 * 3600)
    assert browser_of(request) == ""
