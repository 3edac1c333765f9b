"""A change, and thousands of open pages that are told, beside a bare server that writes the same bytes."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection

import psutil

from tests.bench.audience import Audience
from tests.bench.desk import Alice
from tests.bench.figures import Figures, Row, alternate, at_most, claim, part
from tests.bench.people import TOKEN
from tests.bench.sites import serving
from tests.serving import free_port
from tests.webs import Site

ROUNDS = 5
IDLE = 15  # seconds: one heartbeat and one sign of life of everybody
ROLES = ("Guest", "Participant")
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
    for number in (1_000, 5_000):
        with serving() as site:
            yield from _told(site, number)


def _told(site: Site, number: int) -> Iterator[Row]:
    room, link, cookies = site.desk.do(CROWD.format(number=number), "[room.pk, link.pk, cookies]")
    web, alice = psutil.Process(site.webs[0].process.pid), Alice(site)
    with ExitStack() as stack:
        ours, theirs = stack.enter_context(audience()), stack.enter_context(audience())
        before = web.memory_full_info().uss
        requests = [_open(f"/r/{room}/stream?language=en", cookie) for cookie in cookies]
        connected = ours.do("open", site.ports[0], requests, "event: me")
        port, pages = stack.enter_context(bare()), f"{number:,} pages"
        bare_connected = theirs.do("open", port, requests, "event: me")
        time.sleep(3)
        memory = (web.memory_full_info().uss - before) / number / 1024
        idle = _idle(web)
        ours_told = Told(ours, partial(_change_role, alice, link))
        theirs_told = Told(theirs, partial(_write, port, number, ours_told))
        found, beside = alternate(ROUNDS, ours_told.once, theirs_told.once)
        counted = site.desk.say(f"seating.recount({room})")
        claim(counted[0] == counted[1] and counted[0]["people_in"] == number, f"the room is {counted}")
    what = f"a role, {pages}: 99 of 100 are told after"
    yield at_most(3, what, _milliseconds(found, 0.99), "the same bytes, bare", _milliseconds(beside, 0.99))
    last = (_milliseconds(found, 1), f"bare: {_milliseconds(beside, 1)}")
    yield Row(f"a role, {pages}: the last is told after", *last, f"{ours_told.sent / number:,.0f} B a page")
    speed = number / connected
    yield Row(f"{pages} connect", f"{speed:,.0f} a second", f"bare: {number / bare_connected:,.0f} a second",
              "", "at least 5,000 a second", speed >= 5_000)  # fmt: skip
    yield Row(f"{pages}: memory of its own", f"{memory:.1f} KiB a page", "", "", "under 30 KiB", memory < 30)
    share = 100 * idle / IDLE
    yield Row(f"{pages}, nothing happens", f"{share:.1f} % of a core", "", "", "under 5 %", share < 5)


@dataclass
class Told:
    """One change after the other. `sent`: bytes that all pages together got by the last."""

    audience: Audience
    change: Callable[[str], float]
    rounds: int = 0
    sent: int = 0

    def once(self) -> list[float]:
        """Seconds until each page was told."""
        role = ROLES[self.rounds % 2]
        self.rounds += 1
        self.audience.do("listen", f"<strong>{role}</strong>")
        pressed_at = self.change(role)
        told = [at - pressed_at for at in self.audience.do("heard")]
        self.sent = self.audience.do("received")
        time.sleep(1.5)  # the list of who is in goes out once a second at most
        return told


def _change_role(alice: Alice, link: int, role: str) -> float:
    return alice.press(f"/links/{link}/role/", role=role.lower())


def _write(port: int, number: int, ours: Told, role: str) -> float:
    """As many bytes as our pages just got, with the word at their end."""
    word = f"<strong>{role}</strong>\n\n"
    body = word.rjust(ours.sent // number, "x")
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    begin = time.monotonic()
    connection.request("POST", "/", body)
    connection.getresponse().read()
    connection.close()
    return begin


def _idle(web: psutil.Process) -> float:
    """Seconds of its processor time."""
    begin = sum(web.cpu_times()[:2])
    time.sleep(IDLE)
    return sum(web.cpu_times()[:2]) - begin


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
def bare() -> Iterator[int]:
    """The port of the bare server."""
    port = free_port()
    server = subprocess.Popen([sys.executable, "-m", "tests.bench.bare", str(port)])
    try:
        _await(port)
        yield port
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
