"""Clients that are slow, or do nothing at all. They hold up nobody, and cost little memory."""

import asyncio
import contextlib
import socket
import sys
import time

import psutil
import pytest

from rooms import seating
from rooms.models import Participant
from tests.faults.processes import WebProcess
from tests.pages import Person, played
from tests.webs import path_of

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]

MANY = 40  # five times as many as there are threads
QUICK = 8  # seconds, on a machine that does much else: alone it is a fiftieth of a second
HALF_OPEN = 1000
# Without the cookie a form is refused unread.
COOKIE = "Cookie: csrftoken=" + "c" * 32
FORM = "Content-Type: application/x-www-form-urlencoded"
FILE = "Content-Type: multipart/form-data; boundary=b"
MEGABYTE = 1 << 20


@pytest.fixture
def door(make_group_link) -> str:
    return path_of(make_group_link().address)


@pytest.fixture
def web(start) -> WebProcess:
    return start(WebProcess)


def memory(web: WebProcess) -> float:
    """In MiB."""
    return psutil.Process(web.process.pid).memory_info().rss / MEGABYTE


@contextlib.contextmanager
def sockets(number: int, port: int):
    opened = []
    try:
        for _ in range(number):
            line = socket.socket()
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            line.settimeout(20)
            opened.append(line)
            line.connect(("127.0.0.1", port))
        yield opened
    finally:
        for line in opened:
            line.close()


async def seconds_for_a_page(port: int, path: str) -> float:
    begin = time.monotonic()
    async with asyncio.timeout(QUICK):
        assert (await Person().get(port, path)).status == 200
    return time.monotonic() - begin


def head(method: str, path: str, *more: str) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *more]
    return "\r\n".join([*lines, "", ""]).encode()


def test_forms_that_are_sent_one_byte_a_second_hold_up_nobody(web, door):
    with sockets(MANY, web.port) as lines:
        for line in lines:
            line.sendall(head("POST", door, COOKIE, FORM, "Content-Length: 1000"))
        for _second in range(2):
            for line in lines:
                line.sendall(b"n")
            time.sleep(1)
        asyncio.run(seconds_for_a_page(web.port, door))


def test_large_uploads_that_are_sent_slowly_hold_up_nobody(web, door):
    with sockets(MANY, web.port) as lines:
        for line in lines:
            line.sendall(head("POST", door, COOKIE, FILE, "Content-Length: 9000000"))
            line.sendall(b"--b\r\n")
        time.sleep(1)
        asyncio.run(seconds_for_a_page(web.port, door))


def test_pages_that_are_read_one_byte_a_second_hold_up_nobody_and_cost_little(web, door):
    asyncio.run(seconds_for_a_page(web.port, door))
    before = memory(web)
    with sockets(MANY, web.port) as lines:
        for line in lines:
            line.sendall(head("GET", "/static/js/htmx.min.js") * 3 + head("GET", door) * 20)
        for _second in range(2):
            assert all(line.recv(1) for line in lines)
            time.sleep(0.5)
        asyncio.run(seconds_for_a_page(web.port, door))
        assert memory(web) - before < 30


@played
async def test_a_stream_that_nobody_reads_holds_up_nobody_and_gets_only_the_newest(web, door):
    ana = await Person("Ana").join(web.port, door)
    [participant] = await asyncio.to_thread(lambda: list(Participant.objects.select_related("room")))
    stream = f"/r/{participant.room_id}/stream?language=en"
    reads = await ana.open(web.port, stream)
    await reads.until("people")
    before = memory(web)
    cookies = "; ".join(f"{name}={value}" for name, value in ana.cookies.items())
    with sockets(MANY, web.port) as lines:
        for line in lines:
            line.sendall(head("GET", stream, f"Cookie: {cookies}"))
        for number in range(100):
            await asyncio.to_thread(
                seating.rename, participant.room_id, Participant.objects.all(), f"Ana {number} " + "x" * 60
            )
        begin = time.monotonic()
        await reads.until("people", "Ana 99", within=QUICK)
        await seconds_for_a_page(web.port, door)
        assert memory(web) - before < 30
    sys.stdout.write(f"told after {time.monotonic() - begin:.2f} s beside {MANY} who do not read\n")


def test_a_thousand_half_open_connections_hold_up_nobody(web, door):
    """The process began with a limit of 512 open files, and has taken what it may."""
    asyncio.run(seconds_for_a_page(web.port, door))
    before = memory(web)
    with sockets(HALF_OPEN, web.port) as lines:
        for line in lines:
            line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0")
        took = sorted(asyncio.run(seconds_for_a_page(web.port, door)) for _ in range(10))
        more = memory(web) - before
    sys.stdout.write(
        f"beside {HALF_OPEN} half-open: {took[0]:.3f} to {took[-1]:.3f} s a page, {more:.1f} MiB more\n"
    )
    assert more < 50
    assert "Too many open files" not in web.output
