"""Issue 5: who stands before a shut door may ask those who run the room."""

from datetime import timedelta

import pytest
from django.utils import timezone

from links.models import AccessRequest, Link
from links.opening import Opening
from links.views.ask_access import EACH_BLOCK, EACH_LINK
from rooms.models import Participant, Role, Room
from tests.browsers import Client
from tests.doors import address_of, join, meanwhile

pytestmark = pytest.mark.django_db
NOW = timezone.now()
PAST, FUTURE = NOW - timedelta(days=1), NOW + timedelta(days=1)
ON_ITS_WAY = "Your request is on its way to those who run this room."
SHUT = {
    "no access": {"role": Role.NO_ACCESS},
    "inactive": {"is_active": False},
    "not yet": {"starts_at": FUTURE},
    "expired": {"ends_at": PAST},
}


def door(link: Link) -> str:
    return f"/j/{address_of(link)}"


def requests(link: Link) -> str:
    return f"{door(link)}/requests/"


def page(client, url: str) -> str:
    return " ".join(client.get(url).content.decode().split())


def said() -> list[tuple[str, str, str]]:
    return list(AccessRequest.objects.order_by("pk").values_list("name", "email", "note"))


@pytest.fixture
def expired(make_guest_link):
    return make_guest_link(name="Gina", ends_at=PAST)


@pytest.mark.parametrize("state", SHUT.values(), ids=SHUT)
def test_a_guest_asks_with_a_note_and_is_told_that_it_is_on_its_way(client, make_guest_link, state):
    link = make_guest_link(**state)
    assert "Ask for access" in page(client, door(link)) or "Ask to come in now" in page(client, door(link))
    answer = client.post(requests(link), {"note": "  I am late,\r\n sorry  "})
    assert (answer.status_code, answer.url) == (302, f"{door(link)}?asked")
    assert said() == [("", "", "I am late,\nsorry")]
    for url in (answer.url, door(link)):
        assert ON_ITS_WAY in page(client, url)
        assert "data-shut-door" in page(client, url)
        assert '<noscript><meta http-equiv="refresh" content="15"></noscript>' in page(client, url)
    assert ON_ITS_WAY not in page(Client(), door(link))


def test_through_a_group_link_one_gives_a_name_and_if_one_likes_an_address(client, make_group_link):
    link = make_group_link(is_active=False)
    client.post(requests(link), {"name": " Ana ", "email": "ana@EXAMPLE.org", "note": ""})
    assert said() == [("Ana", "ana@example.org", "")]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "", "email": "", "note": ""}, "enter a name"),
        ({"name": "Ana\u202e", "email": "", "note": ""}, "cannot be seen after"),
        ({"name": "Ana", "email": "nowhere", "note": ""}, "not a complete e-mail address"),
        ({"name": "Ana", "email": "", "note": "x" * 501}, "at most 500 characters"),
    ],
)
def test_what_cannot_be_passed_on_is_refused_and_kept(client, make_group_link, form, words):
    answer = client.post(requests(make_group_link(is_active=False)), form)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert all(value in answer.content.decode() for value in form.values())
    assert said() == []


def test_a_note_hides_nothing(client, expired):
    client.post(requests(expired), {"note": "fam\u202eily \x07👩\u200d👩\u200d👧\u200b ok"})
    assert said() == [("", "", "family 👩\u200d👩\u200d👧 ok")]


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_request_needs_a_known_link(client, expired, method):
    forged = door(expired)[:-1] + ("a" if door(expired)[-1] != "a" else "b")
    asked, known = (
        getattr(client, method)(f"{forged}{end}", {"note": "please"}) for end in ("/requests/", "")
    )
    assert asked.status_code == known.status_code == 404
    assert "This link opens nothing" in asked.content.decode()
    assert said() == []


def test_before_an_open_door_there_is_nothing_to_ask(client, make_guest_link):
    link = make_guest_link()
    answer = client.post(requests(link), {"note": "please"})
    assert (answer.status_code, answer.url) == (302, door(link))
    assert said() == []


def test_who_was_removed_by_hand_cannot_ask(client, room, make_guest_link):
    from rooms import seating

    link = make_guest_link()
    seating.remove(join(link))
    assert "Ask for access" not in page(client, door(link))
    client.post(requests(link), {"note": "please"})
    assert said() == []


def test_a_get_asks_nothing(client, expired):
    assert client.get(requests(expired)).status_code == 200
    assert client.head(requests(expired)).status_code == 200
    assert said() == []


