"""The way back, as people find it: by the toast, and in Activity."""

import pytest

from tests.browser.test_main_job import foyer, log_in, row, see_links

pytestmark = [pytest.mark.browser, pytest.mark.served, pytest.mark.once]

__all__ = ["foyer"]  # a fixture


def test_a_deleted_link_is_had_back_from_the_toast_and_from_activity(foyer, page):
    from playwright.sync_api import expect

    log_in(page, foyer)
    see_links(page, "Guest")
    names = page.locator("tr .name")
    expect(names).to_have_text(["Ida", "Hugo", "Gina"])

    more = page.get_by_role("button", name="More: Hugo")
    more.focus()
    more.press("Enter")
    expect(page.locator(".menu:popover-open a").first).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    toast = page.get_by_role("status").filter(has_text="Deleted: Hugo")
    undo = toast.get_by_role("button", name="Undo")
    expect(row(page, "Hugo")).to_have_count(0)
    expect(undo).to_be_focused()
    page.keyboard.press("Enter")
    expect(names).to_have_text(["Ida", "Hugo", "Gina"])
    expect(more).to_be_focused()
    expect(toast).to_have_count(0)

    page.get_by_role("button", name="More: Gina").click()
    page.get_by_role("button", name="Delete").click()
    expect(row(page, "Gina")).to_have_count(0)
    page.get_by_role("link", name="Activity", exact=True).first.click()
    lines = page.get_by_role("listitem")
    expect(lines).to_contain_text(["Alice deleted Gina", "Alice restored Hugo", "Alice deleted Hugo"])
    page.get_by_role("button", name="Undo: Alice deleted Gina").click()
    expect(page.get_by_role("status").filter(has_text="as it was before")).to_be_visible()
    expect(lines.first).to_contain_text("Alice restored Gina")
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)

    page.get_by_role("searchbox", name="Search activity").fill("hugo")
    expect(lines).to_have_count(2)
    page.reload()
    expect(lines).to_have_count(2)
    page.get_by_role("link", name="Guest links").click()
    expect(names).to_have_text(["Ida", "Hugo", "Gina"])
