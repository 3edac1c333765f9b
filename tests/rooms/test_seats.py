"""DESIGN 2.2: who gets a seat, and who gets the next one."""

import pytest
from django.db import IntegrityError, transaction

from links.door import Reason, Shut
from rooms import seating
from rooms.models import Participant, Role, Room
from tests.doors import counters, join, roles

pytestmark = pytest.mark.django_db


@pytest.fixture
def make_room_for(room):
    def limit(*, quota: int, capacity: int) -> Room:
        seating.limit(room.pk, quota=quota, capacity=capacity)
        return room

    return limit


@pytest.fixture
def group(make_group_link):
    return make_group_link(role=Role.PARTICIPANT)


@pytest.fixture
def moderators(make_group_link):
    return make_group_link(role=Role.MODERATOR)


def expire(participant: Participant) -> None:
    long_ago = participant.lease_until.replace(year=2020)
    Participant.objects.filter(pk=participant.pk).update(lease_until=long_ago)


@pytest.mark.parametrize(("quota", "capacity"), [(2, 1), (0, 0), (-1, 5)])
def test_the_database_refuses_a_quota_beyond_the_capacity_and_a_room_for_nobody(room, quota, capacity):
    with pytest.raises(IntegrityError), transaction.atomic():
        Room.objects.filter(pk=room.pk).update(quota=quota, capacity=capacity)


def test_a_room_without_seats_takes_spectators_only(make_room_for, group):
    room = make_room_for(quota=0, capacity=2)
    join(group)
    assert roles(room) == {"Ana": Role.SPECTATOR}
    assert counters(room) == (1, 0, 1)


def test_with_a_free_seat_one_has_the_granted_role(make_room_for, group):
    room = make_room_for(quota=1, capacity=2)
    participant = join(group)
    assert (participant.role, participant.is_downgraded) == (Role.PARTICIPANT, False)
    assert counters(room) == (1, 1, 0)


def test_without_a_free_seat_one_is_downgraded_to_spectator(make_room_for, group):
    room = make_room_for(quota=1, capacity=2)
    join(group)
    second = join(group, "Ben")
    assert (second.role, second.granted_role, second.is_downgraded) == (
        Role.SPECTATOR,
        Role.PARTICIPANT,
        True,
    )
    assert counters(room) == (2, 1, 1)


def test_a_spectator_by_grant_takes_no_seat_and_waits_for_none(make_room_for, make_group_link):
    room = make_room_for(quota=1, capacity=2)
    participant = join(make_group_link(role=Role.SPECTATOR))
    assert (participant.role, participant.is_downgraded) == (Role.SPECTATOR, False)
    assert counters(room) == (1, 0, 0)


def test_at_capacity_the_room_is_full(make_room_for, group):
    room = make_room_for(quota=1, capacity=2)
    join(group), join(group, "Ben")
    with pytest.raises(Shut, match=Reason.FULL):
        join(group, "Cleo")
    assert counters(room) == (2, 1, 1)


def test_a_moderator_is_never_downgraded_and_counts(make_room_for, group, moderators):
    room = make_room_for(quota=1, capacity=3)
    join(group), join(group, "Ben")
    assert join(moderators, "Mo").role == Role.MODERATOR
    assert counters(room) == (3, 2, 1)


def test_a_moderator_too_stays_out_of_a_full_room(make_room_for, group, moderators):
    room = make_room_for(quota=1, capacity=1)
    join(group)
    with pytest.raises(Shut, match=Reason.FULL):
        join(moderators, "Mo")
    assert counters(room) == (1, 1, 0)


def test_a_seat_beyond_the_quota_that_falls_free_is_nobodys(make_room_for, group, moderators):
    room = make_room_for(quota=1, capacity=3)
    join(group), join(group, "Ben")
    moderator = join(moderators, "Mo")
    seating.leave(moderator)
    assert roles(room) == {"Ana": Role.PARTICIPANT, "Ben": Role.SPECTATOR}


def test_the_spectator_who_has_waited_longest_gets_the_seat_that_falls_free(make_room_for, group):
    room = make_room_for(quota=1, capacity=4)
    first = join(group)
    join(group, "Ben"), join(group, "Cleo")
    seating.leave(first)
    assert roles(room) == {"Ben": Role.PARTICIPANT, "Cleo": Role.SPECTATOR}
    assert counters(room) == (2, 1, 1)


