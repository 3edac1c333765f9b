"""What a password has to be, how often one may try, and the two roles that an account can have."""

import pytest
from bs4 import BeautifulSoup
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core import mail
from django.db import IntegrityError, transaction

from rooms.models import Administrator, SetupKey
from tests.browsers import Client
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db


def words(answer) -> str:
    return BeautifulSoup(answer.content, "html.parser").text


def try_password(email: str, password: str, address: str = "192.0.2.7"):
    return Client(REMOTE_ADDR=address).post("/accounts/login/", {"login": email, "password": password})


# --- Passwords


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("eleven char", "at least 12 characters"),
        ("qwertyqwerty", "too common"),
        ("123456789012345", "entirely numeric"),
        ("alice@example.org", "too similar"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(alice, login, password, reason):
    form = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    answer = login(alice).post("/accounts/password/change/", form)
    assert reason in words(answer)
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_twelve_characters_are_enough(alice, login):
    new = "twelve chars"
    login(alice).post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    alice.refresh_from_db()
    assert alice.check_password(new)


def test_the_rules_are_said_before_one_types(alice, login, client):
    pages = [login(alice).get("/accounts/password/change/"), client.get(f"/setup/{'x'}/")]
    Administrator.objects.all().delete()
    pages[1] = client.get(f"/setup/{SetupKey.issue()}/")
    for page in pages:
        assert "At least 12 characters." in words(page)


# --- Limits


def test_guessing_one_account_ends_after_five_and_not_for_its_owner_elsewhere(alice):
    for _ in range(5):
        try_password(alice.email, "wrong")
    assert "Too many" in words(try_password(alice.email, PASSWORD))
    assert try_password(alice.email, PASSWORD, "192.0.2.8").status_code == 302


def test_a_household_of_ipv6_is_one_address(alice):
    for last in range(5):
        try_password(alice.email, "wrong", f"2001:db8:1:2::{last}")
    assert "Too many" in words(try_password(alice.email, PASSWORD, "2001:db8:1:2::9"))


def test_a_class_behind_one_address_logs_in_at_once_and_some_mistype(make_administrator):
    administrators = [make_administrator() for _ in range(40)]
    for administrator in administrators[::2]:
        assert "do not go together" in words(try_password(administrator.email, "wrong"))
    assert {try_password(administrator.email, PASSWORD).status_code for administrator in administrators} == {
        302
    }


def test_guessing_many_accounts_from_one_address_ends(make_administrator):
    administrator = make_administrator()
    for number in range(60):
        try_password(f"somebody{number}@example.org", "wrong")
    assert "Too many" in words(try_password(administrator.email, PASSWORD))


def test_too_many_logins_are_answered_with_our_page(alice):
    answers = [try_password("nobody@example.org", "wrong") for _ in range(121)]
    assert {answer.status_code for answer in answers[:-1]} == {200}
    assert answers[-1].status_code == 429
    assert "allauth" not in words(answers[-1])
    assert "429.html" in [template.name for template in answers[-1].templates]


def test_one_address_is_mailed_five_times_an_hour(alice, client):
    for _ in range(5):
        client.post("/accounts/password/reset/", {"email": alice.email})
    assert client.post("/accounts/password/reset/", {"email": "ALICE@example.org"}).status_code == 429
    assert len(mail.outbox) == 5


def test_whoever_comes_through_a_socket_can_log_in(alice):
    assert try_password(alice.email, PASSWORD, "").status_code == 302


def test_without_its_redis_everybody_can_log_in_and_nothing_is_counted(alice, settings):
    backend = {"BACKEND": "config.cache.Cache", "LOCATION": "redis://127.0.0.1:1"}
    before, settings.CACHES = settings.CACHES, {"default": backend}
    for _ in range(6):
        assert "do not go together" in words(try_password(alice.email, "wrong"))
    assert try_password(alice.email, PASSWORD).status_code == 302
    settings.CACHES = before  # which is emptied after each test


def test_it_counts_in_redis_too(alice, settings, redis_url):
    settings.CACHES = {"default": {"BACKEND": "config.cache.Cache", "LOCATION": redis_url}}
    for _ in range(5):
        try_password(alice.email, "wrong")
    assert "Too many" in words(try_password(alice.email, PASSWORD))


# --- Roles


@pytest.mark.parametrize(("is_staff", "is_superuser"), [(True, False), (False, True)])
def test_there_is_no_third_kind_of_account(make_administrator, is_staff, is_superuser):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_administrator(is_staff=is_staff, is_superuser=is_superuser)


@pytest.fixture
def operator(make_administrator, login) -> Client:
    return login(make_administrator("Olga", is_staff=True, is_superuser=True))


def test_one_switch_makes_somebody_an_operator_and_room_administrator_again(operator, bob):
    url, form = (
        f"/admin/rooms/administrator/{bob.pk}/change/",
        {"email": bob.email, "name": "Bob", "is_active": "on"},
    )
    for switch in ({"is_superuser": "on"}, {}):
        assert operator.post(url, {**form, **switch}).status_code == 302
        bob.refresh_from_db()
        assert (bob.is_superuser, bob.is_staff) == (bool(switch), bool(switch))
        assert (bob.is_active, bob.check_password(PASSWORD)) == (True, True)


def test_an_operator_makes_an_account(operator):
    form = {"email": "carol@example.org", "name": "Carol", "usable_password": "false"}
    operator.post("/admin/rooms/administrator/add/", form)
    carol = Administrator.objects.get(email="carol@example.org")
    assert (carol.is_staff, carol.is_superuser, carol.has_usable_password()) == (False, False, False)


def test_the_admin_knows_no_groups_rights_tokens_or_secrets(operator, bob):
    page = words(operator.get(f"/admin/rooms/administrator/{bob.pk}/change/"))
    assert "permission" not in page
    assert "Staff" not in page
    assert {model._meta.app_label for model in admin.site._registry} == {"rooms", "links", "invitations"}
    assert Group not in admin.site._registry


def test_a_room_administrator_finds_no_admin(login, alice):
    assert login(alice).get("/admin/rooms/administrator/", follow=True).status_code == 403


def test_nobody_gives_themself_another_address_or_a_password_the_provider_knows_nothing_of(login, alice):
    client = login(alice)
    for path in ("email/", "password/set/"):
        assert client.get(f"/accounts/{path}").url == "/accounts/2fa/"
        client.post(f"/accounts/{path}", {"email": "dean@example.org", "action_add": "", "password1": "x"})
    alice.refresh_from_db()
    assert alice.email == "alice@example.org"
