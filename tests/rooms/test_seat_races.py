"""Two at once, interleaved: the second waits for the commit of the first and then sees what is so."""

import pytest
from django.db import transaction

from links.door import Reason, Shut
from rooms import seating
from rooms.models import Role
from tests.doors import counters, join, meanwhile, roles

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def group(make_group_link):
    return make_group_link(role=Role.PARTICIPANT)


def test_two_never_share_the_last_seat(room, group):
    seating.limit(room.pk, quota=1, capacity=2)
    with transaction.atomic():
        first = join(group)
        second = meanwhile(join, group, "Ben")  # waits for our commit

    assert first.role == Role.PARTICIPANT
    assert second.result(timeout=10).role == Role.SPECTATOR
    assert counters(room) == (2, 1, 1)


def test_two_never_share_the_last_place(room, group):
    seating.limit(room.pk, quota=1, capacity=1)
    with transaction.atomic():
        join(group)
        second = meanwhile(join, group, "Ben")

    with pytest.raises(Shut, match=Reason.FULL):
        second.result(timeout=10)
    assert counters(room) == (1, 1, 0)


def test_two_who_leave_at_once_promote_one_each(room, group):
    seating.limit(room.pk, quota=2, capacity=5)
    ana, ben = join(group), join(group, "Ben")
    for name in ("Cleo", "Dora", "Emil"):
        join(group, name)
    with transaction.atomic():
        seating.leave(ana)
        other = meanwhile(seating.leave, ben)

    other.result(timeout=10)
    assert roles(room) == {"Cleo": Role.PARTICIPANT, "Dora": Role.PARTICIPANT, "Emil": Role.SPECTATOR}
    assert counters(room) == (3, 2, 1)


def test_who_leaves_twice_at_once_frees_one_seat(room, group):
    seating.limit(room.pk, quota=1, capacity=5)
    ana = join(group)
    join(group, "Ben"), join(group, "Cleo")
    with transaction.atomic():
        seating.leave(ana)
        again = meanwhile(seating.leave, ana)

    again.result(timeout=10)
    assert roles(room) == {"Ben": Role.PARTICIPANT, "Cleo": Role.SPECTATOR}
    assert counters(room) == (2, 1, 1)


def test_a_join_that_meets_a_change_of_role_has_the_new_one(room, group):
    with transaction.atomic():
        group.grant(Role.SPECTATOR)
        late = meanwhile(join, group)

    assert late.result(timeout=10).role == Role.SPECTATOR
    assert counters(room) == (1, 0, 0)


def test_a_join_that_meets_the_withdrawal_of_access_stays_out(room, group):
    with transaction.atomic():
        group.grant(Role.NO_ACCESS)
        late = meanwhile(join, group)

    with pytest.raises(Shut, match=Reason.NO_ACCESS):
        late.result(timeout=10)
    assert counters(room) == (0, 0, 0)


def test_a_change_of_role_that_meets_a_join_reaches_who_has_just_come_in(room, group):
    with transaction.atomic():
        join(group)
        change = meanwhile(group.grant, Role.MODERATOR)

    change.result(timeout=10)
    assert roles(room) == {"Ana": Role.MODERATOR}


def test_one_guest_link_from_two_browsers_lets_one_person_in(room, make_link):
    gina = make_link(name="Gina")
    with transaction.atomic():
        first = join(gina, browser="phone")
        second = meanwhile(join, gina, browser="laptop")

    # The first has not connected yet: so there is no question to ask, and the seat is the same.
    assert second.result(timeout=10).pk == first.pk
    assert counters(room) == (1, 1, 0)


def test_a_double_click_is_one_person(room, group):
    with transaction.atomic():
        first = join(group, browser="phone")
        second = meanwhile(join, group, browser="phone")

    assert second.result(timeout=10).pk == first.pk
    assert counters(room) == (1, 1, 0)


def test_two_of_one_name_get_two_numbers(room, group):
    with transaction.atomic():
        join(group)
        second = meanwhile(join, group)

    assert second.result(timeout=10).shown_name == "Ana (2)"


def test_who_is_renewed_is_not_swept_up(room, group):
    ana = join(group)
    ana.lease_until = ana.lease_until.replace(year=2020)
    ana.save(update_fields=["lease_until"])
    with transaction.atomic():
        seating.renew(ana, connected=True)
        swept = meanwhile(seating.sweep, room.pk)

    assert swept.result(timeout=10) == 0
    assert roles(room) == {"Ana": Role.PARTICIPANT}
