"""Logging in by way of an OpenID provider, which is a real one on loopback."""

from urllib.parse import unquote

import httpx
import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.checks import run_checks

from config import accounts
from rooms.models import Administrator
from tests.browsers import Client
from tests.cast import PASSWORD
from tests.openid import CLIENT, SECRET, Provider

pytestmark = pytest.mark.django_db

CAROL = {
    "sub": "c-1",
    "name": "Carol Diaz",
    "email": "Carol@example.org",
    "email_verified": True,
    "groups": ["staff", "foyer-admins"],
}
WITHOUT = {**CAROL, "groups": ["staff"]}


@pytest.fixture(scope="module")
def running():
    its = Provider()
    yield its
    its.close()


@pytest.fixture
def provider(running, settings):
    running.claims, running.userinfo_has, running.fault, running.seen = dict(CAROL), None, "", []
    settings.OIDC = {
        "ISSUER": f"{running.url}/",
        "CLIENT_ID": CLIENT,
        "CLIENT_SECRET": SECRET,
        "NAME": "Example University",
        "ADMIN_CLAIM": "groups=foyer-admins",
    }
    settings.SOCIALACCOUNT_PROVIDERS = accounts.providers(settings.OIDC)
    return running


def log_in(client: Client, path: str = "/accounts/openid/login/"):
    """What a browser does: to the provider, back again, and our answer."""
    there = client.get(path)
    assert there.status_code == 302
    with httpx.Client() as browser:
        back = browser.get(there.url).headers["location"]
    assert back.startswith("http://testserver/accounts/openid/login/callback/?")
    return client.get(back.removeprefix("http://testserver"))


def who(client: Client) -> str | None:
    pk = client.session.get("_auth_user_id")
    return pk and Administrator.objects.get(pk=pk).email


def test_a_first_login_with_the_claim_makes_a_room_administrator(provider, client):
    answer = log_in(client, "/accounts/openid/login/?next=/rooms/new/")
    assert answer.url == "/rooms/new/"
    carol = Administrator.objects.get()
    assert (carol.email, carol.name) == ("carol@example.org", "Carol Diaz")
    assert (carol.is_staff, carol.is_superuser, carol.has_usable_password()) == (False, False, False)
    assert client.get("/").status_code == 200
    assert "/token" in provider.seen


def test_the_second_login_finds_the_account_even_if_claim_and_address_are_others_by_then(provider, client):
    log_in(client)
    provider.claims = {**WITHOUT, "email": "carol.new@example.org"}
    other = Client()
    assert log_in(other).url == "/"
    assert who(other) == "carol@example.org"
    assert Administrator.objects.count() == 1


@pytest.mark.parametrize("groups", [["staff"], "staff", [], None, "foyer-admins-too", {"foyer-admins": 1}])
def test_without_the_claim_it_is_refused_and_nothing_is_made(provider, client, groups):
    provider.claims = {**CAROL, "groups": groups}
    answer = log_in(client)
    assert answer.status_code == 403
    assert "does not say that you manage rooms here. Ask somebody" in answer.content.decode()
    assert who(client) is None
    assert not Administrator.objects.exists()
    assert not SocialAccount.objects.exists()


@pytest.mark.parametrize("groups", [["foyer-admins"], "foyer-admins"])
def test_the_claim_may_be_a_list_or_a_word(provider, client, groups):
    provider.claims = {**CAROL, "groups": groups}
    log_in(client)
    assert who(client) == "carol@example.org"


def test_the_claim_may_stand_in_the_id_token_alone(provider, client):
    provider.userinfo_has = {"email", "email_verified", "name"}
    log_in(client)
    assert who(client) == "carol@example.org"


def test_an_account_with_the_same_verified_address_is_connected_and_keeps_its_password(
    provider, client, make_administrator
):
    carol = make_administrator("Carol")
    provider.claims = WITHOUT
    log_in(client)
    assert who(client) == "carol@example.org"
    assert SocialAccount.objects.get().user == carol
    assert Client().post("/accounts/login/", {"login": carol.email, "password": PASSWORD}).url == "/"


@pytest.mark.parametrize("said", [False, "false", None, "yes", 1.5])
def test_an_address_that_is_not_verified_leads_to_no_account(provider, client, make_administrator, said):
    make_administrator("Carol")
    provider.claims = {**CAROL, "email_verified": said}
    answer = log_in(client)
    assert answer.status_code == 403
    assert "does not vouch for your e-mail address" in answer.content.decode()
    assert who(client) is None
    assert not SocialAccount.objects.exists()


def test_nor_does_one_of_which_nothing_is_said_or_none_at_all(provider, client):
    for name in ("email_verified", "email"):
        provider.claims = {key: said for key, said in CAROL.items() if key != name}
        assert log_in(client).status_code == 403
    assert not Administrator.objects.exists()