def test_asking_again_updates_the_note(client, expired):
    client.post(requests(expired), {"note": "first"})
    assert "first" in page(client, requests(expired))
    answer = client.post(requests(expired), {"note": "second"})
    assert answer.url == f"{door(expired)}?asked"
    assert said() == [("", "", "second")]


def test_each_browser_has_a_request_of_its_own(client, expired):
    client.post(requests(expired), {"note": "phone"})
    Client().post(requests(expired), {"note": "desk"})
    assert said() == [("", "", "phone"), ("", "", "desk")]


@pytest.mark.django_db(transaction=True)
def test_one_who_presses_twice_at_once_has_asked_once(expired):
    from django.db import transaction

    with transaction.atomic():
        AccessRequest.objects.ask(expired, "b" * 32, note="first")
        second = meanwhile(AccessRequest.objects.ask, expired, "b" * 32, note="second")
    second.result(timeout=10)
    assert AccessRequest.objects.count() == 1


def test_over_the_links_limit_the_answer_is_the_same_and_nothing_is_written(client, expired):
    for _ in range(EACH_LINK.number):
        EACH_LINK.is_over(expired.pk)
    answer = client.post(requests(expired), {"note": "please"})
    assert (answer.status_code, answer.url) == (302, f"{door(expired)}?asked")
    assert ON_ITS_WAY in page(client, answer.url)
    assert said() == []


def test_who_asks_at_many_links_is_told_to_wait_and_nothing_is_written(client, expired, make_guest_link):
    for _ in range(EACH_BLOCK.number):
        EACH_BLOCK.is_over("127.0.0.1")
    assert client.post(requests(expired), {"note": "please"}).status_code == 429
    assert said() == []
    other = make_guest_link(ends_at=PAST)
    client.post(requests(other), {"note": ""}, REMOTE_ADDR="192.0.2.7")
    assert len(said()) == 1


def test_the_page_is_the_same_when_it_was_declined_and_asking_again_is_not_heard_that_day(client, expired):
    client.post(requests(expired), {"note": "first"})
    before = page(client, door(expired))
    AccessRequest.objects.all().settle("declined")
    assert without_token(page(client, door(expired))) == without_token(before)
    client.post(requests(expired), {"note": "again"})
    assert said() == [("", "", "first")]
    AccessRequest.objects.update(answered_at=NOW - timedelta(days=2))
    assert ON_ITS_WAY not in page(client, door(expired))
    client.post(requests(expired), {"note": "again"})
    assert said()[1:] == [("", "", "again")]


def without_token(page: str) -> str:
    import re

    return re.sub(r'csrfmiddlewaretoken" value="\w+"', "", page)


def test_a_page_of_somebody_who_asked_shows_the_open_door_once_it_is(client, expired):
    client.post(requests(expired), {"note": ""})
    expired.set_window(ends_at=None)
    shown = page(client, f"{door(expired)}?asked")
    assert "Join" in shown
    assert "data-shut-door" not in shown


def test_a_request_is_news_for_open_pages(client, room, expired):
    before = Room.objects.get(pk=room.pk)
    client.post(requests(expired), {"note": ""})
    after = Room.objects.get(pk=room.pk)
    assert after.revision > before.revision
    assert after.door_revision == before.door_revision  # nobody who is joining has to look again


@pytest.mark.parametrize("state", SHUT.values(), ids=SHUT)
def test_the_rule_for_many_links_is_the_doors_rule_for_one(make_guest_link, make_group_link, state):
    from links.door import why_shut

    links = [make_guest_link(**state), make_group_link(**state), make_group_link(ends_at=FUTURE)]
    now = timezone.now()
    for link in links:
        link.is_barred = False
    assert set(Link.objects.open_at(now).values_list("pk", flat=True)) == {
        link.pk for link in links if why_shut(link, now) is None
    }


# What administrators see


def tab(client, room, kind="guests") -> str:
    return page(client, f"/rooms/{room.pk}/{kind}/")


@pytest.fixture
def desk(login, alice):
    return login(alice)


@pytest.mark.parametrize("kind", ["guests", "groups"])
def test_administrators_see_who_asks_and_what_a_press_does(desk, room, client, expired, kind):
    client.post(requests(expired), {"note": "<b>please</b>"})
    shown = tab(desk, room, kind)
    assert "<strong>Gina</strong> asks for access" in shown
    assert "&lt;b&gt;please&lt;/b&gt;" in shown
    assert "Let in until " in shown
    assert "1<span" in shown.split('id="asking-count"')[1]
    assert "1<span" in tab(desk, room, "people").split('id="asking-count"')[1]


