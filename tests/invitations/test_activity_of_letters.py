"""What became of letters is written down with the change of their state: once, whoever says it how often."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from invitations import mending, optout, outbox
from invitations.models import Invitation, State, Suppression
from invitations.tracking import Report, note
from links.activity import Choice
from rooms.models import Activity
from rooms.models.activity import Deed

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(gina, alice, smtp) -> Invitation:
    """Gina's, that is sent."""
    outbox.invite(gina, by=alice)
    outbox.drain()
    return Invitation.objects.get()


def deeds() -> list[str]:
    return list(Activity.objects.order_by("pk").values_list("deed", flat=True))


def hear(letter: Invitation, state: State, reason: str = "", event: str = "") -> None:
    letter.refresh_from_db()
    event = event or f"{state}-{timezone.now().isoformat()}"
    note(Report(event, state, state, reason, timezone.now()), letter)


def test_a_letter_that_is_sent_is_mailed_by_who_sent_it(letter, gina, alice):
    done = Activity.objects.get()

    assert (done.deed, done.by, done.link_id, done.room_id) == (Deed.MAILED, alice, gina.pk, gina.room_id)
    assert done.after == {"email": "gina@example.org", "occasion": "invitation", "reason": ""}
    [line] = Choice(gina.room).lines(None, 10)
    assert line.sentence == "Alice mailed the letter to gina@example.org"


def test_it_costs_one_insert_a_letter(gina, alice, smtp):
    outbox.invite(gina, by=alice)
    [invitation] = Invitation.objects.claim(1)
    with CaptureQueriesContext(connection) as queries:
        invitation.settle(State.SENT)

    kinds = [query["sql"].split()[0] for query in queries]
    assert [kind for kind in kinds if kind in {"SELECT", "UPDATE", "INSERT"}] == ["UPDATE", "INSERT"]


def test_a_letter_that_another_worker_has_is_not_written_down(gina, alice):
    outbox.invite(gina, by=alice)
    [invitation] = Invitation.objects.claim(1)
    Invitation.objects.update(claim=None)
    invitation.settle(State.SENT)

    assert deeds() == []


def test_what_is_rolled_back_leaves_no_trace(gina, alice):
    outbox.invite(gina, by=alice)
    [invitation] = Invitation.objects.claim(1)
    with transaction.atomic():
        invitation.settle(State.SENT)
        transaction.set_rollback(True)

    assert deeds() == []
    assert Invitation.objects.get().state == State.SENDING


@pytest.mark.parametrize(
    ("state", "deed"),
    [
        (State.DELIVERED, Deed.DELIVERED),
        (State.BOUNCED, Deed.NOT_ARRIVED),
        (State.REJECTED, Deed.NOT_ARRIVED),
        (State.COMPLAINED, Deed.COMPLAINED),
    ],
)
def test_what_is_said_of_it_is_written_down_once_however_often_it_is_said(letter, state, deed):
    hear(letter, state, "Mailbox unknown: 550 5.1.1", event="one")
    hear(letter, state, "Mailbox unknown: 550 5.1.1", event="one")
    hear(letter, state, "Mailbox unknown: 550 5.1.1 again", event="another")

    assert deeds() == [Deed.MAILED, deed]
    assert Activity.objects.get(deed=deed).by is None


def test_a_late_bounce_is_told_after_the_delivery_and_a_late_delivery_is_not(letter):
    for state in (State.DELIVERED, State.BOUNCED, State.DELIVERED):
        hear(letter, state, "Mailbox unknown: 550 5.1.1" if state == State.BOUNCED else "")

    assert deeds() == [Deed.MAILED, Deed.DELIVERED, Deed.NOT_ARRIVED]
    lines = Choice(letter.link.room).lines(None, 1)
    assert lines[0].sentence == "The letter to gina@example.org did not arrive: Mailbox unknown: 550 5.1.1"


def test_a_letter_that_is_delayed_is_no_news_until_it_has_failed(gina, alice, smtp):
    smtp.refuse("gina@example.org", "451 4.7.1 Greylisted")
    outbox.invite(gina, by=alice)
    for _attempt in range(5):
        outbox.drain()
        Invitation.objects.filter(due_at__isnull=False).update(due_at=timezone.now())

    assert Invitation.objects.get().state == State.FAILED
    assert deeds() == [Deed.NOT_ARRIVED]


def test_the_provider_who_speaks_before_the_worker_is_written_down_and_the_worker_not(gina, alice):
    outbox.invite(gina, by=alice)
    [invitation] = Invitation.objects.claim(1)
    hear(Invitation.objects.get(), State.DELIVERED)
    invitation.settle(State.SENT)

    assert deeds() == [Deed.DELIVERED]


def test_who_wants_no_more_letters_is_written_down_once_in_the_rooms_that_it_is_about(
    letter, gina, make_room, make_guest_link
):
    other = make_guest_link(room=make_room(), email="gina@example.org")
    optout.refuse("gina@example.org", gina.room)
    optout.refuse("gina@example.org", gina.room)
    assert list(Activity.objects.filter(deed=Deed.UNWANTED).values_list("link", flat=True)) == [gina.pk]

    optout.refuse("gina@example.org", None)
    assert Activity.objects.filter(deed=Deed.UNWANTED, link=other).count() == 1


def test_a_letter_that_is_held_back_says_so(gina, alice, smtp):
    Suppression.objects.add("gina@example.org", None)
    outbox.invite(gina, by=alice)
    outbox.drain()

    [line] = Choice(gina.room).lines(None, 10)
    assert line.sentence == "The letter to gina@example.org was not sent: This guest wants no letters"


def test_a_reminder_that_is_not_true_any_more_is_dropped_and_says_so(gina):
    starts_at = timezone.now() + timedelta(minutes=30)
    gina.set_window(starts_at=starts_at)
    Activity.objects.all().delete()
    Invitation.objects.create(link=gina, occasion="hour_before", reminds_of=starts_at - timedelta(hours=1))
    for _twice in range(2):
        Invitation.objects.drop_outdated()

    [line] = Choice(gina.room).lines(None, 10)
    assert line.sentence == "The letter to gina@example.org was not sent: It was not true any more"
    assert line.details == ["reminder, an hour before"]


def test_a_corrected_address_says_who_corrected_it(letter, gina, alice):
    Invitation.objects.update(created_at=timezone.now() - timedelta(hours=1))
    mending.correct(gina, "right@example.org", by=alice)
    outbox.drain()

    assert [line.sentence for line in Choice(gina.room).lines(None, 2)] == [
        "Alice mailed the letter to right@example.org",
        "Alice changed Gina",
    ]
