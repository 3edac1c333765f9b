"""What is asked of axe-core; of every page, in every state and either scheme, in test_every_page.py."""

from importlib.resources import files

import pytest
from django.conf import settings

from tests.stage import ALICE

pytestmark = [pytest.mark.browser, pytest.mark.served, pytest.mark.once]

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]  # all that can differ between the schemes
RUN = """async (only) => {
    const found = await axe.run(document, {
        runOnly: only, resultTypes: ["violations"], iframes: false,
        rules: {"label-content-name-mismatch": {enabled: true}},
    });
    return found.violations.flatMap(({id, nodes}) => nodes.map(
        (node) => `${id}: ${node.html.slice(0, 200)} (${node.failureSummary.replace(/\\s+/g, " ")})`));
}"""

NAMES = [
    "label-content-name-mismatch",
    "button-name",
    "link-name",
    "label",
    "select-name",
    "aria-command-name",
]


@pytest.mark.parametrize("language", dict(settings.LANGUAGES))
def test_every_control_is_called_what_it_says_in_every_language(stage, language: str):
    """Who speaks to their machine says what they see (WCAG 2.2, 2.5.3)."""
    found = {}
    with stage.page_of(ALICE, locale=language) as page:
        for path in (
            "{room}/guests/",
            "{room}/groups/",
            "{board}/people/",
            "{board}/settings/",
            "{faulty_import}/",
        ):
            page.goto(stage.url(path))
            assert page.locator("html").get_attribute("lang") == language
            page.evaluate(AXE)
            found[path] = page.evaluate(RUN, NAMES)
    assert found == {path: [] for path in found}
