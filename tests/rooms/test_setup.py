"""The one-time set-up address."""

import pytest
from django.core.management import CommandError, call_command

from rooms.forms import SetupForm
from rooms.models import Administrator, SetupKey

pytestmark = pytest.mark.django_db

FORM = {"email": "Alice@Example.org", "name": " Alice ", "password": "a long pass phrase"}


def address(token: str | None) -> str:
    return f"/setup/{token}/"


def test_the_first_person_chooses_how_to_log_in_and_makes_a_room(client):
    url = address(SetupKey.issue())
    assert client.get(url).status_code == 200
    answer = client.post(url, FORM)
    assert answer.url == "/rooms/new/"
    assert client.get("/rooms/new/").status_code == 200
    alice = Administrator.objects.get()
    assert (alice.email, alice.name) == ("alice@example.org", "Alice")
    assert alice.is_staff
    assert alice.is_superuser
    assert alice.check_password("a long pass phrase")


def test_a_key_opens_once(client):
    url = address(SetupKey.issue())
    client.post(url, FORM)
    for answer in (client.get(url), client.post(url, {**FORM, "email": "eve@example.org"})):
        assert answer.status_code == 404
        assert "Start Foyer again" in answer.content.decode()
    assert Administrator.objects.count() == 1


def test_of_two_who_use_one_key_at_once_one_becomes_administrator():
    token = SetupKey.issue()
    first, second = SetupForm(FORM), SetupForm({**FORM, "email": "eve@example.org"})
    assert first.is_valid()
    assert second.is_valid()
    assert first.save(token)
    assert second.save(token) is None
    assert [administrator.email for administrator in Administrator.objects.all()] == ["alice@example.org"]


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("email", "alice", "Enter a valid email address."),
        ("name", "A\u202elice", "a character that cannot be seen"),
        ("password", "12345678", "entirely numeric"),
        ("password", "alice@example.org", "too similar"),
    ],
)
def test_a_wrong_field_is_refused_in_words_and_the_key_stays_good(client, field, typed, words):
    token = SetupKey.issue()
    answer = client.post(address(token), {**FORM, field: typed})
    assert answer.status_code == 422
    assert words in str(answer.context["form"].errors[field])
    assert SetupKey.is_good(token)
    assert Administrator.objects.count() == 0


def test_a_key_is_gone_at_the_next_start_and_none_is_made_beside_an_administrator(client, alice):
    first = SetupKey.issue()
    assert first is None
    assert client.get(address("anything")).status_code == 404


def test_a_key_dies_with_the_first_administrator_however_they_came_to_be(client, make_administrator):
    token = SetupKey.issue()
    make_administrator("Alice")
    assert not SetupKey.is_good(token)
    assert not SetupKey.use_up(token)
    assert client.get(address(token)).status_code == 404


def test_a_command_says_where_the_first_administrator_is_made(client, settings, capsys):
    settings.PUBLIC_URL = "https://foyer.example.org"

    call_command("setup_address")

    said = capsys.readouterr().out.split()[-1]
    assert said.startswith("https://foyer.example.org/setup/")
    assert client.post(said.removeprefix("https://foyer.example.org"), FORM).url == "/rooms/new/"
    with pytest.raises(CommandError, match="There is an administrator already"):
        call_command("setup_address")
