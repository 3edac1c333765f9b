"""A change of a link is written down with what was before, and can be taken back."""

import pytest

from links.models import Link
from links.undo import take_back
from rooms.models import Activity, Role
from rooms.models.activity import Deed
from tests.doors import join


def last_deed() -> Activity:
    return Activity.objects.latest("pk")


def test_a_change_says_who_did_it_and_what_was_before(make_guest_link, alice):
    link = make_guest_link(name="Gina")

    link.grant(Role.SPECTATOR, by=alice)

    done = last_deed()
    assert (done.deed, done.by, done.about, done.link_id) == (Deed.ROLE, alice, "Gina", link.pk)
    assert (done.before, done.after) == ({"role": "participant"}, {"role": "spectator"})


def test_what_changes_nothing_is_not_written_down(make_guest_link, alice):
    make_guest_link().switch(on=True, by=alice)

    assert not Activity.objects.exists()


def test_a_deleted_link_is_had_back(make_guest_link, alice):
    link = make_guest_link()
    link.discard(by=alice)

    assert take_back([last_deed()], by=alice) == 1
    assert Link.objects.kept().get() == link
    assert last_deed().deed == Deed.UNDONE


def test_dates_come_back_to_the_microsecond(make_guest_link, alice):
    link = make_guest_link()
    link.expire_now(by=alice)
    done = last_deed()

    assert take_back([done], by=alice) == 1
    link.refresh_from_db()
    assert (link.starts_at, link.ends_at, link.sequence) == (None, None, 2)


def test_what_was_changed_since_stays(make_guest_link, alice, bob):
    link = make_guest_link()
    link.grant(Role.SPECTATOR, by=alice)
    done = last_deed()
    link.grant(Role.MODERATOR, by=bob)

    assert take_back([done], by=alice) == 0
    link.refresh_from_db()
    assert link.granted_role is Role.MODERATOR


def test_one_that_cannot_come_back_does_not_hold_up_the_others(make_guest_link, alice):
    first, second = make_guest_link(email="gina@example.org"), make_guest_link()
    for link in (first, second):
        link.discard(by=alice)
    make_guest_link(email="gina@example.org")

    assert take_back(Activity.objects.filter(deed=Deed.DELETED), by=alice) == 1
    assert set(Link.objects.kept().values_list("pk", flat=True)) >= {second.pk}
    assert first.pk not in Link.objects.kept().values_list("pk", flat=True)


@pytest.mark.django_db(transaction=True)
def test_who_is_in_has_the_old_role_again(make_guest_link, alice):
    link = make_guest_link()
    gina = join(link)
    link.grant(Role.SPECTATOR, by=alice)

    take_back([last_deed()], by=alice)

    gina.refresh_from_db()
    assert gina.present_role is Role.PARTICIPANT
