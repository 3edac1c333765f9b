"""What holds of every page, in every state that the catalogue knows: axe-core finds nothing, and more."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.browser.catalogue import CATALOGUE, Entry
from tests.browser.test_axe import AXE, COLOURS, LEVELS, RUN
from tests.stage import Stage

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.served, pytest.mark.once]

# The smallest screen; and a screen of 1280 at 200 %, where somebody enlarges the letters once more.
NARROW, ENLARGED = {"width": 320, "height": 568}, {"width": 640, "height": 512}
# What stands open and does not fit. It follows its button, a frame after that was scrolled.
OUTSIDE = """async () => {
    const open = [...document.querySelectorAll(":popover-open, dialog[open]")];
    for (const part of open) document.querySelector(`[popovertarget="${part.id}"]`)?.scrollIntoView();
    for (let frame = 0; open.length && frame < 3; frame++) await new Promise(requestAnimationFrame);
    return open.map((part) => [part.id, part.getBoundingClientRect()]).filter(
        ([, box]) => box.left < 0 || box.top < 0 || box.right > innerWidth || box.bottom > innerHeight);
}"""


def hear(page: "Page", status: int) -> list[str]:
    """What the browser notes: but for the status of the document, if the page's is not 200."""
    said: list[str] = []

    def note(message) -> None:
        if status == 200 or f"the server responded with a status of {status}" not in message.text:
            said.append(f"{message.type}: {message.text} ({message.location['url']})")

    page.on("console", note)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: "//127.0.0.1:" in request.url or said.append(request.url))
    return said


WIDER = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll("body *")].filter((part) => part.getBoundingClientRect().right > innerWidth)
        .map((part) => part.outerHTML.slice(0, 80))"""


@dataclass(frozen=True)
class Shown:
    page: "Page"
    said: list[str]  # by the browser's console


@pytest.fixture(scope="module", params=CATALOGUE, ids=lambda entry: entry.name)
def shown(stage: Stage, request: pytest.FixtureRequest) -> Iterator[Shown]:
    """Each page once, for all that is asked of it."""
    entry: Entry = request.param
    with stage.show(entry, color_scheme="light") as page:
        said = hear(page, entry.status)
        entry.show(page, stage)
        yield Shown(page, said)


def test_axe_finds_nothing_in_either_scheme(shown: Shown):
    shown.page.evaluate(AXE)
    light = shown.page.evaluate(RUN, LEVELS)
    shown.page.emulate_media(color_scheme="dark")
    dark = shown.page.evaluate(RUN, COLOURS)
    assert (light, dark) == ([], [])


def test_a_page_is_whole_and_quiet_and_fits(shown: Shown):
    page = shown.page
    assert re.fullmatch(r"\S.*\S", page.title())
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("main, dialog[open]").count() > 0
    assert page.locator("h1").count() == 1
    assert shown.said == []

    for size, letters in ((NARROW, "100%"), (ENLARGED, "200%")):
        page.set_viewport_size(size)
        page.evaluate("size => (document.documentElement.style.fontSize = size)", letters)
        assert page.evaluate(WIDER) == [], f"{size['width']} px, {letters}"
        assert page.evaluate(OUTSIDE) == [], f"{size['width']} px, {letters}"
