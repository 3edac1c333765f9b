"""DESIGN 2.5: what is due is sent, and written down as it went. The mail server is a real one."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from celery import current_app
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from invitations import outbox
from invitations.models import Invitation
from invitations.models.invitation import BACKOFF
from invitations.tasks import call_another
from links.models import GuestLink
from links.undo import restore
from rooms.models import Role
from tests.doors import meanwhile

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(make_link, alice):
    """Put letters to so many guests into the outbox."""

    def queue(number: int = 1, **link) -> list[Invitation]:
        links = [make_link(email=f"guest{i}@example.org", name=f"Guest {i}", **link) for i in range(number)]
        return [outbox.invite(link, by=alice) for link in links]

    return queue


@pytest.fixture
def no_broker(tmp_path) -> Iterator[None]:
    options = current_app.conf.broker_transport_options
    nowhere = {**options, "data_folder_out": str(tmp_path / "gone"), "data_folder_in": str(tmp_path / "gone")}
    current_app.conf.broker_transport_options = nowhere
    current_app.pool.force_close_all()
    yield
    current_app.conf.broker_transport_options = options
    current_app.pool.force_close_all()


def states() -> list[str]:
    return list(Invitation.objects.order_by("pk").values_list("state", flat=True))


def make_due(*invitations: Invitation) -> None:
    Invitation.objects.filter(pk__in=[i.pk for i in invitations]).update(due_at=timezone.now())


def test_what_is_due_is_sent_over_one_connection(smtp, queue):
    queue(25)
    outbox.drain()
    assert states() == ["sent"] * 25
    assert sorted(letter.recipients[0] for letter in smtp.letters) == sorted(
        f"guest{i}@example.org" for i in range(25)
    )
    assert smtp.connections == 1


def after_the_first(smtp, change):
    """Asked between letters whether the worker is to end, it changes something there, once."""
    done = []

    def is_ending() -> bool:
        if smtp.letters and not done:
            done.append(change())
        return False

    return is_ending


def test_what_a_letter_says_is_a_second_old_at_most(smtp, queue):
    """In the middle of a load the server takes its time: the rest is read again."""
    queue(10)
    smtp.delay = 0.4
    last = GuestLink.objects.get(email="guest9@example.org")

    def correct() -> None:
        last.replace_address()
        last.edit(email="right@example.org", name="Right")

    outbox.drain(after_the_first(smtp, correct))

    assert states() == ["sent"] * 10
    letter = smtp.letters[-1]
    assert letter.recipients == ["right@example.org"]
    assert last.address in letter.text
    assert last.invitations.get().recipient == "right@example.org"


def test_a_link_that_dies_while_a_slow_server_takes_others_gets_none(smtp, queue):
    queue(10)
    smtp.delay = 0.4
    last = GuestLink.objects.get(email="guest9@example.org")

    outbox.drain(after_the_first(smtp, lambda: last.switch(on=False)))

    assert states() == [*["sent"] * 9, "queued"]
    assert len(smtp.letters) == 9


def test_a_letter_goes_where_it_is_said_to_have_gone_though_its_link_changed_in_the_moment_of_the_claim(
    smtp, queue
):
    [invitation] = queue()
    changed = []

    def change(execute, sql, *arguments):
        answer = execute(sql, *arguments)
        if sql.startswith('UPDATE "invitations_invitation"') and not changed:
            changed.append(sql)
            GuestLink.objects.filter(pk=invitation.link_id).update(email="right@example.org")
        return answer

    with connection.execute_wrapper(change):
        outbox.drain()

    assert [letter.recipients for letter in smtp.letters] == [["right@example.org"]]
    assert Invitation.objects.get().recipient == "right@example.org"


def test_letters_are_claimed_and_written_down_by_the_load(smtp, queue, monkeypatch):
    monkeypatch.setattr(outbox, "FRESH", 60)  # however slow this machine is
    queue(100)
    with CaptureQueriesContext(connection) as queries:
        outbox.drain()
    assert states() == ["sent"] * 100
    assert len(queries) < 50


@pytest.mark.parametrize(("number", "calls"), [(9, 0), (30, 1)])
def test_with_many_letters_another_is_called_once(smtp, queue, monkeypatch, number, calls):
    monkeypatch.setattr(outbox, "LARGEST_LOAD", 10)
    called = []
    queue(number)
    outbox.drain(call_another=lambda: called.append("another"))
    assert len(called) == calls
    assert len(smtp.letters) == number


def test_what_is_not_due_yet_waits(smtp, queue):
    queue()
    Invitation.objects.update(due_at=timezone.now() + timedelta(minutes=1))
    outbox.drain()
    assert (states(), smtp.letters) == (["queued"], [])


def test_one_refused_recipient_never_holds_up_another(smtp, queue):
    queue(3)
    smtp.refuse("guest1@example.org", "550 5.1.1 No such user here")
    outbox.drain()
    assert states() == ["sent", "failed", "sent"]
    refused = Invitation.objects.get(state="failed")
    assert (refused.reason, refused.due_at) == ("Mailbox unknown: 550 5.1.1 No such user here", None)


def test_a_temporary_refusal_is_tried_again_after_1_min_10_min_1_h_and_6_h_and_then_failed(smtp, queue):
    [invitation] = queue()
    smtp.refuse("guest0@example.org", "451 4.7.1 Greylisted")
    waits = []
    for _ in BACKOFF:
        make_due(invitation)
        outbox.drain()
        invitation.refresh_from_db()
        said = "The receiving mail server wants it again later: 451 4.7.1 Greylisted"
        assert (invitation.state, invitation.reason) == ("deferred", said)
        waits.append(round((invitation.due_at - invitation.changed_at).total_seconds() / 60))
    assert waits == [1, 10, 60, 360]
    make_due(invitation)
    outbox.drain()
    assert states() == ["failed"]


def test_a_temporary_refusal_that_ends_is_sent_in_the_end(smtp, queue):
    [invitation] = queue()
    smtp.refuse("guest0@example.org", "451 4.7.1 Greylisted")
    outbox.drain()
    smtp.refusals.clear()
    make_due(invitation)
    outbox.drain()
    assert states() == ["sent"]


def test_a_mail_server_that_is_down_loses_nothing(smtp, queue):
    invitations = queue(3)
    smtp.die()
    outbox.drain()
    assert states() == ["deferred"] * 3
    assert "could not be reached" in Invitation.objects.first().reason
    smtp.revive()
    make_due(*invitations)
    outbox.drain()
    assert states() == ["sent"] * 3


def test_a_mail_server_that_dies_in_the_middle_loses_nothing(smtp, queue):
    invitations = queue(5)
    smtp.dies_after = 2
    outbox.drain()
    assert states() == ["sent"] * 2 + ["deferred"] * 3
    smtp.revive()
    make_due(*invitations[2:])
    outbox.drain()
    assert states() == ["sent"] * 5
    assert len(smtp.letters) == 5


def test_of_ten_one_is_refused_for_good_one_for_now_and_then_the_server_dies_in_the_middle(smtp, queue):
    invitations = queue(10)
    smtp.refuse("guest2@example.org", "550 5.1.1 No such user")
    smtp.refuse("guest3@example.org", "451 4.2.2 Mailbox full")
    smtp.dies_after = 5  # guests 0, 1, 4, 5, 6, and in the middle of the next
    outbox.drain()
    assert states() == ["sent", "sent", "failed", "deferred", "sent", "sent", "sent", *["deferred"] * 3]
    rows = {i: Invitation.objects.get(pk=invitation.pk) for i, invitation in enumerate(invitations)}
    assert rows[2].due_at is None
    assert rows[2].reason.startswith("Mailbox unknown: 550 5.1.1")
    assert rows[3].reason.startswith("Mailbox full: 451 4.2.2")
    assert all("could not be reached" in rows[i].reason for i in (7, 8, 9))
    assert all(55 < (rows[i].due_at - timezone.now()).total_seconds() <= 60 for i in (3, 7, 8, 9))

    smtp.revive()
    outbox.drain()
    assert len(smtp.letters) == 5  # nothing goes before its minute is over
    smtp.refusals.pop("guest3@example.org")
    make_due(*(rows[i] for i in (3, 7, 8, 9)))
    outbox.drain()
    assert states() == ["sent", "sent", "failed", *["sent"] * 7]
    received = [letter.recipients[0] for letter in smtp.letters]
    assert sorted(received) == sorted(f"guest{i}@example.org" for i in range(10) if i != 2)
    sent = {str(letter.message["Message-ID"]) for letter in smtp.letters}
    assert sent == {row.message_id for i, row in rows.items() if i != 2}


def test_a_worker_that_dies_while_sending_leaves_the_row_due_again_with_the_same_message_id(smtp, queue):
    [invitation] = queue()
    Invitation.objects.claim(10)
    outbox.drain()
    assert smtp.letters == []
    Invitation.objects.update(due_at=timezone.now())
    outbox.drain()
    assert [letter.message["Message-ID"] for letter in smtp.letters] == [invitation.message_id]
    assert states() == ["sent"]


def test_a_worker_whose_lease_ran_out_writes_nothing(smtp, queue):
    queue()
    late = Invitation.objects.claim(10)
    Invitation.objects.update(due_at=timezone.now())
    quick = Invitation.objects.claim(10)

    Invitation.objects.still_mine(late).hand_back()
    Invitation.objects.still_mine(late).settle_sent()
    assert states() == ["sending"]
    Invitation.objects.still_mine(quick).settle_sent()
    assert states() == ["sent"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_claim_one_invitation(queue):
    queue(3)
    with transaction.atomic():
        first = Invitation.objects.claim(10)
        second = meanwhile(Invitation.objects.claim, 10)

    assert len(first) == 3
    assert second.result(timeout=10) == []


@pytest.mark.parametrize(
    "state",
    [{"role": Role.NO_ACCESS}, {"is_active": False}, {"ends_at": timezone.now() - timedelta(hours=1)}],
    ids=["no access", "inactive", "expired"],
)
def test_a_letter_about_a_dead_link_waits_and_goes_when_it_lives_again(smtp, queue, state):
    [invitation] = queue()
    link = invitation.link
    link.edit(**state)
    outbox.drain()
    assert (states(), smtp.letters) == (["queued"], [])
    link.edit(role=Role.GUEST, is_active=True, ends_at=None)
    outbox.drain()
    assert states() == ["sent"]


def test_a_letter_about_a_deleted_link_never_goes_unless_it_is_restored(smtp, queue, alice):
    [invitation] = queue()
    invitation.link.discard()
    outbox.drain()
    assert smtp.letters == []
    restore(invitation.link, by=alice)
    outbox.drain()
    assert len(smtp.letters) == 1


@pytest.mark.django_db(transaction=True)
def test_with_the_broker_down_the_request_succeeds_and_the_letter_goes_later(
    client, alice, room, smtp, no_broker
):
    client.force_login(alice)
    data = {"email": "gina@example.org", "name": "Gina", "role": "guest", "language": "en", "send": "on"}
    assert client.post(f"/rooms/{room.pk}/guests/new/", data).status_code == 302
    assert states() == ["queued"]
    outbox.drain()
    assert states() == ["sent"]


@pytest.mark.django_db(transaction=True)
def test_with_the_broker_down_nobody_is_called_and_one_carries_all(smtp, queue, no_broker, monkeypatch):
    monkeypatch.setattr(outbox, "LARGEST_LOAD", 10)
    queue(20)
    outbox.drain(call_another=call_another)
    assert set(states()) == {"sent"}


def test_a_worker_that_is_to_end_finishes_its_letter_and_gives_the_others_back(smtp, queue):
    queue(5)

    outbox.drain(is_ending=lambda: len(smtp.letters) == 2)

    assert states() == ["sent"] * 2 + ["queued"] * 3
    assert {letter.attempts for letter in Invitation.objects.filter(state="queued")} == {0}
    outbox.drain()
    assert states() == ["sent"] * 5
    assert len(smtp.letters) == 5
