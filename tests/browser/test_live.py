"""What an administrator changes reaches open pages by itself: seen in real browsers, one a person."""

import json
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.serving import Foyer

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = [pytest.mark.browser, pytest.mark.served, pytest.mark.once]

NOBODY = "\u2013"  # in the column of those who are in
PASSWORD = "a long pass phrase"
PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
# Each test has a room of its own, with a guest link for Gina and a group link. Prints where they are.
CAST = f"""
import json
from links.models import GroupLink, GuestLink
from rooms.models import Administrator, Room
alice = Administrator.objects.create_user("alice@example.org", {PASSWORD!r}, name="Alice")
addresses = {{}}
for name, quota, capacity in [
    ("Removal", 5, 5), ("Promotion", 1, 5), ("Role", 5, 5), ("Takeover", 5, 5), ("Numbers", 5, 5),
    ("Hands", 5, 5), ("Entry", 5, 5), ("Full", 1, 1), ("Network", 2, 5), ("No script", 1, 2),
    ("Deletion", 5, 5), ("Refresh", 5, 5),
]:
    room = Room.objects.create(name=name, time_zone="Europe/Berlin", quota=quota, capacity=capacity)
    room.administrators.add(alice)
    gina = GuestLink.objects.create(room=room, name="Gina", email="gina@example.org", language="en")
    group = GroupLink.objects.create(room=room, description="Everybody")
    addresses[name] = {{"gina": gina.address, "group": group.address, "room": f"/rooms/{{room.pk}}/"}}
print(json.dumps(addresses))
"""
OPENS_SOON = """
UPDATE links_link SET starts_at = datetime('now', '+4 seconds')
WHERE name = 'Gina' AND room_id = (SELECT id FROM rooms_room WHERE name = 'Entry') RETURNING id
"""
MEANWHILE = """
from links.models import GroupLink
from rooms.models import Room
GroupLink.objects.create(room=Room.objects.get(name="Numbers"), description="Meanwhile")
"""
CONNECTED = """
SELECT connected_at FROM rooms_participant WHERE room_id = (SELECT id FROM rooms_room WHERE name = 'Takeover')
"""
LEASE = """
SELECT lease_until FROM rooms_participant WHERE room_id = (SELECT id FROM rooms_room WHERE name = 'No script')
"""


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """How fast it is, is measured elsewhere."""
    from playwright.sync_api import expect

    expect.set_options(timeout=15_000)
    yield
    expect.set_options(timeout=None)


@pytest.fixture(scope="module")
def foyer(tmp_path_factory, prepared) -> Iterator[Foyer]:
    var = tmp_path_factory.mktemp("live") / "var"
    prepared.lay_out(var)
    foyer = Foyer(var)
    foyer.await_line("Foyer is at ")
    yield foyer
    foyer.stop()


@pytest.fixture(scope="module")
def addresses(foyer) -> dict[str, dict[str, str]]:
    """Where the links of each room lead, and where it is managed: addresses["Removal"]["gina"]."""
    script = foyer.manage("shell", "--verbosity", "0", "-c", CAST)
    assert (script.returncode, script.stderr) == (0, "")
    return json.loads(script.stdout)


@pytest.fixture(scope="module")
def session(foyer, addresses, browser: "Browser") -> dict:
    """Alice's cookies, so that she logs in once."""
    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        page.goto(foyer.url)
        page.get_by_label(re.compile("E-?mail", re.IGNORECASE)).fill("alice@example.org")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        page.get_by_role("heading", name="Rooms").wait_for()
        return context.storage_state()


@pytest.fixture
def desk(new_context, session, foyer, addresses) -> Callable[..., "Page"]:
    """desk("Removal", "In the room"): Alice's page, where she has gone to that tab of that room."""
    from playwright.sync_api import expect

    context = new_context(storage_state=session)

    def go(room: str, tab: str) -> "Page":
        page = context.new_page()
        page.goto(foyer.url + addresses[room]["room"])
        tabs = page.get_by_role("navigation", name="Room")
        link = tabs.get_by_role("link", name=re.compile(f"^{tab}"))
        link.click()
        expect(link).to_have_attribute("aria-current", "page")
        stay(page)
        return page

    return go


