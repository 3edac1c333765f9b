"""DESIGN 2.5.1, 2.5.5 and 2.5.7: when a letter is asked for, and when not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from invitations.models import Invitation
from links.models import GuestLink
from rooms.models import Role

pytestmark = pytest.mark.django_db
GINA = {"email": "gina@example.org", "name": "Gina", "role": "guest", "language": "de"}


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


def invite(client, room, **data):
    return client.post(f"/rooms/{room.pk}/guests/new/", {**GINA, "send": "on", **data})


def test_a_guest_link_and_its_letter_are_made_together(as_alice, room, alice):
    assert invite(as_alice, room).url == f"/rooms/{room.pk}/guests/"
    link = GuestLink.objects.get()
    invitation = link.invitations.get()
    assert (link.name, link.role, link.language, link.created_by) == ("Gina", "guest", "de", alice)
    assert (invitation.state, invitation.sent_by) == ("queued", alice)


def test_send_email_invitation_is_on_by_default(as_alice, room):
    page = as_alice.get(f"/rooms/{room.pk}/guests/new/").content.decode()
    assert 'name="send" id="id_send" checked' in page


def test_unchecked_there_is_no_letter_until_it_is_asked_for(as_alice, room):
    as_alice.post(f"/rooms/{room.pk}/guests/new/", GINA)
    link = GuestLink.objects.get()
    assert not Invitation.objects.exists()
    assert "Send invitation" in as_alice.get(f"/rooms/{room.pk}/guests/").content.decode()
    as_alice.post(f"/links/{link.pk}/invitations/")
    assert link.invitations.get().state == "queued"


@pytest.mark.parametrize("email", ["gina@example.org", " GINA@Example.org "])
def test_a_second_link_for_one_address_is_refused_with_a_way_to_the_first(as_alice, room, email):
    invite(as_alice, room)
    answer = invite(as_alice, room, email=email, name="Gina again")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="/links/{GuestLink.objects.get().pk}/"' in page
    assert 'value="Gina again"' in page
    assert Invitation.objects.count() == 1


def test_the_address_of_a_deleted_link_is_free_again(as_alice, room):
    invite(as_alice, room)
    GuestLink.objects.get().discard()
    assert invite(as_alice, room).status_code == 302


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"email": "gina"}, "not a complete e-mail address"),
        ({"email": "gina@example.org\nBcc: all@example.org"}, "not a complete e-mail address"),
        ({"name": "  "}, "enter a name"),
        ({"name": "Gi\u202ena"}, "cannot be seen after “Gi”"),
        ({"name": "x" * 81}, "80 characters"),
        ({"role": "king"}, "valid choice"),
        ({"starts_date": "2027-03-28", "starts_time": "02:30"}, "does not exist on this day"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_made(as_alice, room, typed, words):
    room.time_zone = "Europe/Berlin"
    room.save()
    answer = invite(as_alice, room, **typed)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not GuestLink.objects.exists()
    assert not Invitation.objects.exists()


def test_a_letter_is_resent_at_most_once_a_minute(as_alice, room):
    invite(as_alice, room)
    link = GuestLink.objects.get()
    page = as_alice.post(f"/links/{link.pk}/invitations/", follow=True).content.decode()
    assert "try again in" in page
    assert link.invitations.count() == 1


def test_a_resent_letter_has_the_same_address_and_replaces_one_that_still_waits(as_alice, room):
    invite(as_alice, room)
    link = GuestLink.objects.get()
    address = link.address
    first = link.invitations.get()
    Invitation.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    as_alice.post(f"/links/{link.pk}/invitations/")
    second = link.invitations.first()
    first.refresh_from_db()
    link.refresh_from_db()
    assert (first.state, first.due_at, second.state, link.address) == ("failed", None, "queued", address)
    assert first.message_id != second.message_id


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"role": Role.NO_ACCESS}, "has no access"),
        ({"is_active": False}, "switched off"),
        ({"ends_at": timezone.now() - timedelta(hours=1)}, "has expired"),
    ],
)
def test_a_dead_link_is_not_resent_and_the_answer_says_what_to_change(as_alice, make_link, state, words):
    link = make_link(**state)
    page = as_alice.post(f"/links/{link.pk}/invitations/", follow=True).content.decode()
    assert words in page
    assert not Invitation.objects.exists()


def test_a_link_that_opens_later_is_sent(as_alice, make_link):
    link = make_link(starts_at=timezone.now() + timedelta(days=1))
    as_alice.post(f"/links/{link.pk}/invitations/")
    assert link.invitations.get().state == "queued"
