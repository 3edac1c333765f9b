"""The links page of a room with 100,000 links, beside that of a room with 100."""

from collections.abc import Iterator
from functools import partial
from urllib.parse import urlencode

from tests.bench.desk import Alice
from tests.bench.figures import Figures, Row, alternate, at_least, claim
from tests.bench.sites import serving
from tests.bench.steps import take

ROUNDS, VIEWS, SLOW = 3, 5, 300  # milliseconds
FEW, MANY = 100, 100_000
STATES = ("active", "scheduled", "expired", "inactive", "no_access", "not_arrived", "never_joined")
SORTS = ("name", "role", "opens", "closes", "joined", "present")


def links() -> Iterator[Row]:
    """The links page: 50 rows of 100 and of 100,000 links"""
    with serving() as site:
        few, many = (take(site, "tests.bench.year", "make", number).said for number in (FEW, MANY))
        alice = Alice(site)
        for words, query in (("newest first", {}), ("a search that finds all", {"q": "guest"})):
            rounds = (partial(_view, alice, room, query) for room in (few, many))
            of_few, of_many = (_pages_a_second(seconds) for seconds in alternate(ROUNDS, *rounds))
            yield at_least(0.8, f"{words}, of {MANY:,}", of_many, f"of {FEW}", of_few)
        slow = max((min(alice.see(_path(many, query))[0] for _try in range(2)), name)
                   for name, query in _pages().items())  # fmt: skip
    found = f"{1000 * slow[0]:.0f} ms: {slow[1]}"
    yield Row(
        f"the slowest of {len(_pages())} views of {MANY:,}", found, "", "", "under 300 ms", slow[0] < 0.3
    )


def _view(alice: Alice, room: int, query: dict[str, str]) -> float:
    """Seconds for some views."""
    views = [alice.see(_path(room, query)) for _view in range(VIEWS)]
    for _seconds, page in views:
        claim(page.count('<tr id="link-') == 50, f"{page.count('<tr id=')} rows and not 50")
    return sum(seconds for seconds, _page in views)


def _pages_a_second(seconds: list[float]) -> Figures:
    return Figures([VIEWS / each for each in seconds], "a second")


def _path(room: int, query: dict[str, str]) -> str:
    return f"/rooms/{room}/guests/?{urlencode(query)}"


def _pages() -> dict[str, dict[str, str]]:
    """What can be asked for, by its name."""
    last = str(MANY // 50)
    asked: dict[str, dict[str, str]] = {"last page": {"page": last}}
    asked |= {f"search {words}": {"q": words} for words in ("guest", "ada 999", "nobody.at.all")}
    asked |= {state: {"state": state} for state in STATES}
    for sort in SORTS:
        asked |= {f"sort {way}{sort}": {"sort": way + sort} for way in ("", "-")}
        asked[f"sort {sort}, last page"] = {"sort": sort, "page": last}
    asked["active, search, sort -joined"] = {"state": "active", "q": "ada", "sort": "-joined"}
    asked["not arrived, search, sort name"] = {"state": "not_arrived", "q": "ada", "sort": "name"}
    return asked
