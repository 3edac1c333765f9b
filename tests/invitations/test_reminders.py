"""Reminders: a day and an hour before, to those whose letter went and who have not been there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from invitations import outbox
from invitations.models import Invitation
from invitations.reminders import remind
from links.undo import restore
from rooms.models import Role
from tests.doors import join, meanwhile

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def room(room):
    room.reminds_a_day_before = room.reminds_an_hour_before = True
    room.save()
    return room


@pytest.fixture
def told(smtp, make_link, alice, room):
    """told(5 * HOUR): a link that opens in five hours, and a letter about it three days ago."""

    def told(opens_in, **fields):
        link = make_link(room=room, starts_at=timezone.now() + opens_in, **fields)
        outbox.invite(link, by=alice)
        outbox.drain()
        link.invitations.update(created_at=timezone.now() - timedelta(days=3))
        smtp.letters.clear()
        return link

    return told


def reminded():
    remind()
    outbox.drain()
    return list(Invitation.objects.exclude(reminds_of=None).order_by("pk").values_list("occasion", flat=True))


@pytest.mark.parametrize(
    ("opens_in", "occasions"),
    [(25 * HOUR, []), (23 * HOUR, ["day_before"]), (HOUR / 2, ["hour_before"]), (-HOUR / 2, [])],
)
def test_each_goes_in_its_time(smtp, told, opens_in, occasions):
    told(opens_in)
    assert reminded() == occasions
    assert [letter.message["Subject"] for letter in smtp.letters] == ["Reminder: Physics colloquium"] * len(
        occasions
    )


def test_each_goes_once(smtp, told):
    told(23 * HOUR)
    assert reminded() == reminded() == ["day_before"]
    assert len(smtp.letters) == 1
    assert remind() == 0  # nobody is woken for nothing


def test_when_the_start_is_moved_there_is_a_reminder_of_the_new_one(told):
    link = told(23 * HOUR)
    assert reminded() == ["day_before"]
    link.set_window(starts_at=link.starts_at - HOUR)
    assert reminded() == ["day_before"] * 2


def test_rooms_that_want_none_have_none(told, room):
    room.reminds_a_day_before = False
    room.save()
    told(23 * HOUR)
    assert reminded() == []


def test_who_has_been_there_needs_none(told):
    link = told(HOUR / 2, role=Role.GUEST)
    start = link.starts_at
    link.set_window(starts_at=None)
    join(link)
    link.set_window(starts_at=start)
    assert reminded() == []


def test_without_a_letter_there_is_no_reminder(smtp, make_link, room):
    make_link(room=room, starts_at=timezone.now() + HOUR / 2)
    assert reminded() == []


def test_a_letter_that_did_not_go_is_followed_by_none(smtp, make_link, room, alice):
    link = make_link(room=room, starts_at=timezone.now() + HOUR / 2, email="gina@example.org")
    smtp.refuse("gina@example.org")
    outbox.invite(link, by=alice)
    outbox.drain()
    link.invitations.update(created_at=timezone.now() - timedelta(days=3))
    assert reminded() == []


def test_whom_the_last_letter_did_not_reach_is_not_reminded(smtp, told, alice):
    link = told(HOUR / 2)
    smtp.refuse(link.email)
    outbox.invite(link, by=alice)
    outbox.drain()
    assert reminded() == []


def test_who_heard_that_it_is_cancelled_is_not_reminded(told, alice):
    link = told(HOUR / 2)
    link.discard()
    outbox.cancel(link, by=alice)
    outbox.drain()
    restore(link, by=alice)
    assert reminded() == []


def test_who_was_invited_later_than_the_reminder_needs_none(told):
    link = told(5 * HOUR)
    link.invitations.update(created_at=timezone.now() - HOUR)
    assert reminded() == []


@pytest.mark.parametrize("change", ["switch", "no access", "delete", "expire", "join", "move"])
def test_a_reminder_that_waits_is_dropped_when_it_has_become_untrue(smtp, told, change):
    link = told(HOUR / 2)
    remind()
    match change:
        case "switch":
            link.switch(on=False)
        case "no access":
            link.grant(Role.NO_ACCESS)
        case "delete":
            link.discard()
        case "expire":
            link.expire_now()
        case "join":
            start = link.starts_at
            link.set_window(starts_at=None)
            join(link)
            link.set_window(starts_at=start)
        case "move":
            link.set_window(starts_at=link.starts_at + HOUR)
    outbox.drain()
    assert smtp.letters == []
    assert not Invitation.objects.exclude(reminds_of=None).exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_remind_at_once_make_one_reminder(told):
    from django.db import transaction

    told(HOUR / 2)
    with transaction.atomic():
        remind()
        other = meanwhile(remind)
    other.result(timeout=20)
    assert Invitation.objects.filter(occasion="hour_before").count() == 1
