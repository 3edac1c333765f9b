"""The main job as people do it: things are found by what they are called, in a real browser."""

import email
import email.policy
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.serving import Foyer

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.served]

PASSWORD = "a long pass phrase"
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True, "locale": "en-GB"}
CAST = f"""
from links.models import GroupLink, GuestLink
from rooms.models import Administrator, Room
alice = Administrator.objects.create_user("alice@example.org", {PASSWORD!r}, name="Alice")
room = Room.objects.create(name="Physics colloquium", time_zone="Europe/Berlin", quota=10, capacity=15)
room.administrators.add(alice)
for name in ("Gina", "Hugo", "Ida"):
    GuestLink.objects.create(room=room, name=name, email=f"{{name.lower()}}@example.org", language="en")
GroupLink.objects.create(room=room, description="All of maths")
"""


@pytest.fixture
def foyer(served_with) -> Foyer:
    """With Alice, her room, three guest links and a group link."""
    return served_with(CAST)


def become_administrator(page: "Page", foyer: Foyer) -> None:
    page.goto(foyer.setup_url)
    page.get_by_label("E-mail").fill("alice@example.org")
    page.get_by_label("Name").fill("Alice")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create my account").click()


def log_in(page: "Page", foyer: Foyer) -> None:
    page.goto(foyer.url)
    page.get_by_label(re.compile("E-?mail", re.IGNORECASE)).fill("alice@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def see_links(page: "Page", kind: str) -> None:
    page.get_by_role("link", name="Physics colloquium").click()
    with page.expect_navigation():  # with its scripts, as a person's hand is slower
        page.get_by_role("link", name=f"{kind} links", exact=True).click()


def row(page: "Page", name: str) -> "Locator":
    return page.get_by_role("row").filter(has_text=name)


def letter_to(recipient: str, folder: Path, timeout: float = 20) -> str:
    """The text of the letter, when it is there."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        for path in folder.glob("*.eml"):
            letter = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if letter["To"].addresses[0].addr_spec == recipient:
                return letter.get_body(("plain",)).get_content()
        time.sleep(0.05)
    raise AssertionError(f"no letter to {recipient} after {timeout} s")


def address_in(text: str) -> str:
    [address] = re.findall(r"http\S+/j/\w+", text)
    return address


def fits(page: "Page") -> bool:
    """Nothing has to be moved sideways to be read."""
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_way_from_the_first_start_to_a_guest_in_the_room(serve, new_context):
    from playwright.sync_api import expect

    foyer = serve(new=True)
    desk = new_context(timezone_id="America/Bogota").new_page()
    become_administrator(desk, foyer)

    expect(desk.get_by_label("Time zone")).to_have_value("America/Bogota")
    desk.get_by_label("Name").fill("Physics colloquium")
    desk.get_by_role("button", name="Create the room").click()
    expect(desk.get_by_role("heading", name="Physics colloquium")).to_be_visible()

    desk.get_by_role("link", name="Add guest link").first.click()
    desk.get_by_label("E-mail", exact=True).fill("gina@example.org")
    desk.get_by_label("Name").fill("Gina")
    expect(desk.get_by_label("Send email invitation")).to_be_checked()
    desk.get_by_role("button", name="Add guest link").click()
    expect(row(desk, "gina@example.org")).to_be_visible()
    address = address_in(letter_to("gina@example.org", foyer.var / "outbox"))
    desk.reload()
    expect(row(desk, "gina@example.org").get_by_text("sent", exact=True)).to_be_visible()

    phone = new_context(**PHONE).new_page()
    phone.goto(address)
    expect(phone.get_by_text("Welcome, Gina")).to_be_visible()
    expect(phone.get_by_role("heading", name="Physics colloquium")).to_be_visible()
    assert fits(phone)
    phone.get_by_role("button", name="Join").click()
    expect(phone.get_by_text("You are in")).to_be_visible()
    expect(phone.get_by_role("heading", name="Physics colloquium")).to_be_visible()
    expect(phone.get_by_text("Your role: Participant")).to_be_visible()
    assert fits(phone)

    desk.reload()
    in_the_room = row(desk, "gina@example.org").get_by_role("cell").nth(6)
    expect(in_the_room).to_have_text("1")
    desk.get_by_role("link", name="In the room 1").click()
    expect(row(desk, "Gina").get_by_role("cell").nth(2)).to_contain_text("Participant")

    phone.get_by_role("button", name="Leave").click()
    expect(phone.get_by_role("heading", name="You left")).to_be_visible()
    assert fits(phone)
    desk.reload()
    expect(desk.get_by_text("Nobody is in the room")).to_be_visible()


def test_everything_works_without_javascript(serve, new_context):
    from playwright.sync_api import expect

    foyer = serve()
    desk = new_context(java_script_enabled=False).new_page()
    become_administrator(desk, foyer)
    desk.get_by_label("Name").fill("Physics colloquium")
    desk.get_by_label("Time zone").select_option("Europe/Berlin")
    desk.get_by_role("button", name="Create the room").click()
    desk.get_by_role("button", name="Alice").click()
    desk.get_by_role("button", name="Log out").click()
    log_in(desk, foyer)
    see_links(desk, "Group")

    desk.get_by_role("link", name="Add group link").first.click()
    desk.get_by_label("Description").fill("All of maths")
    desk.get_by_role("button", name="Add group link").click()
    maths = row(desk, "All of maths")
    expect(maths.get_by_role("cell").nth(4)).to_have_text("always")

    active = maths.get_by_role("switch", name="Active: All of maths")
    active.click()
    expect(active).not_to_be_checked()
    active.click()
    expect(active).to_be_checked()

    maths.get_by_role("combobox", name="Role: All of maths").select_option("Guest")
    maths.get_by_role("button", name="Save").click()
    expect(maths.get_by_role("combobox")).to_have_value("guest")

    maths.get_by_role("link", name="always").click()
    desk.get_by_label("Closes on").fill("2099-05-01")
    desk.get_by_role("button", name="Save").click()
    expect(maths.get_by_role("cell").nth(4)).to_contain_text("until")
    expect(maths.get_by_role("cell").nth(4)).to_contain_text("2099")

    maths.get_by_role("button", name="More: All of maths").click()
    maths.get_by_role("button", name="Delete").click()
    expect(desk.get_by_role("status").filter(has_text="Deleted: All of maths")).to_be_visible()
    expect(maths).to_have_count(0)
    desk.get_by_role("button", name="Undo").click()
    expect(maths.get_by_role("combobox")).to_have_value("guest")

    maths.get_by_role("button", name="Copy link").click()
    address = maths.get_by_label("Copy this address").input_value()
    phone = new_context(java_script_enabled=False, **PHONE).new_page()
    phone.goto(address)
    expect(phone.get_by_text("All of maths")).to_be_visible()
    phone.get_by_label("Name").fill("Ana")
    phone.get_by_role("button", name="Join").click()
    expect(phone.get_by_text("Your role: Guest")).to_be_visible()
    phone.get_by_role("button", name="Leave").click()
    expect(phone.get_by_role("heading", name="You left")).to_be_visible()


@pytest.mark.once
def test_a_row_changes_in_its_place(foyer, page):
    from playwright.sync_api import expect

    log_in(page, foyer)
    see_links(page, "Guest")
    page.evaluate("document.documentElement.dataset.stayed = 'yes'")
    gina = row(page, "gina@example.org")

    active = gina.get_by_role("switch", name="Active: Gina")
    active.click()
    expect(active).not_to_be_checked()
    expect(active).to_be_focused()
    active.press("Space")
    expect(active).to_be_checked()

    role = gina.get_by_role("combobox", name="Role: Gina")
    with page.expect_response("**/role/"):
        role.select_option("Spectator")
    expect(role).to_have_value("spectator")

    gina.get_by_role("button", name="More: Gina").click()
    gina.get_by_role("button", name="Delete").click()
    deleted = page.get_by_role("status").filter(has_text="Deleted: Gina")
    expect(gina).to_have_count(0)
    deleted.get_by_role("button", name="Undo").click()
    expect(role).to_have_value("spectator")
    expect(deleted).to_have_count(0)
    expect(page.get_by_role("switch")).to_have_count(3)

    assert page.locator("html").get_attribute("data-stayed") == "yes"
    page.reload()
    expect(role).to_have_value("spectator")
    expect(active).to_be_checked()


@pytest.mark.once
def test_the_list_is_searched_while_one_types(foyer, page):
    from playwright.sync_api import expect

    log_in(page, foyer)
    see_links(page, "Guest")
    page.evaluate("document.documentElement.dataset.stayed = 'yes'")
    search = page.get_by_role("searchbox", name="Search links")
    switches = page.get_by_role("switch")

    search.press_sequentially("hug", delay=30)
    expect(switches).to_have_count(1)
    expect(row(page, "hugo@example.org")).to_be_visible()
    expect(search).to_be_focused()
    search.press_sequentially("xx", delay=30)
    expect(page.get_by_text("Nothing found")).to_be_visible()
    search.fill("")
    expect(switches).to_have_count(3)
    assert page.locator("html").get_attribute("data-stayed") == "yes"


@pytest.mark.once
def test_a_link_is_copied_by_one_click(foyer, new_context):
    from playwright.sync_api import expect

    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    log_in(page, foyer)
    see_links(page, "Guest")
    copy = row(page, "gina@example.org").get_by_role("button", name="Copy link: Gina")

    copy.click()
    expect(copy).to_have_text("Copied")
    expect(copy).to_have_text("Copy link")
    address = page.evaluate("navigator.clipboard.readText()")
    page.goto(address)
    expect(page.get_by_text("Welcome, Gina")).to_be_visible()


@pytest.mark.once
def test_a_link_that_may_not_be_copied_is_shown_selected(foyer, new_context):
    from playwright.sync_api import expect

    page = new_context(permissions=[]).new_page()
    log_in(page, foyer)
    see_links(page, "Guest")
    gina = row(page, "gina@example.org")
    field = gina.get_by_label("Copy this address")
    expect(field).to_be_hidden()

    gina.get_by_role("button", name="Copy link: Gina").click()
    expect(field).to_be_focused()
    assert page.evaluate("getSelection().toString()") == field.input_value()
    page.goto(field.input_value())
    expect(page.get_by_text("Welcome, Gina")).to_be_visible()


def test_a_letter_is_seen_before_it_goes_and_tells_a_guest_far_away_the_right_time(foyer, new_context):
    from playwright.sync_api import expect

    desk = new_context(locale="en-GB").new_page()
    log_in(desk, foyer)
    see_links(desk, "Guest")
    desk.get_by_role("link", name="Add guest link").first.click()
    desk.get_by_label("E-mail", exact=True).fill("jane@example.org")
    desk.get_by_label("Name").fill("Jane")
    desk.get_by_label("Personal note").fill("Your talk is at ten.")
    for label, value in (("Opens on", "2040-11-30"), ("Opens at", "09:00"), ("Closes on", "2040-11-30")):
        desk.get_by_label(label).fill(value)

    with desk.expect_popup() as popup:
        desk.get_by_role("button", name="Preview").click()
    preview = popup.value
    letter = preview.frame_locator("iframe").first
    expect(letter.get_by_text("Opens: Friday 30 November 2040, 09:00 (Europe/Berlin, UTC+1)")).to_be_visible()
    expect(letter.get_by_text("Your talk is at ten.")).to_be_visible()
    button = letter.get_by_role("link", name="Go to the door")
    assert (
        button.evaluate("link => getComputedStyle(link.parentElement).backgroundColor") == "rgb(34, 87, 214)"
    )

    desk.get_by_role("button", name="Add guest link").click()
    text = letter_to("jane@example.org", foyer.var / "outbox")
    assert "Opens: Friday 30 November 2040, 09:00 (Europe/Berlin, UTC+1)" in text

    phone = new_context(**PHONE, timezone_id="America/New_York").new_page()
    phone.goto(address_in(text))
    expect(phone.get_by_text("09:00 (Europe/Berlin)")).to_be_visible()
    expect(phone.get_by_text("Nov 30, 03:00 AM your time")).to_be_visible()
    phone.get_by_label("Language").select_option("Deutsch")
    phone.get_by_role("button", name="Change language").click()
    expect(phone.get_by_role("heading", name="Der Eingang ist noch geschlossen")).to_be_visible()
    assert fits(phone)
