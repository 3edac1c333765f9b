"""The whole work without JavaScript: every button is a form that posts, every menu the browser's own."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.props import FAULTY
from tests.stage import ALICE

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.served, pytest.mark.once]


@pytest.fixture
def page(stage) -> Iterator["Page"]:
    """Alice's."""
    with stage.page_of(ALICE, java_script_enabled=False) as page:
        yield page


def row(page: "Page", name: str) -> "Locator":
    return page.get_by_role("row").filter(has_text=name)


def test_the_main_job_without_javascript(stage, page):
    from playwright.sync_api import expect

    page.goto(stage.url("/"))
    page.get_by_role("link", name="New room").click()
    page.get_by_label("Name").fill("Chemistry")
    page.get_by_role("button", name="Create the room").click()
    page.get_by_role("link", name="Add guest link").first.click()
    page.get_by_label("E-mail", exact=True).fill("gina@example.org")
    page.get_by_label("Name").fill("Gina")
    page.get_by_role("button", name="Add guest link").click()

    gina = row(page, "gina@example.org")
    gina.get_by_role("combobox", name="Role: Gina").select_option("Moderator")
    gina.get_by_role("button", name="Save").click()
    expect(gina.get_by_role("combobox")).to_have_value("moderator")
    gina.get_by_role("button", name="More: Gina").click()
    gina.get_by_role("link", name="Set date").click()
    page.get_by_label("Closes on").fill("2099-05-01")
    page.get_by_role("button", name="Save").click()
    expect(gina.get_by_text("2099")).to_be_visible()
    gina.get_by_role("button", name="Copy link: Gina").click()
    address = gina.get_by_label("Copy this address").input_value()

    with stage.page_of(java_script_enabled=False) as phone:
        phone.goto(address)
        phone.get_by_role("button", name="Join").click()
        expect(phone.get_by_text("Your role: Moderator")).to_be_visible()
        page.get_by_role("navigation", name="Room").get_by_role("link", name="In the room").click()
        page.get_by_role("combobox", name="Role of Gina").select_option("Spectator")
        page.get_by_role("button", name="Save the role of Gina").click()
        phone.reload()
        expect(phone.get_by_text("Your role: Spectator")).to_be_visible()
        page.get_by_role("button", name="Remove Gina").click()
        phone.reload()
        expect(phone.get_by_role("heading", name="You were removed from the room")).to_be_visible()

    page.get_by_role("button", name="Lift: Gina").click()
    expect(page.get_by_role("heading", name="Barred")).to_have_count(0)
    page.get_by_role("link", name="Guest links", exact=True).click()
    page.get_by_role("searchbox").fill("nobody")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_text("Nothing found")).to_be_visible()


def test_questions_are_pages_without_javascript(stage, page):
    from playwright.sync_api import expect

    page.goto(stage.url("{room}/guests/"))
    ulla = row(page, "used@example.org")
    active = ulla.get_by_role("switch", name="Active: Ulla")
    active.click()
    expect(page.get_by_text("One person is in through this link.")).to_be_visible()
    page.get_by_role("button", name="Switch off", exact=True).click()
    expect(active).not_to_be_checked()
    active.click()
    expect(active).to_be_checked()

    ulla.get_by_role("button", name="More: Ulla").click()
    ulla.get_by_role("button", name="Delete").click()
    page.get_by_role("link", name="Cancel").click()
    expect(active).to_be_checked()
    ulla.get_by_role("button", name="More: Ulla").click()
    ulla.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete").click()
    expect(ulla).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(active).to_be_checked()


def test_an_import_is_mended_and_undone_without_javascript(stage, page):
    from playwright.sync_api import expect

    page.goto(stage.url("{empty}/guests/"))
    page.get_by_role("button", name="Import and export").click()
    page.get_by_role("link", name="Import a spreadsheet").click()
    page.get_by_label("Or paste the rows").fill(FAULTY.replace(",", "\t"))
    page.get_by_role("button", name="Show me a preview").click()
    page.get_by_role("row").filter(has=page.get_by_role("button", name="Save row 2")).get_by_role(
        "textbox", name="E-mail"
    ).fill("ada@example.org")
    page.get_by_role("button", name="Save row 2").click()
    page.get_by_role("button", name="Make 3 links and send 3 letters").click()

    # The page fetches itself again.
    expect(page.get_by_text("The import is through: 3 links were made.")).to_be_visible(timeout=20_000)
    page.get_by_role("link", name="Undo the import").click()
    page.get_by_role("button", name="Delete 3 links").click()
    expect(page.get_by_text("This import is undone")).to_be_visible()