@pytest.fixture
def come(new_context, addresses) -> Callable[..., "Page"]:
    """come("Removal", "Gina"): a new device, by the guest link for Gina and else by the group link."""

    def come(room: str, name: str, **options) -> "Page":
        page = new_context(**options).new_page()
        knock(page, addresses[room], name)
        page.get_by_text("You are in").wait_for()
        stay(page)
        return page

    return come


def knock(page: "Page", addresses: dict[str, str], name: str, button: str = "Join") -> None:
    page.goto(addresses["gina" if name == "Gina" else "group"])
    if name != "Gina":
        page.get_by_label("Name").fill(name)
    page.get_by_role("button", name=button).click()


def stay(page: "Page") -> None:
    """Remember that this is the page, so that a reload is noticed."""
    page.evaluate("document.documentElement.dataset.stayed = 'yes'")


def has_stayed(page: "Page") -> bool:
    return page.locator("html").get_attribute("data-stayed") == "yes"


def ask_database(foyer: Foyer, sql: str) -> str:
    with closing(sqlite3.connect(foyer.var / "foyer.sqlite3")) as database, database:
        [[value]] = database.execute(sql).fetchall()
        return value


def choose(role: "Locator", name: str) -> None:
    """Choose, and see the row come back."""
    with role.page.expect_response("**/role/"):
        role.select_option(name)
    role.page.locator(".htmx-request").first.wait_for(state="detached")


def row(page: "Page", name: str) -> "Locator":
    return page.get_by_role("row").filter(has_text=name)


def role_of(page: "Page", name: str) -> "Locator":
    return page.get_by_role("listitem").filter(has_text=name)


def test_who_is_removed_sees_it_at_once_and_does_not_come_back(desk, come):
    from playwright.sync_api import expect

    phone, alice = come("Removal", "Gina", **PHONE), desk("Removal", "In the room")
    removed = phone.get_by_role("heading", name="You were removed from the room")

    alice.get_by_role("button", name="Remove Gina").click()

    expect(phone.get_by_role("alert").filter(has=removed)).to_be_visible()
    expect(phone.get_by_role("alert")).to_contain_text("You can come in again:")
    assert has_stayed(phone)
    phone.reload()
    expect(removed).to_be_visible()
    phone.go_back()
    expect(phone.get_by_role("heading", name="You were removed from this room")).to_be_visible()
    expect(phone.get_by_role("main").get_by_role("button")).to_have_count(0)
    phone.go_forward()
    expect(removed).to_be_visible()
    expect(alice.get_by_text("Nobody is in the room")).to_be_visible()


def test_who_waits_moves_up_and_gets_the_seat_that_falls_free(come):
    from playwright.sync_api import expect

    ana, ben, cem = (come("Promotion", name) for name in ("Ana", "Ben", "Cem"))
    expect(ben.get_by_text("You are number 1 in the line for a seat.")).to_be_visible()
    expect(cem.get_by_text("You are number 2 in the line for a seat.")).to_be_visible()
    expect(cem.get_by_text("Your role: Spectator")).to_be_visible()

    ana.get_by_role("button", name="Leave").click()

    expect(ben.get_by_text("Your role: Participant")).to_be_visible()
    expect(ben.get_by_text("in the line")).to_have_count(0)
    expect(cem.get_by_text("You are number 1 in the line for a seat.")).to_be_visible()
    expect(role_of(cem, "Ben")).to_contain_text("Participant")
    expect(role_of(cem, "Ana")).to_have_count(0)
    expect(cem.get_by_role("listitem").filter(has_text="(you)")).to_have_text(re.compile("Cem"))
    expect(ben.locator("[aria-live]").filter(has_text="Your role: Participant")).to_be_visible()
    assert has_stayed(ben)
    assert has_stayed(cem)

    ben.get_by_role("button", name="Leave").click()
    expect(cem.get_by_text("Your role: Participant")).to_be_visible()
    assert has_stayed(cem)


