"""What browsers complain about is heard in every test here."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

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
        # A shut door answers 403 or 409, which the browser takes for an error.
        is_answer = "/j/" in message.location["url"] and re.search("status of 40[39]", message.text)
        # A form that is refused is answered with 422, which is in the same case.
        is_refusal = "status of 422" in message.text
        if message.type in ("error", "warning") and not (is_answer or is_refusal):
            complaints.append(f"{message.text} ({message.location['url']})")

    def open_context(**options) -> "BrowserContext":
        context = new_context(**options)
        context.set_default_timeout(15_000)
        context.on("console", hear)
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        context.on("request", lambda request: "//127.0.0.1:" in request.url or complaints.append(request.url))
        return context

    return open_context
