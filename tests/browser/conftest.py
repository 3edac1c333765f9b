"""What browsers complain about is heard in every test here."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.stage import Stage, open_stage

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What a test must not leave behind: errors, what the page's policy refused, requests to other hosts."""
    said: list[str] = []
    yield said
    assert said == []


@pytest.fixture
def new_context(new_context, complaints) -> Callable[..., "BrowserContext"]:
    """The same, with an ear for complaints."""

    def hear(message) -> None:
        # A form that is refused is answered with 422, which the browser takes for an error.
        if message.type in ("error", "warning") and "status of 422" not in message.text:
            complaints.append(f"{message.text} ({message.location['url']})")

    def open_context(**options) -> "BrowserContext":
        context = new_context(**options)
        context.set_default_timeout(15_000)
        context.on("console", hear)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("request", lambda request: "//127.0.0.1:" in request.url or complaints.append(request.url))
        return context

    return open_context


@pytest.fixture(scope="module")
def stage(browser) -> Iterator[Stage]:
    """One for all tests of a module: who changes something there changes it for all."""
    with open_stage(browser) as stage:
        yield stage
