"""A change, and thousands of open pages that are told, beside a bare server that writes the same bytes."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection
from itertools import cycle

import psutil

from tests.bench.audience import Audience
from tests.bench.desk import Alice
from tests.bench.figures import Figures, Row, alternate, at_most, claim, part
from tests.bench.people import TOKEN
from tests.bench.sites import Meter, serving
from tests.serving import free_port
from tests.webs import Site

ROUNDS = 3
FEW, MANY = 1_000, 5_000
IDLE = 15  # seconds: one heartbeat and one sign of life of everybody
ROLES = ("Guest", "Participant")
OWN = "<strong>{role}</strong>"  # where a page is told its own role
LIST = " more</p>"  # how the list of who is in ends: "and 900 more"
CROWD = """
import secrets
from django.http import HttpResponse
room = Room.objects.create(name="Physics", time_zone="UTC", quota={number}, capacity={number})
link = GroupLink.objects.create(room=room, description="Everybody", role="participant")
people = [
    Participant(
        room=room, link=link, browser=secrets.token_hex(16), connected_at=Now(),
        name=f"Person {{n}}", name_key=f"person {{n}}", granted_role=link.role, role=link.role,
    )
    for n in range({number})
]
Participant.objects.bulk_create(people, batch_size=500)
Participant.objects.filter(room=room).update(lease_until=Now() + timedelta(minutes=10))
seating.recount(room.pk, fix=True)
cookies = []
for person in people:
    answer = HttpResponse()
    browser.remember(answer, person.browser)
    cookies.append("; ".join(f"{{morsel.key}}={{morsel.value}}" for morsel in answer.cookies.values()))
