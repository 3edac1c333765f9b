"""The tab *In the room*: DESIGN 2.2.7 and 2.2.8."""

import pytest
from django.urls import reverse

from links.door import Shut
from rooms.models import Participant, Role, Room
from tests.doors import counters, join, roles

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(login, alice):
    return login(alice)


@pytest.fixture
def group(make_group_link):
    return make_group_link(description="All of maths")


def url(name: str, participant: Participant) -> str:
    return reverse(f"rooms:{name}", args=[participant.room_id, participant.pk])


def people(desk, room, **query) -> str:
    return " ".join(desk.get(reverse("rooms:people", args=[room.pk]), query).content.decode().split())


def test_everybody_is_listed_with_role_link_and_since_when(desk, room, gina, group):
    Room.objects.update(quota=1)
    join(gina)
    join(group, "Ana")
    page = people(desk, room)
    assert "Seats: 1 of 1" in page
    assert "Places: 2 of 15" in page
    assert "1 waits for a seat" in page
    assert page.index("Remove Gina") < page.index("Remove Ana")
    assert "All of maths" in page
    assert page.count("waits for a seat") == 2
    assert page.count("<time ") == 2


@pytest.mark.parametrize("number", [1, 30])
def test_the_tab_takes_the_same_number_of_statements(desk, room, group, django_assert_num_queries, number):
    Room.objects.update(quota=20, capacity=40)
    for _ in range(number):
        Participant.objects.filter(pk=join(group).pk).update(barred_until="2999-01-01T00:00Z")
    with django_assert_num_queries(7):
        page = people(desk, room)
    assert page.count('id="person-') == number
    assert page.count("Lift: Ana") == number


def test_of_a_full_house_a_page_is_shown(desk, room, group):
    Room.objects.update(quota=0, capacity=200)
    for _ in range(101):
        join(group)
    assert people(desk, room).count('id="person-') == 100
    assert "101 to 101 of 101" in people(desk, room, page=2)


def test_a_role_given_by_hand_is_in_force_at_once_and_holds_against_the_link(desk, room, group):
    ana = join(group, "Ana")
    answer = desk.post(url("give_role", ana), {"role": "moderator"})
    assert answer.url == reverse("rooms:people", args=[room.pk])
    assert roles(room) == {"Ana": Role.MODERATOR}
    group.grant(Role.GUEST)
    assert roles(room) == {"Ana": Role.MODERATOR}


def test_a_seat_taken_away_goes_to_who_waits_and_htmx_sees_both(desk, room, group):
    Room.objects.update(quota=1)
    ana, _ben = join(group, "Ana"), join(group, "Ben")
    answer = desk.post(url("give_role", ana), {"role": "spectator"}, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "<html" not in page
    assert 'id="person-' in page
    assert "waits for a seat" not in page
    assert roles(room) == {"Ana": Role.SPECTATOR, "Ben": Role.PARTICIPANT}
    assert counters(room) == (2, 1, 0)


@pytest.mark.parametrize("role", ["no_access", "king", ""])
def test_only_the_four_roles_can_be_given(desk, room, group, role):
    ana = join(group, "Ana")
    desk.post(url("give_role", ana), {"role": role})
    assert roles(room) == {"Ana": Role.PARTICIPANT}


def test_who_is_removed_is_out_and_barred_until_it_is_lifted(desk, room, gina):
    participant = join(gina)
    desk.post(url("remove_person", participant))
    assert roles(room) == {}
    with pytest.raises(Shut):
        join(gina)
    page = people(desk, room)
    assert "removed; their link opens again:" in page
    assert "(Europe/Berlin)" in page
    desk.post(url("lift_bar", participant))
    assert "Lift: Gina" not in people(desk, room)
    join(gina)
    assert roles(room) == {"Gina": Role.PARTICIPANT}


def test_a_group_participant_is_barred_by_their_browser(desk, room, group):
    ana = join(group, "Ana")
    desk.post(url("remove_person", ana))
    with pytest.raises(Shut):
        join(group, "Ana again", ana.browser)
    join(group, "Ben")
    assert roles(room) == {"Ben": Role.PARTICIPANT}


def test_the_page_of_the_list_is_kept(desk, room, group):
    ana = join(group, "Ana")
    answer = desk.post(url("give_role", ana) + "?page=3", {"role": "guest"})
    assert answer.url == reverse("rooms:people", args=[room.pk]) + "?page=3"
