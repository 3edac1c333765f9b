"""Many links are selected and changed: by mouse, by keyboard, and without a script."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.browser.test_main_job import PASSWORD, log_in, see_links
from tests.serving import Foyer

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

PATIENCE = 20_000  # milliseconds

pytestmark = [pytest.mark.browser, pytest.mark.served]

CAST = f"""
from links.models import GuestLink
from rooms.models import Administrator, Room
alice = Administrator.objects.create_user("alice@example.org", {PASSWORD!r}, name="Alice")
room = Room.objects.create(name="Physics colloquium", time_zone="Europe/Berlin", quota=10, capacity=15)
room.administrators.add(alice)
for n in range(260):
    GuestLink.objects.create(room=room, name=f"Guest {{n}}", email=f"guest{{n}}@example.org", language="en")
"""
NEWEST = ["Guest 259", "Guest 258", "Guest 257", "Guest 256", "Guest 255"]


@pytest.fixture
def foyer(served_with) -> Foyer:
    """With Alice, her room and 260 guest links."""
    return served_with(CAST)


@pytest.fixture(autouse=True)
def patience() -> Iterator[None]:
    from playwright.sync_api import expect

    expect.set_options(timeout=PATIENCE)
    yield
    expect.set_options(timeout=None)


@pytest.fixture
def desk(foyer, new_context) -> "Page":
    page = new_context().new_page()
    log_in(page, foyer)
    see_links(page, "Guest")
    return page


def box(page: "Page", name: str) -> "Locator":
    return page.get_by_role("checkbox", name=f"Select {name}", exact=True)


def bar(page: "Page") -> "Locator":
    return page.get_by_role("form", name="Selected links")


def expect_on(page: "Page", *ons: bool) -> None:
    """Which of the newest links are switched on."""
    from playwright.sync_api import expect

    for name, is_on in zip(NEWEST, ons, strict=True):
        switch = page.get_by_role("switch", name=f"Active: {name}", exact=True)
        expect(switch).to_have_attribute("aria-checked", str(is_on).lower())


def test_many_links_are_changed_by_mouse(desk, foyer):
    from playwright.sync_api import expect

    expect(bar(desk)).to_be_hidden()
    box(desk, "Guest 258").click()
    box(desk, "Guest 256").click(modifiers=["Shift"])
    expect(bar(desk)).to_contain_text("Selected: 3")
    bar(desk).get_by_role("button", name="Switch off").click()
    expect(desk.get_by_text("Switched off: 3 links.")).to_be_visible()
    expect_on(desk, True, False, False, False, True)  # noqa: FBT003
    expect(box(desk, "Guest 257")).to_be_checked()

    desk.get_by_role("status").get_by_role("button", name="Undo").click()
    expect(desk.get_by_text("Undone: 3 links are as they were.")).to_be_visible()
    expect_on(desk, *[True] * 5)

    desk.get_by_role("checkbox", name="Select all on this page").click()
    expect(bar(desk)).to_contain_text("Selected: 50")
    desk.get_by_label("All 260 that are found").check()
    expect(bar(desk)).to_contain_text("Selected: 260")
    bar(desk).get_by_role("button", name="Role").click()
    dialog = desk.get_by_role("dialog", name="Role of 260 links")
    dialog.get_by_label("Role").select_option("Moderator")
    dialog.get_by_role("button", name="Save").click()
    expect(desk.get_by_text("260 links have the new role.")).to_be_visible()
    desk.get_by_role("button", name="Undo").click()
    expect(desk.get_by_text("Undone: 260 links are as they were.")).to_be_visible()
    desk.get_by_role("link", name="Back to the links").click()
    expect(desk.get_by_label("Role: Guest 259")).to_have_value("participant")


def test_many_links_are_changed_by_keyboard(desk):
    from playwright.sync_api import expect

    box(desk, "Guest 259").focus()
    desk.keyboard.press("Space")
    box(desk, "Guest 257").focus()
    desk.keyboard.press("Space")
    expect(desk.locator("#announcements")).to_have_text("Selected: 2")
    desk.keyboard.press("Escape")
    expect(bar(desk)).to_be_hidden()
    expect(box(desk, "Guest 257")).to_be_focused()

    desk.keyboard.press("Space")
    desk.keyboard.press("Enter")
    expect(bar(desk).get_by_role("button", name="Switch on")).to_be_focused()
    for _button in range(3):
        desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    dialog = desk.get_by_role("dialog", name="Dates of 1 link")
    dialog.get_by_role("button", name="Save").focus()
    desk.keyboard.press("Enter")
    expect(dialog.get_by_text("Please enter a date.")).to_be_visible()
    desk.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(bar(desk).get_by_role("button", name="Set date")).to_be_focused()
    expect(box(desk, "Guest 257")).to_be_checked()

    # A row that is drawn anew stays selected.
    desk.get_by_role("switch", name="Active: Guest 257").press("Space")
    expect(desk.get_by_role("switch", name="Active: Guest 257")).to_have_attribute("aria-checked", "false")
    expect(box(desk, "Guest 257")).to_be_checked()

    bar(desk).get_by_role("button", name="Delete").press("Enter")
    desk.get_by_role("dialog", name="Delete 1 link").get_by_role("button", name="Delete").press("Enter")
    expect(desk.get_by_text("Deleted: 1 link.")).to_be_visible()
    expect(box(desk, "Guest 257")).to_have_count(0)
    expect(bar(desk)).to_be_hidden()


def test_the_selection_is_a_file(desk):
    box(desk, "Guest 259").click()
    bar(desk).get_by_role("button", name="Export").click()
    with desk.expect_download() as download:
        desk.get_by_role("button", name="Export as text (.csv)").click()
    assert "guest259@example.org" in download.value.path().read_text("utf-8-sig")


def test_many_links_are_changed_without_a_script(foyer, new_context):
    from playwright.sync_api import expect

    page = new_context(java_script_enabled=False).new_page()
    log_in(page, foyer)
    see_links(page, "Guest")
    box(page, "Guest 258").check()
    box(page, "Guest 256").check()
    bar(page).get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("heading", name="Switch off 2 links")).to_be_visible()
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_text("Switched off: 2 links.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page).to_have_url(re.compile(r"/guests/$"))
    expect_on(page, *[True] * 5)

    page.get_by_label("All 260 that are found").check()
    bar(page).get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", name="Delete 260 links")).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("Deleted: 260 links.")).to_be_visible()
