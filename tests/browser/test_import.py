"""A table of guests on its way into a room, in a real browser."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.serving import Foyer

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.served, pytest.mark.once]

PASSWORD = "a long pass phrase"
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "locale": "en-GB"}
CAST = f"""
from rooms.models import Administrator, Room
alice = Administrator.objects.create_user("alice@example.org", {PASSWORD!r}, name="Alice")
room = Room.objects.create(name="Physics colloquium", time_zone="Europe/Berlin", quota=10, capacity=15)
room.administrators.add(alice)
"""
# Which gives no focus to what is pressed.
PRESS_AS_SAFARI = "control => { document.activeElement.blur(); control.click() }"
TABLE = """\
Name,E-Mail,Role
Gina Marchetti,gina@example.org,Guest
Hugo Lindqvist,hugo@example,Moderator
Ida Bergmann,ida@example.org,
"""


@pytest.fixture
def foyer(served_with) -> Foyer:
    return served_with(CAST)


@pytest.fixture
def table(tmp_path) -> Path:
    path = tmp_path / "guests.csv"
    path.write_text(TABLE)
    return path


def go_to_import(page: "Page", foyer: Foyer) -> None:
    page.goto(foyer.url)
    page.get_by_label(re.compile("E-?mail", re.IGNORECASE)).fill("alice@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("link", name="Physics colloquium").click()
    page.get_by_role("button", name="Import and export").click()
    page.get_by_role("link", name="Import a spreadsheet").click()
    page.get_by_role("heading", name="Import guests").wait_for()


def fits(page: "Page") -> bool:
    """Nothing has to be moved sideways to be read."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("device", [{}, PHONE], ids=["desk", "phone"])
def test_a_table_is_uploaded_mended_confirmed_and_undone(foyer, new_context, table, device):
    from playwright.sync_api import expect

    page = new_context(**device).new_page()
    go_to_import(page, foyer)
    assert fits(page)
    page.get_by_label("File").set_input_files(table)
    page.get_by_role("button", name="Show me a preview").click()

    row = page.get_by_role("row").filter(has=page.get_by_role("button", name="Save row 3"))
    expect(page.get_by_text("1 row has errors, and is left out unless you mend it")).to_be_visible()
    assert fits(page)
    page.evaluate("document.documentElement.dataset.stayed = 'yes'")
    email = row.get_by_role("textbox", name="E-mail")
    expect(email).to_have_value("hugo@example")
    expect(email).to_have_accessible_description(re.compile("complete e-mail address"))
    email.fill("hugo@example.org")
    email.press("Enter")
    confirm = page.get_by_role("button", name="Make 3 links and send 3 letters")
    expect(confirm).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="hugo@example.org")).to_contain_text("new link and letter")

    pencil = page.get_by_role("link", name="Change row 3")
    expect(pencil).to_be_focused()
    pencil.evaluate(PRESS_AS_SAFARI)
    expect(page.get_by_role("textbox", name="Name")).to_be_focused()
    page.get_by_role("button", name="Save row 3").evaluate(PRESS_AS_SAFARI)
    expect(pencil).to_be_focused()

    page.get_by_label("Send email invitations").uncheck()
    expect(page.get_by_text("No letter goes out.")).to_be_visible()
    page.get_by_label("Send email invitations").check()
    expect(confirm).to_be_visible()
    assert page.locator("html").get_attribute("data-stayed") == "yes"
    confirm.click()

    expect(page.get_by_text("The import is through: 3 links were made.")).to_be_visible()
    assert fits(page)
    page.go_back()
    page.reload()
    expect(page.get_by_text("The import is through: 3 links were made.")).to_be_visible()
    page.get_by_role("link", name="To the guest links").click()
    expect(page.get_by_role("switch")).to_have_count(3)

    page.get_by_role("button", name="Import and export").click()
    page.get_by_role("link", name="Import a spreadsheet").click()
    page.get_by_role("link", name="guests.csv").click()
    page.get_by_role("link", name="Undo the import").click()
    expect(page.get_by_text("None of these guests has joined yet.")).to_be_visible()
    page.get_by_role("button", name="Delete 3 links").click()
    expect(page.get_by_text("This import is undone")).to_be_visible()
    page.get_by_role("link", name="To the guest links").click()
    expect(page.get_by_text("No guests yet")).to_be_visible()


def test_an_import_works_without_javascript(foyer, new_context):
    from playwright.sync_api import expect

    page = new_context(java_script_enabled=False).new_page()
    go_to_import(page, foyer)
    page.get_by_label("Or paste the rows").fill(TABLE.replace(",", "\t"))
    page.get_by_role("button", name="Show me a preview").click()

    page.get_by_role("textbox", name="E-mail").fill("hugo@example.org")
    page.get_by_role("button", name="Save row 3").click()
    page.get_by_role("link", name="Change row 2").click()
    page.get_by_role("textbox", name="Name").fill("Gina M.")
    page.get_by_role("button", name="Save row 2").click()
    page.get_by_label("Send email invitations").uncheck()
    page.get_by_role("button", name="Make 3 links and send 3 letters").click()
    expect(page.get_by_text("confirm again")).to_be_visible()
    page.get_by_role("button", name="Make 3 links", exact=True).click()

    # The page fetches itself again.
    expect(page.get_by_text("The import is through: 3 links were made.")).to_be_visible()
    page.get_by_role("link", name="To the guest links").click()
    expect(page.get_by_role("row").filter(has_text="Gina M.")).to_be_visible()
