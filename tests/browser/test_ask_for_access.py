"""Before a shut door somebody asks; an administrator sees it at once, and one press lets them in."""

from typing import TYPE_CHECKING

import pytest

from tests.browser.test_main_job import PHONE, address_in, fits, foyer, letter_to, log_in, see_links
from tests.serving import Foyer
from tests.webs import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["foyer"]
pytestmark = [pytest.mark.browser, pytest.mark.served, pytest.mark.once]

EXPIRE = """
from links.models import GuestLink
link = GuestLink.objects.get(name="Gina")
link.expire_now()
"""


@pytest.fixture
def door(foyer: Foyer, house: Site) -> str:
    """The address of Gina's link, which has expired."""
    return house.desk.do(EXPIRE, "link.address")


def ask(phone: "Page", door: str) -> None:
    phone.goto(door)
    phone.get_by_label("A short note").fill("I am late, may I still come in?")
    assert fits(phone)
    phone.get_by_role("button", name="Ask for access").click()
    phone.get_by_text("Your request is on its way").wait_for()


def test_alice_sees_at_once_who_asks_and_lets_them_in_with_one_press(foyer, door, new_context):
    from playwright.sync_api import expect

    desk, phone = new_context().new_page(), new_context(**PHONE).new_page()
    log_in(desk, foyer)
    see_links(desk, "Guest")
    expect(desk.get_by_role("region", name="Requests for access").get_by_role("button")).to_have_count(0)

    ask(phone, door)
    requests = desk.get_by_role("region", name="Requests for access")
    expect(requests.get_by_text("I am late, may I still come in?")).to_be_visible()
    expect(desk.locator("#announcements")).to_contain_text("Gina asks for access")
    expect(desk.get_by_role("navigation", name="Room").get_by_text("1 ask for access")).to_be_visible()
    requests.get_by_role("button", name="Let in until").click()

    expect(desk.get_by_text("Gina can come in, and the letter is on its way.")).to_be_visible()
    expect(requests.get_by_role("button")).to_have_count(0)
    assert address_in(letter_to("gina@example.org", foyer.var / "outbox")) == door
    expect(phone.get_by_role("button", name="Join")).to_be_visible(timeout=20_000)
    phone.get_by_role("button", name="Join").click()
    expect(phone.get_by_text("You are in")).to_be_visible()


def test_without_javascript_the_page_opens_by_itself_too(door, house, new_context):
    from playwright.sync_api import expect

    phone = new_context(**PHONE, java_script_enabled=False).new_page()
    ask(phone, door)
    house.desk.do("GuestLink.objects.update(ends_at=None)")
    expect(phone.get_by_role("button", name="Join")).to_be_visible(timeout=30_000)