def test_the_operator_may_vouch_for_a_domain_of_which_the_provider_says_nothing(provider, client, settings):
    settings.OIDC_EMAIL_DOMAINS = ["example.org"]
    provider.claims = {**CAROL, "email_verified": False}
    assert log_in(client).status_code == 403
    del provider.claims["email_verified"]
    provider.claims["email"] = "carol@evil.example.org"
    assert log_in(client).status_code == 403
    provider.claims["email"] = "carol@example.org"
    log_in(client)
    assert who(client) == "carol@example.org"


def test_an_account_that_is_switched_off_stays_out(provider, client, make_administrator):
    carol = make_administrator("Carol", is_active=False)
    assert log_in(client).url == "/accounts/inactive/"
    assert not SocialAccount.objects.exists()
    Administrator.objects.update(is_active=True)
    log_in(client)
    Administrator.objects.update(is_active=False)
    other = Client()
    assert log_in(other).url == "/accounts/inactive/"
    assert (who(other), client.get("/").status_code) == (None, 302)
    assert not carol.is_active


def test_what_the_provider_says_is_not_kept(provider, client):
    log_in(client)
    assert SocialAccount.objects.get().extra_data == {}
    log_in(Client())
    assert SocialAccount.objects.get().extra_data == {}


def test_nobody_connects_an_account_of_the_provider_to_their_own(provider, login, alice):
    client = login(alice)
    log_in(client, "/accounts/openid/login/?process=connect")
    assert not SocialAccount.objects.filter(user=alice).exists()


@pytest.mark.parametrize("fault", ["refuses", "for somebody else"])
def test_what_goes_wrong_there_is_said(provider, client, fault):
    provider.fault = fault
    answer = log_in(client)
    assert answer.status_code == 401
    assert "Something went wrong on the way from Example University" in answer.content.decode()
    assert not Administrator.objects.exists()


def test_whoever_cancels_there_is_back_at_the_login(provider, client):
    provider.fault = "cancelled"
    assert log_in(client).url == "/accounts/login/"
    assert "You did not log in there" in client.get("/accounts/login/").content.decode()


def test_an_answer_that_nobody_asked_for_is_refused(provider, client):
    answer = client.get("/accounts/openid/login/callback/?code=stolen&state=made-up")
    assert answer.status_code == 401
    assert provider.seen == []


def test_a_provider_that_is_away_is_said(provider, client, settings):
    settings.OIDC["ISSUER"] = "http://127.0.0.1:1"
    settings.SOCIALACCOUNT_PROVIDERS = accounts.providers(settings.OIDC)
    answer = client.get("/accounts/openid/login/")
    assert answer.status_code == 502
    assert "Something went wrong on the way" in answer.content.decode()


def test_whoever_comes_from_there_needs_no_second_factor_of_ours(provider, client, settings):
    settings.MFA_REQUIRED = True
    log_in(client)
    assert client.get("/").status_code == 200


def test_logging_out_ends_our_session(provider, client):
    log_in(client)
    client.post("/accounts/logout/")
    assert (who(client), client.get("/").status_code) == (None, 302)


def test_the_login_offers_it_by_its_name_and_keeps_where_one_was_going(provider, client):
    page = client.get("/accounts/login/?next=/rooms/7/").content.decode()
    assert "Log in with Example University" in page
    assert 'href="/accounts/openid/login/?next=/rooms/7/"' in unquote(page)


def test_without_settings_there_is_neither_button_nor_address(client):
    assert "openid" not in client.get("/accounts/login/").content.decode()
    for path in ("openid/login/", "openid/login/callback/", "3rdparty/", "3rdparty/signup/"):
        assert client.get(f"/accounts/{path}").status_code == 404


@pytest.mark.parametrize("missing", accounts.OPENID)
def test_half_of_the_settings_is_one_sentence(provider, settings, missing):
    settings.OIDC = {**settings.OIDC, missing: ""}
    (said,) = [error.msg for error in run_checks() if error.id == "rooms.E005"]
    assert said == (
        f"OIDC_{missing} is missing: give all of OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, "
        "OIDC_NAME and OIDC_ADMIN_CLAIM, or none."
    )
    assert accounts.providers(settings.OIDC) == {}


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("ISSUER", "http://login.example.org", "rooms.E006"),
        ("ADMIN_CLAIM", "foyer-admins", "rooms.E007"),
        ("ADMIN_CLAIM", "groups=", "rooms.E007"),
    ],
)
def test_a_wrong_one_is_said_at_the_start(provider, settings, name, value, number):
    assert [error for error in run_checks() if error.id in ("rooms.E006", "rooms.E007")] == []
    settings.OIDC = {**settings.OIDC, name: value}
    assert [error.id for error in run_checks() if error.id in ("rooms.E006", "rooms.E007")] == [number]
