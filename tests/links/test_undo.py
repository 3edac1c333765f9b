"""A change of a link is written down with what was before, and can be taken back."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from links.models import Link
from links.undo import NotUndoable, TooMany, Undone, restore, take_back, undo
from rooms.models import Activity, Role
from rooms.models.activity import Deed
from tests.doors import join, meanwhile


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


@pytest.fixture
def deleted(room, alice, make_guest_link) -> Activity:
    """Three links that were deleted in one go."""
    links = [make_guest_link() for _ in range(3)]
    whole = Activity.objects.create(room=room, deed=Deed.DELETED, by=alice, number=3)
    Link.objects.filter(pk__in=[link.pk for link in links]).discard(room.pk, alice, part_of=whole)
    return whole


def test_a_change_of_many_is_taken_back_as_one_save_for_those_that_changed_since(deleted, alice, bob):
    restore(Link.objects.first(), by=bob)

    assert undo(deleted, by=alice) == Undone(taken=2, left=0)
    assert Link.objects.kept().count() == 3
    back = Activity.objects.whole().latest("pk")
    assert (back.deed, back.number, back.by) == (Deed.UNDONE, 2, alice)
    assert not Activity.objects.undoable().exists()


def test_what_cannot_be_taken_back_at_all_is_not_called_undone(make_guest_link, alice, bob):
    link = make_guest_link()
    link.grant(Role.SPECTATOR, by=alice)
    done = last_deed()
    link.grant(Role.MODERATOR, by=bob)

    assert undo(done, by=alice) == Undone(taken=0, left=1)
    done.refresh_from_db()
    assert (done.undone_at, done.is_undoable) == (None, True)


def test_more_than_one_request_can_do_is_left_as_it_is(deleted, alice, monkeypatch):
    monkeypatch.setattr("links.undo.AT_ONCE", 2)
    with pytest.raises(TooMany):
        undo(deleted, by=alice)

    deleted.refresh_from_db()
    assert deleted.undone_at is None
    assert not Link.objects.kept().exists()


def test_an_undo_is_not_undone(make_guest_link, alice):
    make_guest_link().grant(Role.SPECTATOR, by=alice)
    undo(last_deed(), by=alice)

    with pytest.raises(NotUndoable):
        undo(last_deed(), by=alice)


@pytest.mark.parametrize("which", ["one", "whole", "undone", "old", "settings"])
def test_one_row_and_many_agree_on_what_can_be_undone(which, room, deleted, make_guest_link, alice):
    make_guest_link().grant(Role.SPECTATOR, by=alice)
    {
        "one": lambda: None,
        "whole": lambda: None,
        "undone": lambda: undo(last_deed(), by=alice),
        "old": lambda: Activity.objects.update(at=timezone.now() - timedelta(days=31)),
        "settings": lambda: Activity.objects.of_settings(room.pk, {"quota": 3}, alice),
    }[which]()

    can = {done.pk for done in Activity.objects.all() if done.is_undoable}
    assert can == set(Activity.objects.undoable().values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_of_two_presses_at_once_one_takes_it_back(make_guest_link, alice):
    make_guest_link().grant(Role.SPECTATOR, by=alice)
    done = last_deed()
    with transaction.atomic():
        first = undo(done, by=alice)
        second = meanwhile(undo, done, by=alice)

    assert first == Undone(taken=1, left=0)
    with pytest.raises(NotUndoable):
        second.result(timeout=20)
