"""*Not for me*: a guest says that they want no letters, and gets none."""

from datetime import timedelta

import pytest
from django.utils import timezone

from invitations import optout, outbox
from invitations.models import Invitation, Suppression
from invitations.outbox import Unwanted
from tests.browsers import Client

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(smtp, make_link, alice):
    """Gina has had it an hour ago."""
    link = make_link(name="Gina", email="Gina@example.org")
    outbox.invite(link, by=alice)
    outbox.drain()
    link.invitations.update(created_at=timezone.now() - timedelta(hours=1))
    smtp.letters.clear()
    return link.invitations.get()


@pytest.fixture
def address(letter):
    return optout.address_of(letter).removeprefix("http://127.0.0.1:8000")


def state(letter):
    return Invitation.objects.get(pk=letter.pk).state


def test_following_the_address_changes_nothing(client, address):
    for _ in range(3):
        page = client.get(address)
    assert (page.status_code, client.head(address).status_code) == (200, 200)
    assert "gina@example.org" in page.content.decode().lower()
    assert not Suppression.objects.exists()


def test_no_more_about_this_room(client, address, letter, alice, login):
    page = client.post(address, {"wish": "room"}, follow=True)
    assert "You get no more letters about" in page.content.decode()
    assert state(letter) == "unwanted"
    with pytest.raises(Unwanted):
        outbox.resend(letter.link, by=alice)
    page = login(alice).get(f"/rooms/{letter.link.room_id}/guests/").content.decode()
    assert "not wanted" in page


def test_the_administrator_cannot_mail_that_address_and_is_told_so(client, address, letter, alice, login):
    client.post(address, {"wish": "room"})
    page = login(alice).post(f"/links/{letter.link.pk}/invitations/", follow=True).content.decode()
    assert "has asked for no more letters" in page
    assert Invitation.objects.count() == 1


def test_another_room_may_write_still(client, address, letter, smtp, make_link, make_room, alice):
    client.post(address, {"wish": "room"})
    outbox.invite(make_link(room=make_room(), email="gina@example.org"), by=alice)
    outbox.drain()
    assert len(smtp.letters) == 1


def test_none_from_anybody_here(client, address, letter, smtp, make_link, make_room, alice):
    client.post(address, {"wish": "everybody"})
    other = outbox.invite(make_link(room=make_room(), email="GINA@example.org"), by=alice)
    outbox.drain()
    assert smtp.letters == []
    assert (state(letter), state(other)) == ("unwanted", "unwanted")


def test_a_letter_that_waits_does_not_go(client, address, letter, smtp, alice):
    outbox.resend(letter.link, by=alice)
    client.post(address, {"wish": "room"})
    outbox.drain()
    assert smtp.letters == []
    assert set(Invitation.objects.values_list("state", flat=True)) == {"sent", "unwanted"}


def test_it_can_be_taken_back(client, address, letter, smtp, alice):
    client.post(address, {"wish": "room"})
    page = client.post(address, {"wish": "letters"}, follow=True)
    assert "No more of these letters?" in page.content.decode()
    assert (state(letter), Suppression.objects.count()) == ("sent", 0)
    outbox.resend(letter.link, by=alice)
    outbox.drain()
    assert len(smtp.letters) == 1


def test_a_letter_that_never_went_is_not_called_sent_when_it_is_taken_back(smtp, make_link, alice):
    Suppression.objects.add("gina@example.org", None)
    held_back = outbox.invite(make_link(email="gina@example.org"), by=alice)
    outbox.drain()
    optout.accept("gina@example.org")
    assert (state(held_back), smtp.letters) == ("failed", [])


def test_a_letter_that_waited_for_its_next_try_is_not_called_sent_either(smtp, make_link, alice):
    link = make_link(email="gina@example.org")
    smtp.refuse("gina@example.org", "451 4.7.1 Greylisted")
    deferred = outbox.invite(link, by=alice)
    outbox.drain()
    optout.refuse("gina@example.org", link.room)
    optout.accept("gina@example.org")
    assert (state(deferred), smtp.letters) == ("failed", [])


def test_one_click_in_a_mail_program_is_enough(address, letter):
    answer = Client(enforce_csrf_checks=True).post(address, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 204
    assert Suppression.objects.get().room == letter.link.room


def test_said_twice_it_is_kept_once(client, address):
    for _ in range(2):
        client.post(address, {"wish": "room"})
    assert Suppression.objects.count() == 1


def test_the_address_itself_is_not_kept(client, address):
    client.post(address, {"wish": "room"})
    assert "gina" not in str(Suppression.objects.values()).lower()


def test_it_outlives_a_change_of_the_link_key(client, address, letter, settings, alice):
    client.post(address, {"wish": "room"})
    settings.LINK_KEY, settings.LINK_KEY_FALLBACKS = "a new key", [settings.LINK_KEY]
    with pytest.raises(Unwanted):
        outbox.resend(letter.link, by=alice)
    assert "You get no more" in client.get(address).content.decode()


def test_a_letter_to_the_wrong_address_refuses_for_that_address_alone(client, address, letter, smtp, alice):
    letter.link.edit(email="the.right.gina@example.org")
    client.post(address, {"wish": "room"})
    outbox.resend(letter.link, by=alice)
    outbox.drain()
    assert [sent.recipients for sent in smtp.letters] == [["the.right.gina@example.org"]]


@pytest.mark.parametrize(
    "forge", [lambda address: address[:-1], lambda address: "/n/7", lambda address: "/n/%00"]
)
def test_a_forged_address_is_not_known(client, address, forge):
    assert client.get(forge(address)).status_code == 404
    assert client.post(forge(address), {"wish": "everybody"}).status_code == 404
    assert not Suppression.objects.exists()


def test_a_links_address_refuses_no_letters(client, letter):
    path = letter.link.address.replace("http://127.0.0.1:8000/j/", "/n/")
    assert client.post(path, {"wish": "everybody"}).status_code == 404


def test_nonsense_changes_nothing(client, address):
    client.post(address, {"wish": "nonsense"})
    assert not Suppression.objects.exists()
