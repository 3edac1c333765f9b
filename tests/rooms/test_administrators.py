"""With whom a room is shared: added by e-mail, removed, never the last."""

import re

import pytest
from django.core import mail
from django.db import transaction
from django.urls import reverse

from rooms import accounts
from rooms.accounts import LastAdministrator
from rooms.models import Administrator, Room
from tests.cast import PASSWORD
from tests.doors import meanwhile

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(login, alice):
    return login(alice)


def add(desk, room, email: str):
    return desk.post(reverse("rooms:add_administrator", args=[room.pk]), {"email": email}, follow=True)


def remove(desk, room, administrator):
    url = reverse("rooms:remove_administrator", args=[room.pk, administrator.pk])
    return desk.post(url, follow=True)


def those_of(room) -> list[str]:
    return [administrator.name or administrator.email for administrator in room.administrators.order_by("pk")]


def test_somebody_with_an_account_is_added_by_their_address_in_any_case(desk, room, bob):
    answer = add(desk, room, " BOB@example.org ")
    assert "Bob is an administrator of this room now." in answer.content.decode()
    assert those_of(room) == ["Alice", "Bob"]
    assert mail.outbox == []


def test_somebody_without_an_account_gets_one_and_chooses_a_password_by_mail(desk, room, client, settings):
    settings.PUBLIC_URL = "https://foyer.example"
    answer = add(desk, room, "Carol@Example.org")
    assert "carol@example.org had no account: one is made." in answer.content.decode()
    assert those_of(room) == ["Alice", "carol@example.org"]
    (letter,) = mail.outbox
    assert letter.to == ["carol@example.org"]
    assert "Alice has made you an administrator" in letter.body
    assert "testserver" not in letter.body
    path = re.search(r"https://foyer\.example(/\S+)", letter.body)[1]
    page = client.get(path, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    client.post("/accounts/login/", {"login": "carol@example.org", "password": PASSWORD})
    assert client.get(reverse("rooms:edit", args=[room.pk])).status_code == 200


def test_whoever_forgot_their_password_is_not_welcomed_again(client, alice):
    client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    (letter,) = mail.outbox
    assert "made you an administrator" not in letter.body
    assert "http://127.0.0.1:8000/accounts/password/reset/key/" in letter.body


def test_a_mail_server_that_is_down_is_said_and_the_account_stays(desk, room, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = add(desk, room, "carol@example.org")
    assert answer.status_code == 200
    assert "the mail to them could not be sent" in answer.content.decode()
    assert those_of(room) == ["Alice", "carol@example.org"]


def test_a_reset_mail_that_cannot_be_sent_is_a_page_that_says_so(client, alice, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = client.post("/accounts/password/reset/", {"email": "alice@example.org"})
    assert answer.status_code == 503
    assert "The mail could not be sent" in answer.content.decode()


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("carol", "Enter a valid email address."),
        ("alice@example.org", "Alice is an administrator of this room already."),
        ("gone@example.org", "This account may not log in."),
    ],
)
def test_a_wrong_address_is_refused_in_words_and_stays(desk, room, make_administrator, email, words):
    make_administrator("Gone", is_active=False)
    answer = add(desk, room, email)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert answer.context["adding"]["email"].value() == email
    assert those_of(room) == ["Alice"]
    assert mail.outbox == []


def test_one_of_two_is_removed(desk, room, bob):
    room.administrators.add(bob)
    answer = remove(desk, room, bob)
    assert "Bob is no longer an administrator of this room." in answer.content.decode()
    assert those_of(room) == ["Alice"]


def test_whoever_removes_themself_is_back_at_their_rooms(desk, room, alice, bob):
    room.administrators.add(bob)
    answer = remove(desk, room, alice)
    assert answer.redirect_chain == [("/", 302)]
    assert those_of(room) == ["Bob"]


def test_the_last_one_is_never_removed(desk, room, alice):
    answer = remove(desk, room, alice)
    assert "A room needs an administrator." in answer.content.decode()
    assert those_of(room) == ["Alice"]


@pytest.mark.django_db(transaction=True)
def test_two_who_remove_each_other_at_once_leave_one(room, alice, bob):
    room.administrators.add(bob)
    with transaction.atomic():
        accounts.dismiss(room, bob)
        second = meanwhile(accounts.dismiss, room, alice)
    with pytest.raises(LastAdministrator):
        second.result(timeout=10)
    assert those_of(Room.objects.get()) == ["Alice"]


def test_there_is_no_open_sign_up(client):
    form = {"email": "eve@example.org", "password1": PASSWORD}
    assert "csrf" not in client.get("/accounts/signup/").content.decode()
    client.post("/accounts/signup/", form)
    assert not Administrator.objects.filter(email="eve@example.org").exists()