def test_who_was_granted_spectator_gets_no_seat_that_falls_free(make_room_for, group, make_group_link):
    room = make_room_for(quota=1, capacity=4)
    first = join(group)
    join(make_group_link(role=Role.SPECTATOR), "Sue")
    seating.leave(first)
    assert roles(room) == {"Sue": Role.SPECTATOR}


def test_the_seat_of_who_has_gone_without_a_word_is_swept_up_and_passed_on(make_room_for, group):
    room = make_room_for(quota=1, capacity=4)
    first = join(group)
    join(group, "Ben")
    expire(first)
    assert seating.sweep_all() == 1
    assert roles(room) == {"Ben": Role.PARTICIPANT}
    assert counters(room) == (1, 1, 0)


def test_nobody_is_told_full_before_those_who_have_gone_are_swept_up(make_room_for, group):
    room = make_room_for(quota=1, capacity=1)
    expire(join(group))
    assert join(group, "Ben").role == Role.PARTICIPANT
    assert counters(room) == (1, 1, 0)


def test_a_larger_quota_seats_as_many_as_now_fit_in_order(make_room_for, group):
    room = make_room_for(quota=0, capacity=4)
    for name in ("Ana", "Ben", "Cleo", "Dora"):
        join(group, name)
    seating.limit(room.pk, quota=3)
    assert roles(room) == {
        "Ana": Role.PARTICIPANT, "Ben": Role.PARTICIPANT, "Cleo": Role.PARTICIPANT, "Dora": Role.SPECTATOR
    }  # fmt: skip


def test_a_smaller_quota_and_capacity_unseat_nobody_and_apply_to_those_who_come(make_room_for, group):
    room = make_room_for(quota=2, capacity=4)
    first, _second = join(group), join(group, "Ben")
    seating.limit(room.pk, quota=1, capacity=2)
    assert set(roles(room).values()) == {Role.PARTICIPANT}
    seating.leave(first)
    assert join(group, "Cleo").role == Role.SPECTATOR


def test_a_role_given_by_hand_holds_against_the_links(make_room_for, group):
    room = make_room_for(quota=2, capacity=4)
    ana, _ben = join(group), join(group, "Ben")
    seating.give_role(ana, Role.SPECTATOR)
    group.grant(Role.MODERATOR)
    assert roles(room) == {"Ana": Role.SPECTATOR, "Ben": Role.MODERATOR}
    assert counters(room) == (2, 1, 0)


def test_a_seat_freed_by_a_role_given_by_hand_goes_to_who_waits(make_room_for, group):
    room = make_room_for(quota=1, capacity=4)
    ana, _ben = join(group), join(group, "Ben")
    seating.give_role(ana, Role.SPECTATOR)
    assert roles(room) == {"Ana": Role.SPECTATOR, "Ben": Role.PARTICIPANT}


def test_who_was_removed_from_a_group_link_is_barred_with_that_browser_only(room, group):
    ana = join(group, browser="one")
    seating.remove(ana)
    with pytest.raises(Shut, match=Reason.BARRED):
        join(group, "Somebody", browser="one")
    assert join(group, browser="two").is_present
    assert counters(room) == (1, 1, 0)


def test_a_removed_guest_is_barred_with_every_browser(room, make_link):
    gina = make_link(name="Gina")
    seating.remove(join(gina, browser="one"))
    for browser in ("one", "two"):
        with pytest.raises(Shut, match=Reason.BARRED):
            join(gina, browser=browser)
    assert roles(room) == {}


def test_a_bar_ends_after_its_hours(room, group):
    ana = join(group, browser="one")
    seating.remove(ana)
    ana.refresh_from_db()
    Participant.objects.filter(pk=ana.pk).update(barred_until=ana.barred_until.replace(year=2020))
    assert join(group, browser="one").is_present


def test_a_bar_can_be_lifted(room, group):
    ana = join(group, browser="one")
    seating.remove(ana)
    Participant.objects.filter(pk=ana.pk).update(barred_until=None)
    assert join(group, browser="one").is_present


def test_the_database_lets_nobody_wait_beside_a_free_seat(room):
    with pytest.raises(IntegrityError), transaction.atomic():
        Room.objects.filter(pk=room.pk).update(waiting=1, people_in=1)


def test_a_recount_finds_and_mends_wrong_counters(room, group):
    join(group)
    Room.objects.filter(pk=room.pk).update(people_in=3, seats_taken=2)
    said, so = seating.recount(room.pk, fix=True)
    assert (said["people_in"], so["people_in"]) == (3, 1)
    assert counters(room) == (1, 1, 0)