def test_a_links_new_role_is_on_the_page_at_once_and_no_access_puts_out(desk, come):
    from playwright.sync_api import expect

    gina, alice = come("Role", "Gina"), desk("Role", "Guest links")
    expect(gina.get_by_text("Your role: Participant")).to_be_visible()
    role = alice.get_by_role("combobox", name="Role: Gina")

    choose(role, "Moderator")
    expect(gina.get_by_text("Your role: Moderator")).to_be_visible()
    expect(role_of(gina, "Gina")).to_contain_text("Moderator")
    expect(role_of(gina, "Gina")).to_contain_text("(you)")
    choose(role, "Spectator")
    expect(gina.get_by_text("Your role: Spectator")).to_be_visible()
    choose(role, "No access")
    removed = gina.get_by_role("alert").get_by_role("heading", name="You were removed from the room")
    expect(removed).to_be_visible()
    assert has_stayed(gina)
    assert has_stayed(alice)


def test_a_second_device_goes_on_and_the_first_is_told(come, new_context, addresses, foyer):
    from playwright.sync_api import expect

    first, second = come("Takeover", "Gina"), new_context(**PHONE).new_page()
    expect(role_of(first, "Gina")).to_have_count(1)
    # Until the first is written down as connected, the second is not asked.
    for _moment in range(200):
        if ask_database(foyer, CONNECTED) is not None:
            break
        first.wait_for_timeout(50)

    knock(second, addresses["Takeover"], "Gina")
    expect(second.get_by_role("heading", name="Your link is in use already")).to_be_visible()
    assert has_stayed(first)
    second.get_by_role("button", name="Continue here").click()

    elsewhere = first.get_by_role("heading", name="You went on elsewhere")
    expect(first.get_by_role("alert").filter(has=elsewhere)).to_be_visible()
    assert has_stayed(first)
    expect(second.get_by_text("You are in")).to_be_visible()
    expect(role_of(second, "Gina")).to_have_count(1)
    expect(role_of(second, "Gina")).to_contain_text("(you)")

    first.get_by_role("link", name="Back to the door").click()
    first.get_by_role("button", name="Join").click()
    first.get_by_role("button", name="Continue here").click()
    expect(second.get_by_role("alert").get_by_role("heading", name="You went on elsewhere")).to_be_visible()


def test_numbers_on_the_administrators_pages_follow_those_who_come_and_go(desk, come, foyer):
    from playwright.sync_api import expect

    people, links = desk("Numbers", "In the room"), desk("Numbers", "Group links")
    rooms = links.context.new_page()
    rooms.goto(foyer.url)
    stay(rooms)
    in_numbers = rooms.get_by_role("listitem").filter(has_text="Numbers")
    expect(in_numbers).to_contain_text("nobody in")
    through_link = row(links, "Everybody").get_by_role("cell").nth(5)
    expect(through_link).to_have_text(NOBODY)
    # Somebody else adds a link, for which this page has no row: that is no error of its console.
    assert foyer.manage("shell", "--verbosity", "0", "-c", MEANWHILE).returncode == 0

    ana = come("Numbers", "Ana")

    expect(row(people, "Ana")).to_be_visible()
    expect(people.get_by_text("Seats: 1 of 5")).to_be_visible()
    expect(people.get_by_role("link", name="In the room 1")).to_be_visible()
    expect(through_link).to_have_text("1")
    expect(links.get_by_role("link", name="In the room 1")).to_be_visible()
    expect(in_numbers).to_contain_text("1 in now")

    ana.get_by_role("button", name="Leave").click()

    expect(people.get_by_text("Nobody is in the room")).to_be_visible()
    expect(people.get_by_role("link", name="In the room 0")).to_be_visible()
    expect(through_link).to_have_text(NOBODY)
    expect(in_numbers).to_contain_text("nobody in")
    assert all(has_stayed(page) for page in (people, links, rooms))


