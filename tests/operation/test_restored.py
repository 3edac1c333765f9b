"""`manage.py restored`: yesterday's database, and nothing of it happens twice."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F
from django.utils import timezone

from invitations import again, importing, mending, outbox, reminders, tasks, telling
from invitations.models import Import, Invitation, LinkWanted, State
from links import bulk
from links.models import AccessRequest, BulkChange, GuestLink, Link
from rooms.models import Activity, Knock, Participant, Room
from rooms.models.activity import Deed
from rooms.models.participant import Ending
from tests.doors import counters, join

pytestmark = pytest.mark.django_db

KEPT_BACK = "Restored from a backup; whether it went since then is not known"


def restored() -> None:
    call_command("restored", asks=False)


def everything_that_mails(smtp) -> list[str]:
    """The recipients, after all that beat calls has been called."""
    reminders.remind()
    again.send()
    telling.tell()
    importing.run(tasks.wake_outbox)
    bulk.run(mending.LETTERS)
    outbox.drain()
    return [letter.recipients[0] for letter in smtp.letters]


@pytest.fixture
def ten_guests(make_guest_link) -> list[GuestLink]:
    return [make_guest_link(email=f"guest{number}@example.org") for number in range(10)]


def test_rooms_are_empty_and_their_counters_right(room, bobs_room, make_group_link, capsys):
    link = make_group_link()
    for _number in range(12):
        join(link)
    Knock.objects.knock(room.pk, "b" * 32, "Ana")
    yesterday = F("lease_until") - timedelta(days=1)
    Participant.objects.update(joined_at=F("joined_at") - timedelta(days=1), lease_until=yesterday)
    leases = set(Participant.objects.values_list("lease_until", flat=True))

    restored()

    assert "people who were in: 12." in capsys.readouterr().out
    assert counters(room) == counters(bobs_room) == (0, 0, 0)
    assert set(Participant.objects.values_list("ending", flat=True)) == {Ending.LOST}
    assert set(Participant.objects.values_list("left_at", flat=True)) == leases
    assert not Knock.objects.exists()
    assert join(link).present_role == "participant"


def test_wrong_counters_are_mended_first(room, make_group_link):
    join(make_group_link())
    Room.objects.filter(pk=room.pk).update(people_in=0, seats_taken=0)

    restored()

    assert counters(Room.objects.get(pk=room.pk)) == (0, 0, 0)


@pytest.mark.parametrize("state", [State.QUEUED, State.SENDING, State.DEFERRED])
def test_a_letter_that_waited_is_kept_back_and_its_row_says_why(gina, alice, smtp, state):
    letter = outbox.invite(gina, by=alice)
    if state is State.SENDING:
        Invitation.objects.claim(1)
    Invitation.objects.update(state=state, due_at=timezone.now() - timedelta(days=1))

    restored()

    letter.refresh_from_db()
    assert (letter.state, letter.reason, letter.due_at, letter.claim) == (State.FAILED, KEPT_BACK, None, None)
    assert everything_that_mails(smtp) == []
    [said] = Activity.objects.filter(deed=Deed.NOT_ARRIVED)
    assert (said.link_id, said.after["reason"]) == (gina.pk, KEPT_BACK)


def test_a_letter_that_was_kept_back_goes_when_a_person_sends_it_again(gina, alice, smtp):
    outbox.invite(gina, by=alice)
    Invitation.objects.update(created_at=timezone.now() - timedelta(days=1))
    restored()

    outbox.resend(gina, by=alice)

    assert everything_that_mails(smtp) == ["gina@example.org"]


def test_what_had_gone_stays_gone(gina, alice, smtp):
    outbox.invite(gina, by=alice)
    outbox.drain()

    restored()

    assert Invitation.objects.get().state == State.SENT
    assert everything_that_mails(smtp) == ["gina@example.org"]


def test_a_reminder_whose_time_has_come_since_is_not_sent_and_a_later_one_is(
    room, make_guest_link, alice, smtp
):
    Room.objects.update(reminds_a_day_before=True)
    soon, later = (
        make_guest_link(email=email, starts_at=timezone.now() + timedelta(hours=hours))
        for email, hours in (("soon@example.org", 20), ("later@example.org", 30))
    )
    for link in (soon, later):
        outbox.invite(link, by=alice)
    outbox.drain()
    Invitation.objects.update(created_at=timezone.now() - timedelta(days=3))
    smtp.letters.clear()

    restored()

    assert everything_that_mails(smtp) == []
    Link.objects.filter(pk=later.pk).update(starts_at=timezone.now() + timedelta(hours=23))
    assert everything_that_mails(smtp) == ["later@example.org"]


def test_who_wanted_their_link_again_may_have_it_already(gina, alice, smtp):
    outbox.invite(gina, by=alice)
    outbox.drain()
    Invitation.objects.update(created_at=timezone.now() - timedelta(days=1))
    LinkWanted.objects.create(email="gina@example.org")
    smtp.letters.clear()

    restored()

    assert everything_that_mails(smtp) == []


def test_administrators_are_not_told_again_who_asks_for_access_but_see_it(gina, smtp):
    gina.switch(on=False)
    AccessRequest.objects.ask(gina, "b" * 32, note="Please")

    restored()

    assert everything_that_mails(smtp) == []
    assert AccessRequest.objects.open().count() == 1


def test_a_resending_that_ran_ends_and_says_of_whom_it_is_not_known(room, ten_guests, alice, smtp):
    change = BulkChange.objects.create(
        room=room,
        kind=Link.Kind.GUEST,
        by=alice,
        action=BulkChange.Action.RESEND,
        chosen=[link.pk for link in ten_guests],
        number=10,
        through=4,
        changed=4,
    )
    change.start()
    BulkChange.objects.claim(mending.LETTERS)

    restored()

    change.refresh_from_db()
    assert (change.is_done, change.through, change.changed, change.failed) == (True, 10, 4, 6)
    assert [failure.reason for failure in change.failures.all()] == [KEPT_BACK] * 6
    assert everything_that_mails(smtp) == []


def test_other_changes_of_many_links_go_on(room, ten_guests, alice):
    change = BulkChange.objects.create(
        room=room,
        kind=Link.Kind.GUEST,
        by=alice,
        action=BulkChange.Action.SWITCH_OFF,
        values={"is_active": False},
        chosen=[link.pk for link in ten_guests],
        number=10,
    )
    change.start()

    restored()
    bulk.run(bulk.DEEDS)

    assert not Link.objects.filter(is_active=True).exists()


def test_an_import_that_ran_makes_the_links_and_mails_nobody(room, alice, smtp):
    running = Import.objects.create(room=room, administrator=alice, columns=["email", "name"], language="en")
    running.rows.create(number=1, cells=["gina@example.org", "Gina"], email="gina@example.org")
    assert running.confirm()

    restored()

    assert everything_that_mails(smtp) == []
    assert GuestLink.objects.get().email == "gina@example.org"


def test_no_new_link_opens_by_an_address_of_a_lost_one(gina, make_guest_link):
    lost = make_guest_link()
    addresses = [gina.address, lost.address]
    Link.objects.filter(pk=lost.pk).delete()

    restored()

    new = make_guest_link()
    assert new.pk > lost.pk + 100_000
    assert new.address not in addresses
    assert gina.address == addresses[0]


def test_no_new_letter_has_the_number_of_a_lost_one(gina, alice):
    lost = outbox.invite(gina, by=alice)

    restored()

    assert outbox.invite(gina, by=alice).pk > lost.pk + 100_000


def test_a_number_that_was_never_given_out_leaps_too(room, make_guest_link):
    restored()

    assert make_guest_link().pk > 100_000


def test_who_was_logged_in_logs_in_again(alice, login):
    client = login(alice)

    restored()

    assert client.get("/").status_code == 302


def test_a_second_time_changes_nothing(gina, alice, capsys):
    outbox.invite(gina, by=alice)
    restored()
    capsys.readouterr()

    restored()

    assert capsys.readouterr().out == "Rooms are empty; people who were in: 0. Letters kept back: 0.\n"


@pytest.mark.parametrize("answer", ["", "n", "what?"])
def test_without_a_yes_nothing_changes(gina, alice, monkeypatch, answer):
    letter = outbox.invite(gina, by=alice)
    monkeypatch.setattr("builtins.input", lambda _question: answer)

    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("restored")

    letter.refresh_from_db()
    assert letter.state == State.QUEUED
