"""What a first view costs: of a door, on a phone that has seen nothing, and of a site that just started."""

import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from tests import databases
from tests.bench.figures import Figures, Row, claim
from tests.bench.people import make_rooms
from tests.bench.sites import database_server, serving
from tests.phone import Phone
from tests.serving import Foyer

VIEWS = 50
STARTS = 2


def door() -> Iterator[Row]:
    """The first view of a door"""
    with serving() as site:
        [path] = make_rooms(site, 1, 10).doors
        url = f"http://127.0.0.1:{site.ports[0]}{path}"
        phone = Phone()
        weight = phone.load(url)
        views = Figures([1000 * _view(url) for _view_of_it in range(VIEWS)][10:], "ms")
    parts = f"{len(phone.weights)} parts; the page {phone.weights[url]:,}"
    yield Row("bytes on the wire, without fonts", f"{weight:,}", parts, "", "under 40,000", weight < 40_000)
    yield Row("server time of the page", views, "", "", "under 30 ms", views.median < 30)


def start() -> Iterator[Row]:
    """From `manage.py serve` to the first answer"""
    for database in ("sqlite", "postgresql"):
        with ExitStack() as stack:
            environment = {}
            if database == "postgresql":
                own = databases.database_of_its_own(database_server())
                environment["DATABASE_URL"] = stack.enter_context(own)
            var = Path(stack.enter_context(tempfile.TemporaryDirectory()), "var")
            first, *others = [_start(var, environment) for _start_of_it in range(STARTS + 1)]
        yield Row(f"{database}, the first start, which makes its tables", f"{first:.1f} s")
        yield Row(f"{database}, a later start", Figures(others, "s"))


def _start(var: Path, environment: dict[str, str]) -> float:
    begin = time.monotonic()
    foyer = Foyer(var, **environment)
    try:
        status = foyer.await_answer("/accounts/login/", timeout=60)
        seconds = time.monotonic() - begin
    finally:
        foyer.stop()
    claim(status in (200, 302), f"the first answer was {status}")
    return seconds


def _view(url: str) -> float:
    """Seconds."""
    begin = time.perf_counter()
    with urllib.request.urlopen(url, timeout=20) as answer:
        claim(b"<form" in answer.read(), "this is no open door")
    return time.perf_counter() - begin
