"""What browsers complain about is heard in every test here."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.serving import Foyer
from tests.stage import Stage, open_stage
from tests.webs import Site, site

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

NOTHING = """
from django.core.management.color import no_style
from django.core.management.sql import sql_flush
from django.db import connection
# Numbers go on: what knew a room by its number must not take another one for it.
rows = sql_flush(no_style(), connection, reset_sequences=False, allow_cascade=False)
connection.ops.execute_sql_flush(rows)
"""


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
def stage(browser, prepared) -> Iterator[Stage]:
    """One for all tests of a module: who changes something there changes it for all."""
    with open_stage(browser, prepared) as stage:
        yield stage


@pytest.fixture(scope="module")
def house(database_kind, tmp_path_factory, prepared) -> Iterator[Site]:
    """A Foyer that is started once for a module."""
    var = tmp_path_factory.mktemp("house") / "var"
    with site(database_kind, var, with_redis=False, applications=(), prepared=prepared) as house:
        yield house


@pytest.fixture
def served_with(house) -> Callable[[str], Foyer]:
    """served_with(script) → a Foyer in which nothing has ever been but what the script makes."""

    def begin(script: str) -> Foyer:
        house.desk.do(NOTHING)
        for letter in (house.foyer.var / "outbox").glob("*"):
            letter.unlink()
        house.desk.do(script)
        return house.foyer

    return begin