@pytest.mark.parametrize("state", SHUT.values(), ids=SHUT)
def test_what_was_opened_in_another_way_is_asked_no_more(desk, room, client, make_guest_link, state):
    link = make_guest_link(**state)
    client.post(requests(link), {"note": ""})
    assert "asks for access" in tab(desk, room)
    link.grant(Role.GUEST)
    link.switch(on=True)
    link.set_window(starts_at=None, ends_at=None)
    assert "asks for access" not in tab(desk, room)
    AccessRequest.objects.sweep()
    assert AccessRequest.objects.get().answer == "opened"


def test_what_is_asked_at_a_deleted_link_is_not_shown(desk, room, client, expired):
    client.post(requests(expired), {"note": ""})
    expired.discard()
    assert "asks for access" not in tab(desk, room)


def test_others_see_nothing_of_it(login, bob, room, client, expired):
    client.post(requests(expired), {"note": ""})
    assert login(bob).get(f"/rooms/{room.pk}/requests/").status_code == 404
    assert Client().get(f"/rooms/{room.pk}/requests/").status_code == 302


def test_an_open_page_is_answered_only_when_there_is_something_new(desk, room, client, expired):
    url = f"/rooms/{room.pk}/requests/"
    empty = desk.get(url).context["asking"].key
    assert desk.get(url, {"seen": empty}).status_code == 204
    client.post(requests(expired), {"note": "first"})
    news = desk.get(url, {"seen": empty})
    assert news.status_code == 200
    seen = news.context["asking"].key
    assert desk.get(url, {"seen": seen}).status_code == 204
    client.post(requests(expired), {"note": "second"})
    assert desk.get(url, {"seen": seen}).status_code == 200


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_takes_the_same_number_of_statements(
    desk, room, make_guest_link, django_assert_num_queries, number
):
    for _ in range(number):
        AccessRequest.objects.ask(make_guest_link(ends_at=PAST), "b" * 32, note="")
    with django_assert_num_queries(5):  # session, account, room, requests, their count
        shown = page(desk, f"/rooms/{room.pk}/requests/")
    assert shown.count("<strong>") == min(number, 20)
    assert ("More people ask" in shown) == (number > 20)


def test_old_requests_are_forgotten(client, expired):
    client.post(requests(expired), {"note": ""})
    AccessRequest.objects.update(asked_at=NOW - timedelta(days=31))
    AccessRequest.objects.sweep()
    assert said() == []


# What opens a shut link


def opening(link: Link) -> Opening:
    link = Link.objects.select_related("room").get(pk=link.pk)
    return Opening.of(link, timezone.now())


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"role": Role.NO_ACCESS}, "Give access as Participant"),
        ({"is_active": False}, "Switch on"),
        ({"starts_at": FUTURE}, "Let in now"),
        ({"is_active": False, "role": Role.NO_ACCESS}, "Give access as Participant · Switch on"),
    ],
)
def test_the_press_says_what_it_changes_and_changes_no_more(make_guest_link, alice, state, words):
    from links.door import why_shut

    link = make_guest_link(**state)
    assert opening(link).in_words == words
    opening(link).apply(by=alice)
    link = Link.objects.get(pk=link.pk)
    link.is_barred = False
    assert why_shut(link, timezone.now()) is None
    assert (link.ends_at, link.starts_at) == (None, None)


def test_an_expired_link_is_extended_to_the_end_of_the_seventh_day_in_the_rooms_zone(room, alice, expired):
    from django.utils.formats import date_format

    Room.objects.update(time_zone="Pacific/Auckland")
    zone = Room.objects.get().zone
    last_day = timezone.now().astimezone(zone).date() + timedelta(days=7)
    said = opening(expired)
    said.apply(by=alice)
    link = Link.objects.get(pk=expired.pk)
    end = link.ends_at.astimezone(zone)
    assert (end.date(), end.hour, end.minute) == (last_day + timedelta(days=1), 0, 0)
    assert said.in_words == f"Let in until {date_format(last_day, 'D j M')}, 23:59"
    assert (link.role, link.is_active) == (expired.role, True)


def test_access_comes_back_as_it_was(make_guest_link, alice):
    link = make_guest_link(role=Role.MODERATOR)
    link.grant(Role.NO_ACCESS)
    link.grant(Role.NO_ACCESS)
    assert opening(link).in_words == "Give access as Moderator"
    opening(link).apply(by=alice)
    assert Link.objects.get(pk=link.pk).role == Role.MODERATOR
    assert Participant.objects.count() == 0
