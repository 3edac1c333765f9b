"""Passkeys with a real browser, whose authenticator is a virtual one (W3C WebAuthn, 11)."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.authenticator import code_of, stop_the_clock
from tests.cast import PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server, settings, quick_passwords) -> str:
    """At a name: a number is no place that a passkey could be for."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = False
    return live_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """Our site is at another name here; what else browsers complain about counts as always."""
    said: list[str] = []
    yield said
    assert [line for line in said if "//localhost:" not in line or "Content Security" in line] == []


@pytest.fixture
def person(page) -> "Page":
    """A page in a browser with an authenticator that knows its owner."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    options = {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return page


def log_in(page: "Page", site: str) -> None:
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("E-mail").fill("alice@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()


def say_it_is_me(page: "Page") -> None:
    page.get_by_role("heading", name="Is it you?").wait_for()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()


def add_passkey(page: "Page", site: str, *, alone: bool = True) -> None:
    page.goto(f"{site}/accounts/2fa/")
    page.get_by_role("link", name="Add a passkey").click()
    say_it_is_me(page)
    page.get_by_label("Log in with it alone").set_checked(alone)
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_role("heading", name="Recovery codes").wait_for()


def log_out(page: "Page", site: str) -> None:
    page.goto(f"{site}/accounts/logout/")
    page.locator("main").get_by_role("button", name="Log out").click()
    page.get_by_role("heading", name="Log in").wait_for()


def test_a_passkey_logs_in_alone_and_is_renamed_and_removed(person, site, alice):
    log_in(person, site)
    add_passkey(person, site)
    log_out(person, site)
    person.goto(f"{site}/rooms/new/")
    person.get_by_role("button", name="Use a passkey").click()
    person.wait_for_url(f"{site}/rooms/new/")

    person.goto(f"{site}/accounts/2fa/")
    person.get_by_text("logs in without a password").wait_for()
    person.get_by_role("link", name="Rename Passkey").click()
    say_it_is_me(person)
    person.get_by_label("Name").fill("My laptop")
    person.get_by_role("button", name="Save").click()
    person.get_by_role("link", name="Remove My laptop").click()
    person.get_by_role("button", name="Remove").click()
    person.get_by_text("The passkey is removed.").wait_for()
    person.goto(f"{site}/accounts/2fa/")
    assert person.get_by_text("My laptop").count() == 0


def test_a_passkey_is_the_second_factor_after_the_password(person, site, alice, settings):
    settings.MFA_REQUIRED = True
    log_in(person, site)
    person.get_by_text("needs a second factor").wait_for()
    add_passkey(person, site, alone=False)
    person.goto(f"{site}/")
    person.get_by_role("heading", name="Rooms").wait_for()
    log_out(person, site)
    log_in(person, site)
    person.get_by_role("heading", name="One more step").wait_for()
    person.get_by_role("button", name="Use a passkey").click()
    person.get_by_role("heading", name="Rooms").wait_for()


def test_whoever_has_no_passkey_is_told_and_takes_another_way(page, site, alice):
    page.goto(f"{site}/accounts/login/")
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")  # an environment without any authenticator
    page.evaluate("void (navigator.credentials.get = () => Promise.reject(new Error()))")
    for _ in range(2):
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_text("No passkey was used.").wait_for()
    log_in(page, site)
    page.get_by_role("heading", name="Rooms").wait_for()


def test_an_app_is_set_up_and_used_without_javascript(new_context, site, alice, monkeypatch):
    stop_the_clock(monkeypatch)
    page = new_context(java_script_enabled=False).new_page()
    log_in(page, site)
    page.goto(f"{site}/accounts/2fa/")
    page.get_by_role("link", name="Set up an app").click()
    say_it_is_me(page)
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Code", exact=True).fill(code_of(secret))
    page.get_by_role("button", name="Switch on").click()
    codes = page.get_by_label("Unused codes").input_value().split()
    log_out(page, site)
    log_in(page, site)
    page.get_by_label("Code", exact=True).fill(codes[0])
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Rooms").wait_for()
    assert re.fullmatch(r"\d{8}", codes[0])
