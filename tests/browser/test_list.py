"""The list of links as an administrator searches it, with a mouse, with keys, on a phone."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.test_main_job import CAST, PHONE, fits, log_in, row, see_links
from tests.serving import Foyer

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.served, pytest.mark.once]
OFF = "\nGuestLink.objects.filter(name='Hugo').update(is_active=False)"
SHARED = "navigator.share = async (what) => { document.documentElement.dataset.shared = what.url; }"


@pytest.fixture
def foyer(served_with) -> Foyer:
    """With Alice, her room, three guest links, of which Hugo's is off, and a group link."""
    return served_with(CAST + OFF)


def shown(page: "Page") -> list[str]:
    return page.locator("tbody .name").all_inner_texts()


def test_a_search_a_filter_and_an_order_stand_in_the_address_together(foyer, page):
    from playwright.sync_api import expect

    log_in(page, foyer)
    see_links(page, "Guest")
    assert shown(page) == ["Ida", "Hugo", "Gina"]
    page.get_by_role("columnheader", name="Guest").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Guest")).to_have_attribute("aria-sort", "ascending")
    assert shown(page) == ["Gina", "Hugo", "Ida"]

    page.get_by_role("searchbox", name="Search links").press_sequentially("i", delay=30)
    page.get_by_role("searchbox", name="Search links").press_sequentially("d", delay=30)
    expect(page.locator("#announcements")).to_have_text("1 link")
    expect(page).to_have_url(re.compile(r"/guests/\?q=id&sort=name$"))
    page.get_by_role("button", name="All links").click()
    page.get_by_role("link", name="Inactive", exact=True).click()
    expect(page).to_have_url(re.compile(r"/guests/\?q=id&state=inactive&sort=name$"))
    expect(page.get_by_text("No link under “Inactive” has “id” in it.")).to_be_visible()

    page.get_by_role("searchbox", name="Search links").fill("")
    expect(row(page, "hugo@example.org")).to_be_visible()
    assert shown(page) == ["Hugo"]
    page.reload()
    assert shown(page) == ["Hugo"]


def test_a_filter_is_chosen_without_javascript(foyer, new_context):
    page = new_context(java_script_enabled=False).new_page()
    log_in(page, foyer)
    see_links(page, "Guest")
    page.get_by_role("button", name="All links").click()
    page.get_by_role("link", name="Inactive", exact=True).click()
    assert shown(page) == ["Hugo"]
    page.get_by_role("link", name="Opens").click()
    assert "sort=opens" in page.url


def test_a_change_is_said_and_what_was_changed_keeps_the_focus(foyer, page):
    from playwright.sync_api import expect

    log_in(page, foyer)
    see_links(page, "Guest")
    said = page.locator("#announcements")
    gina = page.get_by_role("switch", name="Active: Gina")
    gina.focus()
    page.keyboard.press("Space")
    expect(said).to_have_text("Gina: switched off")
    expect(gina).to_be_focused()
    role = page.get_by_role("combobox", name="Role: Gina")
    role.focus()
    role.select_option("Moderator")
    expect(said).to_have_text("Gina: Moderator")
    expect(role).to_be_focused()

    more = page.get_by_role("button", name="More: Hugo")
    more.focus()
    page.once("dialog", lambda dialog: dialog.accept())
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Replace address").press("Enter")
    expect(page.get_by_text("has a new address")).to_be_visible()
    expect(more).to_be_focused()


@pytest.mark.parametrize("can", [True, False])
def test_a_phone_that_can_share_a_link_offers_it(foyer, new_context, can):
    from playwright.sync_api import expect

    context = new_context(**PHONE)
    context.add_init_script(SHARED if can else "delete Navigator.prototype.share")
    page = context.new_page()
    log_in(page, foyer)
    see_links(page, "Guest")
    assert fits(page)
    page.get_by_role("button", name="More: Gina").click()
    share = page.get_by_role("button", name="Share")
    if not can:
        expect(share).to_have_count(0)
        return
    share.click()
    expect(page.locator("html")).to_have_attribute("data-shared", re.compile(r"/j/\w+$"))


def test_a_phone_sorts_by_a_menu(foyer, new_context):
    page = new_context(**PHONE).new_page()
    log_in(page, foyer)
    see_links(page, "Guest")
    page.get_by_role("button", name="Sort").click()
    page.locator("#orders").get_by_role("link", name="Name").click()
    page.wait_for_url("**sort=name")
    assert shown(page) == ["Gina", "Hugo", "Ida"]
