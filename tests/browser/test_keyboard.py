"""The whole work by keyboard alone: one always sees where one is, and is never thrown out of it."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.stage import ALICE, PASSWORD

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.served, pytest.mark.once]

# Whether the focus is on a thing; or else what is wrong with where it is: nothing, if one sees it.
FOCUS = """(thing) => {
    const at = document.activeElement, box = at.getBoundingClientRect(), style = getComputedStyle(at);
    if (at === document.body || at === document.documentElement) return "nowhere";
    const who = at.outerHTML.slice(0, 160);
    // The button of a date field, inside of it, has a ring of its own.
    if (at.matches("[type=date], [type=time]") && !at.matches(":focus-visible")) return "";
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) return `not to be seen: ${who}`;
    if (box.bottom <= 0 || box.top >= innerHeight || !box.width) return `out of sight: ${who}`;
    const middle = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
    const top = document.elementFromPoint(box.left + box.width / 2, middle);
    if (!at.contains(top) && !top?.contains(at)) return `covered by ${top?.outerHTML.slice(0, 160)}: ${who}`;
    return at === thing ? "there" : "";
}"""
MOST_STEPS = 200


class Keyboard:
    """Somebody whose hands know no mouse."""

    def __init__(self, page: "Page") -> None:
        self.page = page

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def write(self, words: str) -> None:
        self.page.keyboard.type(words)

    def go_to(self, thing: "Locator", key: str = "Tab") -> None:
        """Step from control to control. After the last one the browser's own come, and then the first."""
        thing.first.wait_for()
        for _step in range(MOST_STEPS):
            if (trouble := thing.first.evaluate(FOCUS)) == "there":
                return
            assert trouble in ("", "nowhere"), trouble
            self.press(key)
        raise AssertionError(f"no way to {thing}")

    def choose(self, more: "Locator", words: str) -> None:
        """From a menu, by the first letter, as often as it takes."""
        self.use(more)
        items = self.page.locator(".menu:popover-open :is(a, button)")
        self.is_at(items.first)
        for _step in range(items.count()):
            if items.filter(has_text=words).evaluate("item => item === document.activeElement"):
                return self.press("Enter")
            self.press(words[0])
        raise AssertionError(f"no letter leads to {words!r} among {items.all_inner_texts()}")

    def is_at(self, thing: "Locator") -> None:
        from playwright.sync_api import expect

        expect(thing).to_be_focused()
        assert thing.evaluate(FOCUS) == "there"

    def use(self, thing: "Locator", key: str = "Enter") -> None:
        self.go_to(thing)
        self.press(key)


@pytest.fixture
def alice(stage) -> Iterator[Keyboard]:
    with stage.page_of(ALICE) as page:
        yield Keyboard(page)


def row(page: "Page", name: str) -> "Locator":
    return page.get_by_role("row").filter(has_text=name)


def test_the_main_job_by_keyboard_alone(stage):
    from playwright.sync_api import expect

    with stage.page_of() as page, stage.page_of() as phone:
        alice, gina = Keyboard(page), Keyboard(phone)
        page.goto(stage.url("/"))
        alice.go_to(page.get_by_label(re.compile("E-?mail")))
        alice.write(ALICE)
        alice.go_to(page.get_by_label("Password"))
        alice.write(PASSWORD)
        alice.press("Enter")

        alice.use(page.get_by_role("link", name="New room"))
        alice.go_to(page.get_by_label("Name"))
        alice.write("Chemistry")
        alice.go_to(page.get_by_label("Capacity"))
        alice.press("Enter")
        expect(page.get_by_role("heading", name="Chemistry")).to_be_visible()

        alice.use(page.get_by_role("link", name="Add guest link"))
        alice.go_to(page.get_by_label("E-mail", exact=True))
        alice.write("gina@example.org")
        alice.go_to(page.get_by_label("Name"))
        alice.write("Gina")
        alice.use(page.get_by_role("checkbox", name="Send email invitation"), "Space")
        alice.use(page.get_by_role("button", name="Add guest link"))
        expect(row(page, "gina@example.org")).to_be_visible()

        address = copy_address(alice)
        set_role(alice)
        set_date(alice)
        come_in(gina, address)
        remove(alice, gina)


def copy_address(alice: Keyboard) -> str:
    """The clipboard is refused, so the address stands there, selected; Escape goes back."""
    copy = alice.page.get_by_role("button", name="Copy link: Gina")
    alice.use(copy)
    alice.is_at(alice.page.get_by_label("Copy this address"))
    address = alice.page.evaluate("getSelection().toString()")
    alice.press("Escape")
    alice.is_at(copy)
    return address


def set_role(alice: Keyboard) -> None:
    from playwright.sync_api import expect

    role = alice.page.get_by_role("combobox", name="Role: Gina")
    alice.go_to(role)
    with alice.page.expect_response("**/role/"):
        alice.write("Mod")
    expect(alice.page.locator("tr.changed")).to_be_visible()
    expect(role).to_have_value("moderator")
    alice.is_at(role)


