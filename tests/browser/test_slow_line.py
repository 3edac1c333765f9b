"""On a slow line everything that was pressed says that it works, and is sent once."""

import re
import time
from typing import TYPE_CHECKING

import pytest

from tests.serving import Foyer

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request, Route

pytestmark = [pytest.mark.browser, pytest.mark.served]

PASSWORD = "a long pass phrase"
DELAY = 1.5  # seconds
CAST = f"""
from links.models import GuestLink
from rooms.models import Administrator, Room
alice = Administrator.objects.create_user("alice@example.org", {PASSWORD!r}, name="Alice")
room = Room.objects.create(name="Physics colloquium", time_zone="Europe/Berlin", quota=10, capacity=15)
room.administrators.add(alice)
GuestLink.objects.create(room=room, name="Gina", email="gina@example.org", language="en")
"""


@pytest.fixture
def desk(serve, new_context) -> "Page":
    """Alice's, who sees her rooms."""
    foyer: Foyer = serve()
    script = foyer.manage("shell", "--verbosity", "0", "-c", CAST)
    assert (script.returncode, script.stderr) == (0, "")
    page = new_context().new_page()
    page.goto(foyer.url)
    page.get_by_label("E-mail").fill("alice@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Physics colloquium").wait_for()
    return page


@pytest.fixture
def posts(desk) -> list[str]:
    """What is sent from now on, slowly."""
    sent: list[str] = []

    def delay(route: "Route", request: "Request") -> None:
        if request.method == "POST":
            sent.append(request.url)
            time.sleep(DELAY)
        route.continue_()

    desk.route(re.compile("/(rooms|links)/"), delay)
    return sent


def test_a_form_is_sent_once_and_its_button_shows_it(desk, posts):
    from playwright.sync_api import expect

    desk.get_by_role("link", name="New room").click()
    desk.get_by_label("Name").fill("Second room")
    button = desk.get_by_role("button", name="Create the room")
    # Both presses in one go: a locator would wait for the page that comes.
    assert button.evaluate("b => { b.click(); b.click(); return b.ariaBusy }") == "true"
    expect(desk.get_by_role("heading", name="Second room")).to_be_visible()
    assert len(posts) == 1


def test_a_switch_is_pressed_once(desk, posts):
    from playwright.sync_api import expect

    desk.get_by_role("link", name="Physics colloquium").click()
    switch = desk.get_by_role("switch", name="Active: Gina")
    expect(switch).to_have_attribute("aria-checked", "true")
    assert switch.evaluate("b => { b.click(); b.click(); return b.ariaBusy }") == "true"
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(switch).not_to_have_attribute("aria-busy", "true")
    assert len(posts) == 1


def test_a_role_is_chosen_once(desk, posts):
    from playwright.sync_api import expect

    desk.get_by_role("link", name="Physics colloquium").click()
    role = desk.get_by_role("combobox", name="Role: Gina")
    role.focus()
    desk.keyboard.press("m")
    expect(role).to_have_attribute("aria-busy", "true")
    desk.keyboard.press("s")
    expect(role).to_have_value("moderator")
    expect(desk.get_by_role("row").filter(has_text="Gina")).to_have_class(re.compile("changed"))
    expect(role).to_have_value("moderator")
    expect(role).not_to_have_attribute("aria-busy", "true")
    expect(role).to_be_focused()
    assert len(posts) == 1
    desk.keyboard.press("s")
    expect(role).to_have_attribute("aria-busy", "true")
    assert len(posts) == 2
