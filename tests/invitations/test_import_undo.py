"""The way back: what an import made is deleted, once, and its letters that wait do not go."""

import time

import pytest
from django.db import IntegrityError, transaction

from invitations import outbox
from invitations.importing.undo import undo
from invitations.models import Import, Invitation
from invitations.models.imports import ImportRowQuerySet
from links.activity import Choice
from links.models import GuestLink
from links.undo import restore
from rooms.models import Activity, Participant
from tests.doors import counters, join, meanwhile
from tests.imports import begin, done, table_of, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_alice(login, alice):
    return login(alice)


def test_what_was_made_is_deleted_and_nothing_else(as_alice, room, alice, make_guest_link):
    gina = make_guest_link(email="gina@example.org")
    karl = make_guest_link(email="karl@example.org")
    ended = done(room, alice, duplicates="update")
    as_alice.post(f"/imports/{ended.pk}/undo/")

    assert set(GuestLink.objects.kept()) == {gina, karl}
    ended.refresh_from_db()
    assert ended.state == "undone"


def test_letters_that_wait_are_withdrawn_and_sent_ones_stay_as_they_are(room, alice):
    ended = done(room, alice)
    sent, waiting = Invitation.objects.order_by("pk")
    Invitation.objects.filter(pk=sent.pk).update(state="sent", due_at=None)
    undo(ended)
    sent.refresh_from_db()
    waiting.refresh_from_db()

    assert sent.state == "sent"
    assert (waiting.state, waiting.reason, waiting.due_at) == ("failed", "Withdrawn", None)


def test_no_letter_goes_after_the_undo(room, alice, mailoutbox):
    undo(done(room, alice))
    outbox.drain()

    assert mailoutbox == []


def test_a_letter_that_a_worker_has_claimed_does_not_go_any_more(room, alice, mailoutbox):
    ended, undone = done(room, alice), []

    def undo_after_the_first() -> bool:
        if mailoutbox and not undone:
            undone.append(undo(ended))
            time.sleep(outbox.FRESH)
        return False

    outbox.drain(undo_after_the_first)

    assert len(mailoutbox) == 1


def test_who_came_in_through_it_is_out(room, alice):
    ended = done(room, alice)
    gina = join(GuestLink.objects.get(email="gina@example.org"))
    undo(ended)
    gina.refresh_from_db()

    assert (gina.is_present, gina.ending) == (False, "deleted")
    assert counters(room) == (0, 0, 0)


def test_it_asks_first_and_says_who_has_joined(as_alice, room, alice):
    ended = done(room, alice)
    join(GuestLink.objects.get(email="gina@example.org"))
    Invitation.objects.filter(link__email="gina@example.org").update(state="sent", due_at=None)
    page = as_alice.get(f"/imports/{ended.pk}/undo/").content.decode()

    for words in (
        "2 links that it made will be deleted",
        "1 of these guests has joined already",
        "1 of them is in the room, and will be put out",
        "1 letter has not gone yet, and is withdrawn",
        "1 letter has gone",
    ):
        assert words in page
    assert GuestLink.objects.kept().count() == 2


def test_it_says_that_updated_links_stay_as_they_are(as_alice, room, alice, make_guest_link):
    make_guest_link(email="gina@example.org")
    ended = done(room, alice, duplicates="update")

    page = as_alice.get(f"/imports/{ended.pk}/undo/").content.decode()
    assert "1 link was there before and was updated. That is not undone." in page


def test_a_second_undo_does_nothing(as_alice, room, alice):
    ended = done(room, alice)
    as_alice.post(f"/imports/{ended.pk}/undo/")
    restore(GuestLink.objects.get(email="gina@example.org"), by=alice)
    as_alice.post(f"/imports/{ended.pk}/undo/")

    assert [link.email for link in GuestLink.objects.kept()] == ["gina@example.org"]


