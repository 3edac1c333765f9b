"""Second factors: set up, asked for at the login, and required where the operator says so."""

import re
from urllib.parse import unquote

import pytest
from allauth.mfa.models import Authenticator
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.urls import reverse

from rooms.live import streams
from tests.authenticator import code_of, stop_the_clock, wrong_code_of
from tests.browsers import Client
from tests.cast import PASSWORD
from tests.doors import join

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def still_clock(monkeypatch) -> None:
    stop_the_clock(monkeypatch)


def read(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser")


def log_in(administrator, client: Client | None = None):
    client = client or Client()
    form = {"login": administrator.email, "password": PASSWORD}
    return client, client.post("/accounts/login/", form)


def show_code(client: Client, code: str):
    return client.post("/accounts/2fa/authenticate/", {"code": code})


def set_up_app(client: Client) -> str:
    """The secret that the app on the phone has now."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = read(client.get("/accounts/2fa/totp/activate/"))
    secret = page.select_one("#secret").text
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302, read(answer).select(".errorlist")
    return secret


def recovery_codes(client: Client) -> list[str]:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return read(client.get("/accounts/2fa/recovery-codes/")).textarea.text.split()


@pytest.fixture
def with_app(alice) -> str:
    """The secret of the app that alice has set up, in a session that is over."""
    client, _answer = log_in(alice)
    secret = set_up_app(client)
    client.post("/accounts/logout/")
    return secret


# --- Setting up, and logging in


def test_the_app_is_set_up_by_a_picture_that_our_policy_lets_through(alice):
    client, _answer = log_in(alice)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = read(client.get("/accounts/2fa/totp/activate/"))
    assert page.select_one(".qr svg path") is not None
    assert page.select("[style], [src^='data:'], script:not([src])") == []


def test_whoever_has_an_app_is_in_only_with_its_code(alice, with_app, room):
    client, answer = log_in(alice)
    assert answer.url == "/accounts/2fa/authenticate/"
    assert client.get("/").status_code == 302
    assert "Incorrect code" in show_code(client, wrong_code_of(with_app)).content.decode()
    assert client.get("/").status_code == 302
    assert show_code(client, code_of(with_app)).url == "/"
    assert client.get("/").status_code == 200


def test_a_code_of_the_app_works_once(alice, with_app):
    code = code_of(with_app)
    first, _answer = log_in(alice)
    assert show_code(first, code).status_code == 302
    second, _answer = log_in(alice)
    assert show_code(second, code).status_code == 200
    assert second.get("/").status_code == 302


def test_a_recovery_code_works_once(alice):
    client, _answer = log_in(alice)
    set_up_app(client)
    code, *others = recovery_codes(client)
    assert len(others) == 9
    first, _answer = log_in(alice)
    assert show_code(first, code).url == "/"
    second, _answer = log_in(alice)
    assert show_code(second, code).status_code == 200


def test_guessing_codes_ends_after_five(alice, with_app):
    client, _answer = log_in(alice)
    for _ in range(5):
        show_code(client, wrong_code_of(with_app))
    answer = show_code(client, code_of(with_app))
    assert "Too many" in answer.content.decode()
    assert client.get("/").status_code == 302


def test_nothing_of_a_second_factor_changes_without_the_password_once_more(alice):
    client, _answer = log_in(alice)
    for path in ("totp/activate/", "webauthn/add/", "recovery-codes/generate/"):
        answer = client.get(f"/accounts/2fa/{path}")
        assert unquote(answer.url) == f"/accounts/reauthenticate/?next=/accounts/2fa/{path}"


@pytest.mark.parametrize("said", ["9" * 5_000, "[" * 100_000], ids=["a long number", "a deep list"])
def test_what_no_passkey_says_is_refused(alice, said):
    nobody = Client()
    assert nobody.post("/accounts/2fa/webauthn/login/", {"credential": said}).status_code == 302
    client, _answer = log_in(alice)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    answer = client.post("/accounts/2fa/webauthn/add/", {"name": "Key", "credential": said})
    assert [*answer.context["form"].errors] == ["credential"]
    assert not Authenticator.objects.exists()


def test_a_copy_of_the_database_has_no_secret_of_an_app_or_code(alice, with_app, settings):
    secret, seed = (
        Authenticator.objects.get(type=kind).data[name]
        for kind, name in (("totp", "secret"), ("recovery_codes", "seed"))
    )
    assert with_app not in secret
    assert not re.fullmatch("[0-9a-f]+", seed)


def test_with_the_key_before_the_app_works_on_and_without_it_no_code_fits(alice, with_app, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key " * 5
    client, _answer = log_in(alice)
    assert show_code(client, code_of(with_app)).status_code == 302
    settings.SECRET_KEY_FALLBACKS = []
    client, _answer = log_in(alice)
    assert show_code(client, code_of(with_app)).status_code == 200


# --- Required


@pytest.fixture
def required(settings) -> None:
    settings.MFA_REQUIRED = True


def rooms_heard(client: Client) -> list[int]:
    """Of which rooms an administrator's stream would tell."""
    return streams._managed_rooms({name: morsel.value for name, morsel in client.cookies.items()}, None)


def test_it_is_not_required_by_default(alice, room):
    client, answer = log_in(alice)
    assert answer.url == "/"
    assert client.get("/").status_code == 200
    assert rooms_heard(client) == [room.pk]


def test_whoever_has_none_is_led_to_set_one_up(required, alice, room):
    client, _answer = log_in(alice)
    answer = client.get(reverse("rooms:edit", args=[room.pk]), follow=True)
    assert answer.redirect_chain[-1][0] == "/accounts/2fa/"
    assert "needs a second factor" in answer.content.decode()


def test_until_then_they_change_and_hear_nothing(required, make_administrator, room):
    operator = make_administrator("Olga", is_staff=True, is_superuser=True)
    room.administrators.add(operator)
    client, _answer = log_in(operator)
    assert client.post(reverse("rooms:delete", args=[room.pk])).status_code == 302
    assert client.get("/admin/rooms/room/").status_code == 302
    assert type(room).objects.count() == 1
    assert rooms_heard(client) == []


@pytest.mark.django_db(transaction=True)  # allauth says that one is there when that is so for good
def test_then_they_go_on_in_the_same_session(required, alice, room):
    client, _answer = log_in(alice)
    set_up_app(client)
    answer = client.get("/")
    assert (answer.status_code, rooms_heard(client)) == (200, [room.pk])
    assert "needs a second factor" not in client.get("/accounts/2fa/").content.decode()


def test_whoever_shows_theirs_at_the_login_is_in(required, alice, with_app, room):
    client, _answer = log_in(alice)
    assert rooms_heard(client) == []
    show_code(client, code_of(with_app))
    assert (client.get("/").status_code, rooms_heard(client)) == (200, [room.pk])


def test_an_older_session_that_has_not_shown_it_is_nobodys(required, alice, room):
    older, _answer = log_in(alice)
    newer, _answer = log_in(alice)
    secret = set_up_app(newer)
    assert (older.get("/").status_code, rooms_heard(older)) == (302, [])
    assert older.get("/accounts/2fa/").status_code == 302
    assert b"csrf" in older.get("/accounts/login/").content
    log_in(alice, older)
    show_code(older, code_of(secret))
    assert rooms_heard(older) == [room.pk]


def test_a_session_ends_with_the_factor_it_was_opened_with(required, alice, with_app, room):
    client, _answer = log_in(alice)
    show_code(client, code_of(with_app))
    Authenticator.objects.all().delete()
    assert (client.get("/").status_code, rooms_heard(client)) == (302, [])


@pytest.mark.django_db(transaction=True)
def test_new_recovery_codes_end_no_session_that_was_opened_with_an_old_one(required, alice):
    client, _answer = log_in(alice)
    set_up_app(client)
    code = recovery_codes(client)[0]
    other, _answer = log_in(alice)
    show_code(other, code)
    other.post("/accounts/reauthenticate/", {"password": PASSWORD})
    other.post("/accounts/2fa/recovery-codes/generate/")
    assert other.get("/").status_code == 200


def test_doors_and_guests_are_not_asked(required, alice, gina):
    client, _answer = log_in(alice)
    path = "/" + gina.address.split("/", 3)[3]
    assert "Join" in client.get(path).content.decode()
    assert client.post(path).status_code == 302
    person = join(gina)
    assert person.role == "participant"


# --- Lost


def test_an_operator_removes_what_somebody_has_lost(alice, with_app, capsys):
    call_command("remove_second_factors", "ALICE@example.org")
    assert capsys.readouterr().out == "Second factors removed from alice@example.org: 1.\n"
    assert not Authenticator.objects.exists()
    _client, answer = log_in(alice)
    assert answer.url == "/"


def test_of_nobody_nothing_is_removed(with_app):
    with pytest.raises(CommandError, match="There is no account with the address"):
        call_command("remove_second_factors", "nobody@example.org")
    assert Authenticator.objects.count() == 2


def test_an_operator_removes_them_in_the_admin(alice, bob, with_app, make_administrator, login):
    desk = login(make_administrator("Olga", is_staff=True, is_superuser=True))
    form = {"action": "remove_second_factors", "_selected_action": [alice.pk]}
    answer = desk.post("/admin/rooms/administrator/", form, follow=True)
    assert "They log in with their password alone" in answer.content.decode()
    assert not Authenticator.objects.exists()
