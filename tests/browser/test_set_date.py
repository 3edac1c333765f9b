"""*Set date* as people use it: by mouse, by keyboard, and without JavaScript."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.serving import Foyer

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.served, pytest.mark.once]

PASSWORD = "a long pass phrase"
CAST = f"""
from links.models import GuestLink
from rooms.models import Administrator, Room
alice = Administrator.objects.create_user("alice@example.org", {PASSWORD!r}, name="Alice")
room = Room.objects.create(name="Physics colloquium", time_zone="Europe/Berlin", quota=10, capacity=15)
room.administrators.add(alice)
for name in ("Gina", "Hugo"):
    GuestLink.objects.create(room=room, name=name, email=f"{{name.lower()}}@example.org", language="en")
"""


@pytest.fixture
def foyer(served_with) -> Foyer:
    return served_with(CAST)


def see_links(page: "Page", foyer: Foyer) -> "Locator":
    """Log in and go to the guest links; Gina's row."""
    page.goto(foyer.url)
    page.get_by_label(re.compile("E-?mail", re.IGNORECASE)).fill("alice@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    with page.expect_navigation(url="**/guests/"):
        page.get_by_role("link", name="Physics colloquium").click()
    return page.get_by_role("row").filter(has_text="gina@example.org")


def sentence_in(dialog: "Locator") -> "Locator":
    return dialog.get_by_role("status")


def test_dates_are_set_in_a_dialogue_that_says_what_they_mean(foyer, new_context):
    from playwright.sync_api import expect

    page = new_context(timezone_id="America/New_York").new_page()
    gina = see_links(page, foyer)
    page.evaluate("document.documentElement.dataset.stayed = 'yes'")
    window = gina.get_by_role("link", name="always")
    dialog = page.get_by_role("dialog", name="Set date: Gina")

    window.click()
    sentence = sentence_in(dialog)
    expect(sentence).to_have_text("Always open.")
    expect(dialog.get_by_text("In Europe/Berlin time.")).to_be_visible()
    expect(dialog.get_by_label("Opens on")).to_be_focused()
    dialog.get_by_label("Opens on").fill("2040-11-30")
    dialog.get_by_label("Opens at").fill("09:00")
    expect(sentence).to_contain_text("Opens on Friday 30 November 2040 at 09:00, Europe/Berlin.")
    expect(sentence).to_contain_text("Fri, Nov 30, 03:00 AM your time")

    dialog.get_by_label("Closes on").fill("2040-11-29")
    expect(sentence).to_have_text("Closes on: The end has to be after the start.")
    expect(dialog.get_by_label("Closes on")).to_have_attribute("aria-invalid", "true")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("button", name="Save")).not_to_have_attribute("aria-busy", "true")
    expect(sentence).to_have_text("Closes on: The end has to be after the start.")
    expect(dialog.get_by_label("Opens at")).to_have_value("09:00")

    dialog.get_by_label("Closes on").fill("2040-11-30")
    expect(sentence).to_contain_text("at 09:00, closes at the end of that day, Europe/Berlin.")
    expect(dialog.get_by_label("Closes on")).not_to_have_attribute("aria-invalid", "true")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0)
    changed = gina.get_by_role("link", name="opens 30 Nov 2040, 09:00")
    expect(changed).to_be_focused()
    assert page.locator("html").get_attribute("data-stayed") == "yes"


def test_dates_are_set_by_keyboard_alone(foyer, page):
    from playwright.sync_api import expect

    gina = see_links(page, foyer)
    window = gina.get_by_role("cell").nth(4).get_by_role("link")
    dialog = page.get_by_role("dialog", name="Set date: Gina")

    window.focus()
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("Opens on")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(window).to_be_focused()

    more = gina.get_by_role("button", name="More: Gina")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".menu:popover-open a").first).to_be_focused()
    page.keyboard.press("s")
    expect(gina.get_by_role("link", name="Set date").last).to_be_focused()
    page.keyboard.press("Enter")
    preset = dialog.get_by_role("group", name="Closes").get_by_role("button", name="in a month")
    preset.focus()
    page.keyboard.press("Enter")
    expect(sentence_in(dialog)).to_contain_text("Is open now, closes on")
    expect(preset).to_be_focused()
    expect(dialog.get_by_label("Opens on")).to_have_value("")

    dialog.get_by_label("Closes on").focus()
    page.keyboard.press("Enter")  # as in any form: Save, and not a preset
    expect(dialog).to_have_count(0)
    expect(window).to_contain_text("until")
    expect(more).to_be_focused()


def test_one_press_expires_or_clears(foyer, page):
    from playwright.sync_api import expect

    gina = see_links(page, foyer)
    window = gina.get_by_role("cell").nth(4).get_by_role("link")
    dialog = page.get_by_role("dialog", name="Set date: Gina")

    window.click()
    dialog.get_by_role("button", name="Expire now").click()
    expect(window).to_contain_text("expired")
    expect(window).to_be_focused()
    window.click()
    expect(sentence_in(dialog)).to_contain_text("Closed since")
    dialog.get_by_role("button", name="Clear").click()
    expect(window).to_have_text("always")
    expect(dialog).to_have_count(0)


def test_without_javascript_presets_fill_in_the_page(foyer, new_context):
    from playwright.sync_api import expect

    page = new_context(java_script_enabled=False).new_page()
    gina = see_links(page, foyer)
    window = gina.get_by_role("cell").nth(4).get_by_role("link")

    window.click()
    page.get_by_label("Opens on").fill("2020-11-30")
    page.get_by_role("group", name="Closes").get_by_role("button", name="in a week").click()
    expect(page.get_by_label("Opens on")).to_have_value("2020-11-30")
    expect(page.get_by_label("Closes on")).not_to_have_value("")
    expect(page.get_by_role("status").filter(has_text="Is open now, closes on")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(window).to_contain_text("until")

    page.get_by_role("link", name="Add guest link").first.click()
    page.get_by_label("Name").fill("Ida")
    page.get_by_role("group", name="Opens").get_by_role("button", name="in an hour").click()
    expect(page.get_by_label("Name")).to_have_value("Ida")
    expect(page.get_by_role("status").filter(has_text="Opens on")).to_be_visible()
    page.get_by_label("E-mail", exact=True).fill("ida@example.org")
    page.get_by_label("E-mail", exact=True).press("Enter")
    expect(page.get_by_role("row").filter(has_text="ida@example.org")).to_contain_text("opens")
