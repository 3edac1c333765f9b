"""How much is seen at once, and that nothing has to be moved sideways."""

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.served, pytest.mark.once]

PASSWORD = "a long pass phrase"
CAST = f"""
from links.models import GroupLink, GuestLink
from rooms.models import Administrator, Room
alice = Administrator.objects.create_user("alice@example.org", {PASSWORD!r}, name="Alice")
room = Room.objects.create(name="Physics colloquium", time_zone="Europe/Berlin", quota=10, capacity=15)
room.administrators.add(alice)
for number in range(30):
    name, email = f"Guest {{number}}", f"{{number}}@example.org"
    GuestLink.objects.create(room=room, name=name, email=email, language="en")
GroupLink.objects.create(room=room, description="All of maths")
"""
WHOLLY_SEEN = "rows => rows.filter(row => row.getBoundingClientRect().bottom <= innerHeight).length"


@pytest.fixture
def desk(served_with, new_context) -> "Page":
    """Alice's, who sees the guests of her room."""
    foyer = served_with(CAST)
    page = new_context().new_page()
    page.goto(foyer.url)
    page.get_by_label("E-mail").fill("alice@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Physics colloquium").click()
    page.get_by_role("row").filter(has_text="Guest 29").wait_for()
    return page


def test_twenty_five_links_are_seen_at_once_on_a_laptop(desk):
    for width, height in ((1440, 900), (1440, 789), (1366, 768)):
        desk.set_viewport_size({"width": width, "height": height})
        assert desk.locator("tbody tr").evaluate_all(WHOLLY_SEEN) >= 25, (width, height)


def test_nothing_has_to_be_moved_sideways_on_the_narrowest_screen(desk):
    desk.set_viewport_size({"width": 320, "height": 600})
    for tab in ("Guest links", "Group links", "In the room", "Settings"):
        with desk.expect_navigation():
            desk.get_by_role("link", name=tab).first.click()
        assert desk.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab


def test_group_links_are_printed_with_one_press(desk):
    desk.get_by_role("link", name="Group links", exact=True).click()
    desk.get_by_role("button", name="Print and export").click()
    desk.get_by_role("link", name="Sheets to hang on a door").click()
    desk.get_by_role("heading", name="Physics colloquium").wait_for()
    desk.evaluate("window.print = () => { window.isPrinted = true }")
    desk.get_by_role("button", name="Print").click()
    assert desk.evaluate("window.isPrinted")