def test_nothing_is_taken_from_under_the_hand(desk, come):
    from playwright.sync_api import expect

    ana, people, links = come("Hands", "Ana"), desk("Hands", "In the room"), desk("Hands", "Group links")
    through_link = row(links, "Everybody").get_by_role("cell").nth(5)
    expect(through_link).to_have_text("1")
    links.get_by_role("button", name="More: Everybody").click()
    people.bring_to_front()  # behind another page Chromium opens no drop-down
    role = people.get_by_role("combobox", name="Role of Ana")
    role.press("Alt+ArrowDown")
    expect(people.locator("select:open")).to_have_count(1)

    ben = come("Hands", "Ben")

    expect(through_link).to_have_text("2")
    expect(links.get_by_role("button", name="Delete")).to_be_visible()
    people.wait_for_timeout(1500)  # as long as several refreshes take
    expect(people.get_by_role("link", name="In the room 1")).to_be_visible()
    expect(row(people, "Ben")).to_have_count(0)
    people.keyboard.press("ArrowDown")
    people.keyboard.press("Enter")
    expect(role).to_have_value("guest")
    expect(row(people, "Ben")).to_be_visible()
    expect(ana.get_by_text("Your role: Guest")).to_be_visible()

    # The drop-down has the focus still, and that holds up nothing.
    expect(role).to_be_focused()
    ben.get_by_role("button", name="Leave").click()
    expect(row(people, "Ben")).to_have_count(0)
    expect(role).to_be_focused()
    expect(links.get_by_role("button", name="Delete")).to_be_visible()


def test_what_changes_while_a_page_fetches_itself_is_fetched_too(desk, come):
    from playwright.sync_api import expect

    people, links = desk("Refresh", "In the room"), desk("Refresh", "Group links")
    through_link = row(links, "Everybody").get_by_role("cell").nth(5)
    held = []
    people.route("**/people/**", lambda route: held.append((route, route.fetch())), times=1)

    come("Refresh", "Ana")
    expect(through_link).to_have_text("1")
    come("Refresh", "Ben")
    expect(through_link).to_have_text("2")
    [[route, answer]] = held
    route.fulfill(response=answer)

    expect(row(people, "Ana")).to_be_visible()
    expect(row(people, "Ben")).to_be_visible()


def test_an_administrator_enters_as_a_moderator(desk):
    from playwright.sync_api import expect

    alice = desk("Entry", "Settings")
    alice.get_by_role("button", name="Enter").click()

    expect(alice.get_by_text("You are in")).to_be_visible()
    expect(alice.get_by_role("heading", name="Entry")).to_be_visible()
    expect(alice.get_by_text("Your role: Moderator")).to_be_visible()
    expect(role_of(alice, "Alice")).to_contain_text("(you)")
    alice.get_by_role("button", name="Leave").click()
    expect(alice.get_by_role("heading", name="You left")).to_be_visible()


def test_a_full_room_lets_in_by_itself_whoever_came_first(come, new_context, addresses):
    from playwright.sync_api import expect

    ana = come("Full", "Ana")
    ben, cem = new_context(**PHONE).new_page(), new_context(**PHONE).new_page()
    knock(ben, addresses["Full"], "Ben", "Wait for a place")
    expect(ben.get_by_role("heading", name="The room is full")).to_be_visible()
    expect(ben.get_by_text("You are number 1 in the line.")).to_be_visible()
    knock(cem, addresses["Full"], "Cem", "Wait for a place")
    expect(cem.get_by_text("You are number 2 in the line.")).to_be_visible()

    ana.get_by_role("button", name="Leave").click()

    expect(ben.get_by_text("You are in")).to_be_visible()
    expect(role_of(ben, "Ben")).to_contain_text("(you)")
    expect(cem.get_by_text("You are number 1 in the line.")).to_be_visible()
    ben.get_by_role("button", name="Leave").click()
    expect(cem.get_by_text("You are in")).to_be_visible()


