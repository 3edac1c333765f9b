"""On a slow line everything that was pressed says that it works, and is sent once."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.serving import Foyer

if TYPE_CHECKING:
    from playwright.sync_api import Page, Request, Route

pytestmark = [pytest.mark.browser, pytest.mark.served, pytest.mark.once]

PASSWORD = "a long pass phrase"
CAST = f"""
from links.models import GuestLink
from rooms.models import Administrator, Room
alice = Administrator.objects.create_user("alice@example.org", {PASSWORD!r}, name="Alice")
room = Room.objects.create(name="Physics colloquium", time_zone="Europe/Berlin", quota=10, capacity=15)
room.administrators.add(alice)
GuestLink.objects.create(room=room, name="Gina", email="gina@example.org", language="en")
"""

CHOOSES_AS_SOON_AS_A_ROW_HAS_COME = """
() => new MutationObserver((changes, observer) => {
  observer.disconnect();
  const role = document.querySelector("tr.changed select");
  role.value = "spectator";
  role.dispatchEvent(new Event("change", { bubbles: true }));
}).observe(document.querySelector("tbody"), { childList: true })
"""


@pytest.fixture
def desk(served_with, new_context) -> "Page":
    """Alice's, who sees her rooms."""
    foyer: Foyer = served_with(CAST)
    page = new_context().new_page()
    page.goto(foyer.url)
    page.get_by_label("E-mail").fill("alice@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Physics colloquium").wait_for()
    return page


class Line:
    """What is posted waits until it is let through, and what comes later is let through at once."""

    def __init__(self, page: "Page") -> None:
        self.page = page
        self.posts: list[str] = []
        self._waiting: list[Route] = []
        self._is_open = False
        page.route(re.compile("/(rooms|links)/"), self._take)

    def _take(self, route: "Route", request: "Request") -> None:
        if request.method == "POST":
            self.posts.append(request.url)
        if request.method == "POST" and not self._is_open:
            self._waiting.append(route)
        else:
            route.continue_()

    def let_through(self) -> None:
        self._is_open = True
        while self._waiting:
            self._waiting.pop().continue_()

    def hold(self) -> None:
        self._is_open = False

    def has_taken(self, number: int) -> bool:
        """Whether so many were posted, within some seconds: we hear of it after the page has shown it."""
        for _moment in range(200):
            if len(self.posts) >= number:
                break
            self.page.wait_for_timeout(50)
        return len(self.posts) == number


@pytest.fixture
def line(desk) -> Line:
    return Line(desk)


def test_a_form_is_sent_once_and_its_button_shows_it(desk, line):
    from playwright.sync_api import expect

    desk.get_by_role("link", name="New room").click()
    desk.get_by_label("Name").fill("Second room")
    desk.wait_for_load_state()
    button = desk.get_by_role("button", name="Create the room")
    # Both presses in one go: a locator would wait for the page that comes.
    assert button.evaluate("b => { b.click(); b.click(); return b.ariaBusy }") == "true"
    line.let_through()
    expect(desk.get_by_role("heading", name="Second room")).to_be_visible()
    assert len(line.posts) == 1


def test_a_switch_is_pressed_once(desk, line):
    from playwright.sync_api import expect

    desk.get_by_role("link", name="Physics colloquium").click()
    switch = desk.get_by_role("switch", name="Active: Gina")
    expect(switch).to_have_attribute("aria-checked", "true")
    desk.wait_for_load_state()
    assert switch.evaluate("b => { b.click(); b.click(); return b.ariaBusy }") == "true"
    line.let_through()
    expect(switch).to_have_attribute("aria-checked", "false")
    expect(switch).not_to_have_attribute("aria-busy", "true")
    assert len(line.posts) == 1


def test_a_role_is_chosen_once(desk, line):
    from playwright.sync_api import expect

    desk.get_by_role("link", name="Physics colloquium").click()
    role = desk.get_by_role("combobox", name="Role: Gina")
    role.focus()
    desk.keyboard.press("m")
    expect(role).to_have_attribute("aria-busy", "true")
    desk.keyboard.press("s")
    expect(role).to_have_value("moderator")
    line.let_through()
    expect(desk.get_by_role("row").filter(has_text="Gina")).to_have_class(re.compile("changed"))
    expect(role).to_have_value("moderator")
    expect(role).not_to_have_attribute("aria-busy", "true")
    expect(role).to_be_focused()
    assert len(line.posts) == 1
    line.hold()
    desk.keyboard.press("s")
    expect(role).to_have_attribute("aria-busy", "true")
    assert line.has_taken(2)


def test_a_role_chosen_before_the_scripts_have_come_is_saved(desk):
    from playwright.sync_api import expect

    scripts: list[Route] = []
    # Playwright gives its handlers an attribute, which a method of a list does not take.
    desk.route(re.compile(r"/htmx\.min\..*js"), lambda route: scripts.append(route))  # noqa: PLW0108
    desk.get_by_role("link", name="Physics colloquium").evaluate("link => { link.click() }")
    role = desk.get_by_role("combobox", name="Role: Gina")
    role.focus()
    desk.keyboard.press("m")
    expect(role).to_have_value("moderator")
    assert scripts, "they have come"
    scripts.pop().continue_()
    expect(desk.get_by_role("row").filter(has_text="Gina")).to_have_class(re.compile("changed"))
    desk.unroute_all()
    desk.reload()
    expect(role).to_have_value("moderator")


def test_a_role_chosen_in_the_moment_in_which_the_row_came_is_saved(desk):
    from playwright.sync_api import expect

    desk.get_by_role("link", name="Physics colloquium").click()
    role = desk.get_by_role("combobox", name="Role: Gina")
    expect(role).to_have_value("participant")
    desk.wait_for_load_state()
    desk.evaluate(CHOOSES_AS_SOON_AS_A_ROW_HAS_COME)
    desk.get_by_role("switch", name="Active: Gina").click()
    expect(role).to_have_value("spectator")
    expect(role).not_to_have_attribute("aria-busy", "true")
    desk.reload()
    expect(role).to_have_value("spectator")
