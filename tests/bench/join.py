"""Joins a second, beside a view that only looks the link up."""

from collections.abc import Iterator
from functools import partial

from tests.bench.figures import Figures, Row, alternate, at_least, claim
from tests.bench.load import Rush, rush
from tests.bench.people import make_rooms, requests
from tests.bench.sites import Meter, serving
from tests.webs import Site

ROUNDS = 3
PEOPLE = 400  # a run
LIMIT = "only looks the link up"


def one_room() -> Iterator[Row]:
    """Joins into one room"""
    with serving() as site:
        for clients in (32, 256):
            yield _beside_the_limit(site, f"one room, {clients} clients", 0.5, clients=clients)
        meter = Meter(site)
        join(site)
        web, database = (1000 * seconds / PEOPLE for seconds in meter.read())
        yield Row("processor time a join", f"web {web:.2f} ms, PostgreSQL {database:.2f} ms")


def many_rooms() -> Iterator[Row]:
    """Joins into 100 rooms"""
    with serving() as site:
        yield _beside_the_limit(site, "100 rooms, 32 clients", 0.5, rooms=100)


def sqlite() -> Iterator[Row]:
    """Joins on the embedded default, SQLite"""
    with serving("sqlite") as site:
        yield _beside_the_limit(site, "SQLite, one room, 32 clients", 0.4)


def crowded() -> Iterator[Row]:
    """Joins into rooms with few and with many people"""
    with serving() as site:
        few, many = alternate(ROUNDS, partial(join, site, present=10), partial(join, site, present=5_000))
        yield at_least(0.95, "5,000 are in already", _a_second(many), "10 are in", _a_second(few))


def two_webs() -> Iterator[Row]:
    """Joins through one web process and through two"""
    with serving(webs=2) as site:
        one, two = (partial(_without_the_crowd, site, site.ports[:webs]) for webs in (1, 2))
        alone, both = alternate(ROUNDS, one, two)
        unit = "joins a second"
        yield at_least(1.5, "two web processes", Figures(both, unit), "one", Figures(alone, unit))


def _beside_the_limit(site: Site, what: str, least: float, *, rooms: int = 1, clients: int = 32) -> Row:
    how = {"rooms": rooms, "clients": clients}
    joined, looked = alternate(ROUNDS, partial(join, site, **how), partial(look_up, site, **how))
    return at_least(least, what, _a_second(joined), LIMIT, _a_second(looked))


def join(
    site: Site, rooms: int = 1, clients: int = 32, present: int = 0, ports: tuple[int, ...] = ()
) -> Rush:
    made = make_rooms(site, rooms, PEOPLE // rooms, present)
    done = rush(ports or site.ports[:1], clients, requests(site, made.doors, PEOPLE))
    _claim_redirects(done, [pk for pk, *_ in made.made])
    made.claim_full()
    return done


def look_up(site: Site, rooms: int, clients: int) -> Rush:
    made = make_rooms(site, rooms, PEOPLE // rooms)
    paths = [door.replace("/j/", "/bench/") for door in made.doors]
    done = rush(site.ports[:1], clients, requests(site, paths, PEOPLE))
    _claim_redirects(done, [pk for pk, *_ in made.made])
    return done


def _claim_redirects(done: Rush, rooms: list[int]) -> None:
    so = {(302, f"/r/{pk}/"): PEOPLE // len(rooms) for pk in rooms}
    claim(done.answers == so, f"answers are {done.answers.most_common(5)}")


def _without_the_crowd(site: Site, ports: tuple[int, ...]) -> float:
    """Joins a second on two cores that only the site has: the crowd's own time is taken out."""
    done = join(site, rooms=100, ports=ports)
    return PEOPLE / (done.seconds - done.cpu / 2)


def _a_second(rushes: list[Rush]) -> Figures:
    return Figures([done.a_second for done in rushes], "a second")
