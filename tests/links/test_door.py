"""DESIGN 2.1: what the door says, and in which order it asks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from links.models import Link
from rooms import seating
from rooms.models import Participant, Role
from tests.doors import address_of, counters, join

pytestmark = pytest.mark.django_db
NOW = timezone.now()
PAST, FUTURE = NOW - timedelta(days=1), NOW + timedelta(days=1)


def url(link: Link) -> str:
    return f"/j/{address_of(link)}"


def test_a_guest_is_greeted_by_name_and_asked_for_none(client, make_link):
    page = client.get(url(make_link(name="Gina"))).content.decode()
    assert "Welcome, Gina" in page
    assert 'name="name"' not in page


def test_a_group_participant_is_asked_for_a_name(client, make_group_link):
    page = client.get(url(make_group_link(description="All of maths"))).content.decode()
    assert "All of maths" in page
    assert 'name="name"' in page


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_link_opens_nothing_by_get_or_head(client, room, make_link, method):
    address = url(make_link())
    for _ in range(3):
        assert getattr(client, method)(address).status_code == 200
    assert counters(room) == (0, 0, 0)


def test_a_scanner_that_posts_and_never_comes_back_keeps_nobody_out(client, room, make_link):
    gina = make_link(name="Gina")
    scanner = client.__class__()
    scanner.head(url(gina))
    for _ in range(3):
        scanner.get(url(gina))
    scanner.post(url(gina))
    answer = client.post(url(gina))
    assert answer.status_code == 302
    assert client.get(answer.url).status_code == 200
    assert counters(room) == (1, 1, 0)


def test_what_a_scanner_took_up_is_free_again_when_its_lease_runs_out(client, room, make_link):
    client.post(url(make_link()))
    Participant.objects.update(lease_until=PAST)
    seating.sweep_all()
    assert counters(room) == (0, 0, 0)


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"role": Role.NO_ACCESS, "is_active": False, "starts_at": FUTURE}, "gives no access"),
        ({"is_active": False, "starts_at": FUTURE}, "switched off"),
        ({"starts_at": FUTURE}, "not open yet"),
        ({"ends_at": PAST}, "has expired"),
    ],
    ids=["no access", "inactive", "not yet", "expired"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_shut_door_says_the_first_reason_in_the_order_of_the_rules(
    client, room, make_link, state, words, method
):
    seating.limit(room.pk, quota=0, capacity=1)
    join(make_link(email="first@example.org"))
    answer = getattr(client, method)(url(make_link(email="second@example.org", **state)))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert counters(room)[0] == 1


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_full_room_says_so_and_offers_to_wait(client, room, make_link, method):
    seating.limit(room.pk, quota=0, capacity=1)
    join(make_link(email="first@example.org"))
    answer = getattr(client, method)(url(make_link(email="second@example.org")))
    assert answer.status_code == 200
    assert "The room is full" in answer.content.decode()


def test_a_door_that_opens_later_says_when_and_opens_by_itself(client, room, make_link):
    room.time_zone = "Europe/Berlin"
    room.save()
    opens = timezone.now() + timedelta(seconds=20)
    answer = client.get(url(make_link(starts_at=opens)))
    page = answer.content.decode()
    assert 20 <= int(answer["Refresh"]) + 1 <= 22
    assert "Europe/Berlin" in page
    assert 'data-local-time="Europe/Berlin"' in page
    assert "data-countdown" in page


def test_the_window_is_half_open(make_link):
    from links.door import Reason, why_shut

    link = make_link(starts_at=PAST, ends_at=FUTURE)
    link.is_barred = False
    tick = timedelta(microseconds=1)
    assert why_shut(link, PAST - tick) is Reason.NOT_YET
    assert why_shut(link, PAST) is None
    assert why_shut(link, FUTURE - tick) is None
    assert why_shut(link, FUTURE) is Reason.EXPIRED


def test_without_dates_a_link_is_open_from_ever_and_for_ever(make_link):
    from links.door import why_shut

    link = make_link()
    link.is_barred = False
    assert [why_shut(link, at) for at in (PAST.replace(year=1), FUTURE.replace(year=9999))] == [None, None]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("   ", "enter a name"),
        ("x" * 81, "80 characters"),
        ("Ana\u202e", "cannot be seen after “Ana”"),
        ("A\u200bna", "cannot be seen after “A”"),
        ("An\x07a", "cannot be seen after “An”"),
        ("\u3164", "begins with a character that cannot be seen"),
    ],
)
def test_a_name_that_cannot_be_shown_is_refused_with_the_reason_and_kept(
    client, room, make_group_link, typed, words
):
    answer = client.post(url(make_group_link()), {"name": typed})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert counters(room) == (0, 0, 0)


def test_what_was_typed_is_kept_when_a_name_is_refused(client, make_group_link):
    answer = client.post(url(make_group_link()), {"name": "x" * 81})
    assert 'value="' + "x" * 81 in answer.content.decode()


def test_a_name_is_trimmed_and_normalised(make_group_link, client, room):
    client.post(url(make_group_link()), {"name": "  Zoe\u0308  "})
    assert room.participants.get().name == "Zo\u00eb"


def test_a_name_that_is_in_the_room_already_gets_a_number(make_group_link):
    link = make_group_link()
    names = [join(link, name).shown_name for name in ("Ana", "ana", "Ana", "Ana (2)", "Ben")]
    assert names == ["Ana", "ana (2)", "Ana (3)", "Ana (4)", "Ben"]


def test_a_number_falls_free_with_its_bearer(make_group_link):
    link = make_group_link()
    ana = join(link)
    seating.leave(ana)
    assert join(link).shown_name == "Ana"


def test_a_guest_cannot_change_their_name(client, room, make_link):
    client.post(url(make_link(name="Gina")), {"name": "The Dean"})
    assert room.participants.get().name == "Gina"


def test_the_guest_is_recognised_by_a_signed_cookie_that_scripts_cannot_read(client, make_link):
    answer = client.post(url(make_link()))
    cookie = answer.cookies["browser"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    client.cookies["browser"] = cookie.value[:-1] + ("a" if cookie.value[-1] != "a" else "b")
    assert client.get(answer.url).status_code == 404


def test_a_connected_guest_link_is_in_use_and_may_be_continued_elsewhere(client, room, make_link):
    gina = make_link(name="Gina")
    first = join(gina)
    seating.renew(first, connected=True)
    answer = client.post(url(gina))
    assert answer.status_code == 200
    assert "in use already" in answer.content.decode()
    assert client.post(url(gina), {"take_over": ""}).status_code == 302
    assert counters(room) == (1, 1, 0)
    first.refresh_from_db()
    assert first.is_present


def test_the_device_that_was_let_go_says_where_its_person_went(client, room, make_link):
    gina = make_link(name="Gina")
    client.post(url(gina))
    client.get(f"/r/{room.pk}/")
    client.__class__().post(url(gina), {"take_over": ""})
    page = client.get(f"/r/{room.pk}/").content.decode()
    assert "You went on elsewhere" in page
    assert gina.address in page
    assert counters(room) == (1, 1, 0)


def test_who_comes_back_with_the_same_browser_continues(client, room, make_group_link):
    group = make_group_link()
    client.post(url(group), {"name": "Ana"})
    assert "in this room already" in client.get(url(group)).content.decode()
    client.post(url(group), {"continue": ""})
    assert [p.shown_name for p in room.participants.all()] == ["Ana"]


def test_a_group_participant_may_join_as_somebody_else(client, room, make_group_link):
    group = make_group_link()
    client.post(url(group), {"name": "Ana"})
    client.post(url(group), {"name": "Ben", "somebody_else": ""})
    assert [p.shown_name for p in room.participants.present()] == ["Ben"]
    assert counters(room) == (1, 1, 0)


def test_a_post_without_a_token_gets_a_page_that_says_to_reload(client, room, make_link):
    strict = client.__class__(enforce_csrf_checks=True)
    answer = strict.post(url(make_link()))
    assert answer.status_code == 403
    assert "reload" in answer.content.decode().lower()
    assert counters(room) == (0, 0, 0)


def test_the_door_speaks_the_language_of_the_guest(client, make_link):
    answer = client.get(url(make_link(language="de")), headers={"accept-language": "en"})
    assert answer["Content-Language"] == "de"
    assert '<html lang="de"' in answer.content.decode()


def test_the_door_touches_no_session_and_is_kept_by_no_cache(client, make_link, django_assert_num_queries):
    link = make_link()
    with django_assert_num_queries(1):
        answer = client.get(url(link))
    assert "sessionid" not in answer.cookies
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