def set_date(alice: Keyboard) -> None:
    """By the menu: arrows, a first letter, Escape."""
    from playwright.sync_api import expect

    more = alice.page.get_by_role("button", name="More: Gina")
    items = alice.page.locator(".menu:popover-open :is(a, button)")
    alice.go_to(more)
    alice.press("ArrowDown")
    alice.is_at(items.first)
    alice.press("ArrowUp")
    alice.is_at(items.last)
    alice.press("Home", "ArrowDown", "Escape")
    alice.is_at(more)
    alice.press("Enter")
    alice.is_at(items.first)
    alice.press("s")
    alice.is_at(items.filter(has_text="Set date"))
    alice.press("Enter")

    alice.go_to(alice.page.get_by_label("Closes on"))
    alice.write("03032099")  # whichever comes first, day or month
    alice.go_to(alice.page.get_by_role("button", name="Save"))
    alice.press("Enter")
    expect(row(alice.page, "gina@example.org").get_by_text("2099")).to_be_visible()


def come_in(gina: Keyboard, address: str) -> None:
    gina.page.goto(address)
    gina.use(gina.page.get_by_role("button", name="Join"))
    gina.page.get_by_text("You are in").wait_for()


def remove(alice: Keyboard, gina: Keyboard) -> None:
    """Who removes the last one is not left in nothing; who is removed hears it."""
    from playwright.sync_api import expect

    alice.use(alice.page.get_by_role("navigation", name="Room").get_by_role("link", name="In the room"))
    alice.use(alice.page.get_by_role("button", name="Remove Gina"))
    lift = alice.page.get_by_role("button", name="Lift: Gina")
    alice.is_at(lift)
    expect(gina.page.get_by_role("alert")).to_contain_text("You were removed from the room")
    expect(gina.page.locator("main")).to_be_focused()
    alice.press("Enter")
    expect(lift).to_have_count(0)
    expect(alice.page.get_by_role("link", name="Add guest link")).to_be_focused()


def test_a_deleted_row_leaves_the_focus_on_undo(alice, stage):
    alice.page.goto(stage.url("{room}/guests/"))
    more = alice.page.get_by_role("button", name="More: Dora")
    alice.choose(more, "Delete")
    undo = alice.page.get_by_role("button", name="Undo")
    alice.is_at(undo)
    alice.press("Enter")
    alice.is_at(more)


def test_a_question_keeps_the_focus_and_gives_it_back(alice, stage):
    from playwright.sync_api import expect

    alice.page.goto(stage.url("{room}/guests/"))
    dialog = alice.page.get_by_role("dialog")
    switch = alice.page.get_by_role("switch", name="Active: Ulla")
    more = alice.page.get_by_role("button", name="More: Ulla")
    alice.use(switch, "Space")
    dialog.wait_for()
    for _step in range(12):
        alice.press("Tab")
        assert dialog.evaluate(
            "dialog => dialog.contains(document.activeElement) || !document.hasFocus() "
            "|| document.activeElement === document.body"
        )
    alice.press("Escape")
    alice.is_at(switch)

    alice.choose(more, "Delete")
    dialog.wait_for()
    alice.press("Escape")
    alice.is_at(more)

    alice.use(switch, "Space")
    alice.use(dialog.get_by_role("button", name="Switch off", exact=True))
    expect(switch).not_to_be_checked()
    alice.is_at(switch)
    alice.press("Space")
    expect(switch).to_be_checked()
    alice.is_at(switch)


def test_a_toast_that_is_dismissed_gives_the_focus_back(alice, stage):
    alice.page.goto(stage.url("{room}/guests/"))
    more = alice.page.get_by_role("button", name="More: Emil")
    alice.choose(more, "Send invitation")
    alice.page.get_by_role("button", name="Dismiss").wait_for()
    alice.is_at(more)
    alice.use(alice.page.get_by_role("button", name="Dismiss"))
    alice.is_at(alice.page.get_by_role("button", name="More: Olga"))


def test_the_first_step_leads_past_the_header(alice, stage):
    alice.page.goto(stage.url("{room}/guests/"))
    alice.press("Tab")
    alice.is_at(alice.page.get_by_role("link", name="Skip to the content"))
    alice.press("Enter", "Tab")
    alice.is_at(alice.page.get_by_role("link", name="Rooms").and_(alice.page.locator(".back")))


def test_the_focus_is_seen_in_forced_colours(stage):
    with stage.page_of(ALICE, forced_colors="active") as page:
        page.goto(stage.url("{room}/guests/"))
        Keyboard(page).go_to(page.get_by_role("button", name="Copy link: Olga"))


def test_a_search_says_how_many_it_has_found(alice, stage):
    from playwright.sync_api import expect

    heard = alice.page.locator("#announcements[aria-live=polite]")
    for path, words, number in (("{board}/guests/", "hugo", "link"), ("/", "weekly", "found")):
        alice.page.goto(stage.url(path))
        search = alice.page.get_by_role("searchbox")
        alice.go_to(search)
        alice.write(words)
        expect(heard).to_have_text(f"1 {number}")
        alice.write("xx")
        expect(heard).to_contain_text(f"0 {number}")
        alice.is_at(search)


def test_arrows_and_letters_step_over_what_this_browser_cannot_do(alice, stage):
    """Sharing, here: its entry is there and not shown."""
    alice.page.goto(stage.url("{room}/guests/"))
    alice.use(alice.page.get_by_role("button", name="More: Olga"))
    items = alice.page.locator(".menu:popover-open :is(a, button)")
    assert not items.filter(has_text="Share").is_visible()
    alice.is_at(items.first)
    alice.press("ArrowDown")
    alice.is_at(items.filter(has_text="Set date"))
    alice.press("ArrowDown")
    alice.is_at(items.filter(has_text="Show the letter"))
    alice.press("ArrowUp")
    alice.is_at(items.filter(has_text="Set date"))