def test_a_door_opens_at_its_time_by_itself(foyer, page, addresses):
    from playwright.sync_api import expect

    ask_database(foyer, OPENS_SOON)
    page.goto(addresses["Entry"]["gina"])
    expect(page.get_by_role("heading", name="The door is not open yet")).to_be_visible()
    expect(page.get_by_role("timer")).to_contain_text("00:00:0")

    expect(page.get_by_role("button", name="Join")).to_be_visible()
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_text("You are in")).to_be_visible()


def test_a_lost_network_comes_back_to_the_same_seat_and_to_what_is_so_now(come, desk, complaints):
    from playwright.sync_api import expect

    gina, ana = come("Network", "Gina"), come("Network", "Ana")
    reconnecting = gina.get_by_text("Reconnecting …")
    expect(role_of(gina, "Ana")).to_be_visible()
    expect(reconnecting).to_be_hidden()

    gina.context.set_offline(True)
    expect(reconnecting).to_be_visible()
    come("Network", "Ben")
    ana.get_by_role("button", name="Leave").click()
    choose(desk("Network", "Guest links").get_by_role("combobox", name="Role: Gina"), "Guest")
    gina.context.set_offline(False)

    expect(reconnecting).to_be_hidden()
    expect(gina.get_by_text("Your role: Guest")).to_be_visible()
    expect(role_of(gina, "Ben")).to_contain_text("Participant")
    expect(role_of(gina, "Ana")).to_have_count(0)
    expect(role_of(gina, "Gina")).to_have_count(1)
    assert has_stayed(gina)
    complaints[:] = [said for said in complaints if "ERR_INTERNET_DISCONNECTED" not in said]


def test_everybody_is_told_that_a_room_was_deleted(come, desk, foyer):
    from playwright.sync_api import expect

    gina, tab, alice = come("Deletion", "Gina"), desk("Deletion", "In the room"), desk("Deletion", "Settings")
    rooms = alice.context.new_page()
    rooms.goto(foyer.url)
    alice.get_by_role("link", name="Delete").click()
    alice.get_by_role("button", name="Delete the room").click()

    deleted = gina.get_by_role("heading", name="This room was deleted")
    expect(gina.get_by_role("alert").filter(has=deleted)).to_be_visible()
    assert has_stayed(gina)
    for page in (tab, rooms):
        expect(page.get_by_role("heading", name="Rooms")).to_be_visible()
        expect(page.get_by_role("link", name="Entry")).to_be_visible()
        expect(page.get_by_role("link", name="Deletion")).to_have_count(0)


def test_without_javascript_pages_load_themselves_again(come, new_context, addresses, foyer):
    from playwright.sync_api import expect

    gina = come("No script", "Gina", java_script_enabled=False)
    refresh = gina.locator("noscript meta[http-equiv=refresh]")
    expect(refresh).to_have_attribute("content", "20;url=?alive")
    before = ask_database(foyer, LEASE)
    gina.goto(f"{gina.url}?alive")
    expect(gina.get_by_text("You are in")).to_be_visible()
    assert ask_database(foyer, LEASE) > before

    ana = new_context(java_script_enabled=False, **PHONE).new_page()
    come("No script", "Ben", java_script_enabled=False)
    knock(ana, addresses["No script"], "Ana", "Wait for a place")
    expect(ana.get_by_text("You are number 1 in the line.")).to_be_visible()
    ana.get_by_role("button", name="Try now").click()
    expect(ana.get_by_text("You are number 1 in the line.")).to_be_visible()
    gina.get_by_role("button", name="Leave").click()
    expect(gina.get_by_role("heading", name="You left")).to_be_visible()
    ana.get_by_role("button", name="Try now").click()
    expect(ana.get_by_text("You are in")).to_be_visible()