"""


def streams() -> Iterator[Row]:
    """A change, and open pages in one web process"""
    for number in (FEW, MANY):
        with serving() as site:
            yield from _told(site, number)


def _told(site: Site, number: int) -> Iterator[Row]:
    room, link, cookies = site.desk.do(CROWD.format(number=number), "[room.pk, link.pk, cookies]")
    requests = [_open(f"/r/{room}/stream?language=en", cookie) for cookie in cookies]
    with ExitStack() as stack:
        ours, theirs = stack.enter_context(audience()), stack.enter_context(audience())
        port, limit = stack.enter_context(bare())
        yield from _connect(site, Clock(site, limit), port, ours, theirs, requests)
        if number == MANY:
            yield _idle(psutil.Process(site.webs[0].process.pid))
        own = Told(ours, number, partial(_change_role, Alice(site), link), OWN)
        yield from _own(own, Told(theirs, number, partial(_write, port, own), OWN))
        people = Told(ours, number, own.change, LIST, own.roles)
        yield from _list(
            people, Told(theirs, number, partial(_write, port, people), LIST), Clock(site, limit)
        )
        counted = site.desk.say(f"seating.recount({room})")
        claim(counted[0] == counted[1] and counted[0]["people_in"] == number, f"the room is {counted}")


def _connect(
    site: Site, clock: "Clock", port: int, ours: Audience, theirs: Audience, requests: list[str]
) -> Iterator[Row]:
    web, number = psutil.Process(site.webs[0].process.pid), len(requests)
    before, pages = web.memory_full_info().uss, f"{len(requests):,} pages"
    speed = number / ours.do("open", site.ports[0], requests, "event: me")
    bare_speed = number / theirs.do("open", port, requests, "event: me")
    used = clock.read(number, 1_000_000, "µs")
    time.sleep(3)
    memory = (web.memory_full_info().uss - before) / number / 1024
    yield Row(f"{pages} connect", f"{speed:,.0f} a second", f"bare: {bare_speed:,.0f} a second",
              "", "at least 5,000 a second", speed >= 5_000)  # fmt: skip
    yield Row(f"{pages} connect: processor time a page", *used)
    yield Row(f"{pages}: memory of its own", f"{memory:.1f} KiB a page", "", "", "under 30 KiB", memory < 30)


def _idle(web: psutil.Process) -> Row:
    begin = sum(web.cpu_times()[:2])
    time.sleep(IDLE)
    share = 100 * (sum(web.cpu_times()[:2]) - begin) / IDLE
    return Row(f"{MANY:,} pages, nothing happens", f"{share:.1f} % of a core", "", "", "under 5 %", share < 5)


def _own(ours: "Told", theirs: "Told") -> Iterator[Row]:
    found, beside = alternate(ROUNDS, ours.once, theirs.once)
    what = f"a role, {ours.number:,} pages"
    told = f"{what}: 99 of 100 are told after"
    yield at_most(3, told, _milliseconds(found, 0.99), "the same bytes, bare", _milliseconds(beside, 0.99))
    yield Row(f"{what}: the first is told after", _milliseconds(found, 0))
    yield _last(f"{what}: the last is told after", found, beside, ours)


def _list(ours: "Told", theirs: "Told", clock: "Clock") -> Iterator[Row]:
    found, beside = alternate(ROUNDS, ours.once, theirs.once)
    what = f"a role, {ours.number:,} pages"
    yield _last(f"{what}: the last has the list of who is in after", found, beside, ours)
    yield Row(f"{what}: processor time, with the list", *clock.read(ROUNDS + 1, 1_000, "ms"))


def _last(what: str, found: list[list[float]], beside: list[list[float]], ours: "Told") -> Row:
    bytes_each = f"{ours.sent / ours.number:,.0f} B a page"
    return Row(what, _milliseconds(found, 1), f"bare: {_milliseconds(beside, 1)}", bytes_each)


class Clock:
    """Processor time of the site, and of the bare server."""

    def __init__(self, site: Site, limit: psutil.Process) -> None:
        self.site, self.limit = Meter(site), limit
        self.begin = sum(limit.cpu_times()[:2])

    def read(self, times: int, parts: int, unit: str) -> tuple[str, str]:
        """For each of so many times, in such parts of a second."""
        seconds = (*self.site.read(), sum(self.limit.cpu_times()[:2]) - self.begin)
        web, database, limit = (f"{parts * each / times:,.0f} {unit}" for each in seconds)
        return f"web {web}, PostgreSQL {database}", f"bare: {limit}"


@dataclass
class Told:
    """One change after the other, and a word. `sent`: bytes that all pages got until they heard it."""

    audience: Audience
    number: int
    change: Callable[[str, str], float]
    word: str
    roles: Iterator[str] = field(default_factory=lambda: cycle(ROLES))
    sent: int = 0

    def once(self) -> list[float]:
        """Seconds until each page was told."""
        role = next(self.roles)
        word = self.word.format(role=role)
        self.audience.do("listen", word)
        pressed_at = self.change(role, word)
        told = [at - pressed_at for at in self.audience.do("heard")]
        self.sent = self.audience.do("received")
        time.sleep(1.5)  # the list of who is in goes out once a second at most
        return told


def _change_role(alice: Alice, link: int, role: str, _word: str) -> float:
    return alice.press(f"/links/{link}/role/", role=role.lower())


def _write(port: int, ours: Told, _role: str, word: str) -> float:
    """As many bytes as our pages just got, with the word at their end."""
    body = (word + "\n\n").rjust(ours.sent // ours.number, "x")
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    begin = time.monotonic()
    connection.request("POST", "/", body)
    connection.getresponse().read()
    connection.close()
    return begin


def _milliseconds(rounds: list[list[float]], share: float) -> Figures:
    return Figures([1000 * part(told, share) for told in rounds], "ms")


def _open(path: str, cookie: str) -> str:
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: csrftoken={TOKEN}; {cookie}\r\n\r\n"


@contextmanager
def audience() -> Iterator[Audience]:
    here = Audience()
    try:
        yield here
    finally:
        here.end()


@contextmanager
def bare() -> Iterator[tuple[int, psutil.Process]]:
    """The port of the bare server, and it."""
    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "tests.bench.bare", str(port)])
    try:
        _await(port)
        yield port, psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait(10)


def _await(port: int) -> None:
    for _attempt in range(200):
        try:
            HTTPConnection("127.0.0.1", port, timeout=1).connect()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the bare server does not answer")