@pytest.mark.django_db(transaction=True)
def test_of_two_undos_at_once_one_counts(room, alice):
    ended = done(room, alice)
    with transaction.atomic():
        first = undo(ended)
        second = meanwhile(undo, Import.objects.get(pk=ended.pk))

    assert (first, second.result(timeout=10)) == (True, False)


@pytest.mark.parametrize("confirmed", [False, True])
def test_what_is_not_through_is_not_undone(as_alice, room, alice, confirmed):
    begun = begin(room, alice)
    if confirmed:
        begun.confirm()
    as_alice.post(f"/imports/{begun.pk}/undo/")
    work()
    begun.refresh_from_db()

    assert begun.state == ("done" if confirmed else "preview")


@pytest.mark.django_db(transaction=True)
def test_who_joins_during_the_undo_is_out_or_does_not_come_in(room, alice):
    ended = done(room, alice)
    link = GuestLink.objects.get(email="gina@example.org")
    with transaction.atomic():
        undo(ended)
        joining = meanwhile(join, link)
    joining.exception(timeout=10)

    assert not Participant.objects.present().exists()


def test_the_addresses_of_an_undone_import_are_free_again(room, alice):
    undo(done(room, alice))
    done(room, alice)

    assert GuestLink.objects.kept().count() == 2


def test_activity_has_one_line_for_the_import_and_one_for_its_undo(as_alice, room, alice, make_guest_link):
    karl = make_guest_link(email="gina@example.org", name="Karl")
    ended = done(room, alice, duplicates="update")
    undo(ended, by=alice)

    whole = Activity.objects.whole().order_by("pk")
    assert list(whole.values_list("deed", "number", "about", "by")) == [
        ("imported", 1, "Pasted table", alice.pk),
        ("unimported", 1, "Pasted table", alice.pk),
    ]
    assert sorted(whole[0].parts.values_list("deed", "by")) == [
        ("added", alice.pk), ("edited", alice.pk), ("role", alice.pk)
    ]  # fmt: skip
    assert [line.sentence for line in Choice(room, karl).lines(None, 2)] == [
        "Alice changed the role of Gina from Participant to Guest",
        "Alice changed Karl",
    ]


def test_an_import_in_chunks_is_one_line(room, alice):
    done(room, alice, table_of(450), send=False)

    assert Activity.objects.whole().get().number == 450
    assert Activity.objects.count() == 451


def test_a_chunk_that_is_taken_back_leaves_no_line_behind(room, alice, monkeypatch):
    begun = begin(room, alice, table_of(3), send=False)
    begun.confirm()
    write, stumbled = ImportRowQuerySet.write, []

    def stumble(queryset, *arguments):
        if not stumbled:
            stumbled.append(arguments)
            raise IntegrityError("once")
        return write(queryset, *arguments)

    monkeypatch.setattr(ImportRowQuerySet, "write", stumble)
    work()

    assert Activity.objects.whole().get().number == 3
    assert GuestLink.objects.count() == 3


def test_who_had_a_letter_is_told_that_the_import_is_undone(as_alice, room, alice, smtp):
    ended = done(room, alice)
    outbox.drain()
    as_alice.post(f"/imports/{ended.pk}/undo/")
    assert "Send 2 cancellations" in as_alice.get(f"/imports/{ended.pk}/").content.decode()

    for _twice in range(2):
        page = as_alice.post(f"/imports/{ended.pk}/cancellations/", follow=True).content.decode()
    outbox.drain()
    assert "cancellations" not in page
    assert [letter.message["Subject"].startswith("Cancelled") for letter in smtp.letters] == [False] * 2 + [
        True
    ] * 2


def test_before_the_undo_nobody_is_told_and_others_tell_nobody(login, as_alice, bob, room, alice, smtp):
    ended = done(room, alice)
    outbox.drain()
    as_alice.post(f"/imports/{ended.pk}/cancellations/")
    assert Invitation.objects.count() == 2

    undo(ended, by=alice)
    assert login(bob).post(f"/imports/{ended.pk}/cancellations/").status_code == 404
    assert Invitation.objects.count() == 2
