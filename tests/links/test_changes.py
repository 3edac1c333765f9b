"""DESIGN 2.4: what a change of a link does to those who are in through it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from links.door import Reason, Shut, Unknown
from links.models import GuestLink, Link
from links.undo import restore
from rooms.models import Participant, Role
from rooms.models.participant import Ending
from tests.doors import address_of, counters, join, roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def group(make_group_link):
    return make_group_link(description="Maths", role=Role.PARTICIPANT)


@pytest.fixture
def others(make_group_link):
    """Another link, whose people nothing may happen to."""
    link = make_group_link(description="Physics", role=Role.PARTICIPANT)
    join(link, "Other")
    return link


def test_a_change_of_role_is_had_at_once_by_those_who_came_through_it_and_by_no_other(room, group, others):
    join(group), join(group, "Ben")
    group.grant(Role.MODERATOR)
    assert roles(room) == {"Other": Role.PARTICIPANT, "Ana": Role.MODERATOR, "Ben": Role.MODERATOR}


def test_a_spectator_who_becomes_participant_waits_where_no_seat_is_free(room, make_group_link, others):
    from rooms import seating

    seating.limit(room.pk, quota=1)
    spectators = make_group_link(role=Role.SPECTATOR)
    join(spectators), join(spectators, "Ben")
    spectators.grant(Role.PARTICIPANT)
    assert roles(room) == {"Other": Role.PARTICIPANT, "Ana": Role.SPECTATOR, "Ben": Role.SPECTATOR}
    assert counters(room) == (3, 1, 2)
    others.grant(Role.SPECTATOR)
    assert roles(room) == {"Other": Role.SPECTATOR, "Ana": Role.PARTICIPANT, "Ben": Role.SPECTATOR}


def test_who_waits_keeps_the_place_in_line_through_a_change_of_role(room, group, others):
    from rooms import seating

    seating.limit(room.pk, quota=1)
    join(group)
    join(others, "Later")
    group.grant(Role.GUEST)
    seating.limit(room.pk, quota=2)
    assert roles(room)["Ana"] == Role.GUEST
    assert roles(room)["Later"] == Role.SPECTATOR


def test_a_demoted_moderator_is_still_demoted_when_they_come_back(room, make_link):
    gina = make_link(name="Gina", role=Role.MODERATOR)
    join(gina, browser="phone")
    gina.grant(Role.GUEST)
    assert join(gina, browser="phone").role == Role.GUEST
    assert counters(room) == (1, 1, 0)


def test_no_access_puts_them_out_and_neither_reload_nor_address_brings_them_back(room, group, others):
    ana = join(group, browser="phone")
    group.grant(Role.NO_ACCESS)
    ana.refresh_from_db()
    assert ana.ending == Ending.NO_ACCESS
    with pytest.raises(Shut, match=Reason.NO_ACCESS):
        join(group, browser="phone")
    assert roles(room) == {"Other": Role.PARTICIPANT}
    assert counters(room) == (1, 1, 0)


def test_no_access_puts_out_even_who_was_given_a_role_by_hand(room, group):
    from rooms import seating

    seating.give_role(join(group), Role.MODERATOR)
    group.grant(Role.NO_ACCESS)
    assert roles(room) == {}


@pytest.mark.parametrize(
    "change",
    [
        lambda link: link.switch(on=False),
        lambda link: link.expire_now(),
        lambda link: link.set_window(ends_at=timezone.now() - timedelta(hours=1)),
        lambda link: link.set_window(starts_at=timezone.now() + timedelta(hours=1)),
    ],
    ids=["switched off", "expired now", "end passed", "start moved"],
)
def test_a_link_that_shuts_keeps_who_is_in_and_lets_nobody_new_in(room, group, change):
    join(group)
    change(group)
    with pytest.raises(Shut):
        join(group, "Ben")
    assert roles(room) == {"Ana": Role.PARTICIPANT}
    assert counters(room) == (1, 1, 0)


def test_replacing_the_address_keeps_who_is_in(room, group):
    join(group)
    group.replace_address()
    assert roles(room) == {"Ana": Role.PARTICIPANT}


def test_deleting_a_link_puts_out_who_came_through_it_and_can_be_undone(room, group, others, alice):
    ana = join(group)
    group.discard()
    ana.refresh_from_db()
    assert ana.ending == Ending.DELETED
    assert roles(room) == {"Other": Role.PARTICIPANT}
    with pytest.raises(Unknown):
        join(group)
    restore(group, by=alice)
    assert join(group).is_present


def test_deleting_the_room_puts_everybody_out(room, group):
    join(group)
    address = address_of(group)
    room.delete()
    assert Participant.objects.count() == Link.objects.count() == 0
    from links.door import find

    with pytest.raises(Unknown):
        find(address, "browser")


def test_a_new_name_is_shown_of_a_guest_who_is_in(room, make_link):
    gina = make_link(name="Gnia")
    join(gina)
    gina.edit(name="Gina")
    assert list(roles(room)) == ["Gina"]


def test_a_new_name_that_is_in_the_room_already_gets_a_number(room, group, make_link):
    join(group, "Gina")
    gina = make_link(name="Gnia")
    join(gina)
    gina.edit(name="Gina")
    assert list(roles(room)) == ["Gina", "Gina (2)"]


def test_expiring_a_link_that_has_not_opened_yet_shuts_it(group):
    group.set_window(starts_at=timezone.now() + timedelta(hours=1))
    group.expire_now()
    group.refresh_from_db()
    assert group.phase == "expired"


@pytest.mark.parametrize("email", ["gina@example.org", "Gina@Example.ORG"])
def test_the_database_holds_one_living_guest_link_for_one_address_in_one_room(
    make_link, room, bobs_room, email
):
    make_link(email="gina@example.org")
    GuestLink.objects.create(room=bobs_room, email=email, name="Gina", language="en")
    with pytest.raises(IntegrityError):
        GuestLink.objects.create(room=room, email=email, name="Gina", language="en")
