"""How much one web process does for a room with 1,000 and with 5,000 open pages.

    .venv/bin/python -m tests.bench.crowd [--database postgresql] [--redis] [PAGES …]

Starts a Foyer of its own on this machine. The people are put into the database, with cookies that the site's
key has signed; their pages are opened over HTTP. The figures of the pages are those of the web process.
"""

import argparse
import asyncio
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests import databases
from tests.pages import Person, Stream, opened
from tests.scene import Link, Scene, scene
from tests.webs import Site, site

AT_ONCE = 100  # pages that connect at the same time
CROWD = """
import secrets
from django.http import HttpResponse
link = Link.objects.get(pk={link})
people = [
    Participant(
        room_id={room}, link=link, browser=secrets.token_hex(16), connected_at=Now(),
        name=f"Person {{n}}", name_key=f"person {{n}}", granted_role=link.role, role=link.role,
    )
    for n in range({number})
]
Participant.objects.bulk_create(people, batch_size=500)
Participant.objects.filter(room={room}).update(lease_until=Now() + timedelta(minutes=10))
seating.recount({room}, fix=True)
cookies = []
for person in people:
    answer = HttpResponse()
    browser.remember(answer, person.browser)
    cookies += [[morsel.key, morsel.value] for morsel in answer.cookies.values()]
"""


@dataclass
class Cost:
    """What one thing cost: seconds, seconds of the web process's CPU, bytes sent to all pages together."""

    seconds: float
    cpu: float
    sent: int


class Meter:
    def __init__(self, web: psutil.Process) -> None:
        self.web = web
        self.begin, self.cpu, self.received = time.monotonic(), self._cpu(), self._received()

    def read(self) -> Cost:
        return Cost(time.monotonic() - self.begin, self._cpu() - self.cpu, self._received() - self.received)

    def _cpu(self) -> float:
        return sum(self.web.cpu_times()[:2])

    def _received(self) -> int:
        return sum(stream.received for stream in opened)


async def measure(site: Site, number: int) -> dict[str, str]:
    web = psutil.Process(site.foyer.children()["web"].pid)
    room = await scene(site, quota=number + 100, capacity=number + 100)
    link, alice = await room.link(), await room.administrator()
    cookies = await room.do(CROWD.format(link=link.pk, room=room.room, number=number), "cookies")

    memory, meter = web.memory_info().rss, Meter(web)
    pages = await open_all(room, cookies)
    connected, memory = meter.read(), web.memory_info().rss - memory
    await quiet(pages)
    joined = await cost_of_a_join(room, link, pages, web)
    rush = await cost_of_ten_joins(room, link, pages, web)
    idle = await cost_of_waiting(web)
    told = await cost_of_a_role(room, link, pages, alice, web)
    out = await cost_of_no_access(room, link, pages, alice, web)
    for stream in list(opened):
        await stream.close()
    opened.clear()
    return {
        "connects a second": f"{number / connected.seconds:,.0f}",
        "CPU ms a connect": f"{connected.cpu / number * 1000:.2f}",
        "memory a page": f"{memory / number / 1024:.0f} KiB",
        "a join: sent to all": f"{joined.sent:,} B",
        "a join: sent a page": f"{joined.sent / number:,.0f} B",
        "a join: CPU": f"{joined.cpu * 1000:,.0f} ms",
        "ten joins in 2 s: sent to all": f"{rush.sent:,} B",
        "ten joins in 2 s: CPU": f"{rush.cpu * 1000:,.0f} ms",
        "10 s of nothing: CPU": f"{idle.cpu * 1000:,.0f} ms",
        "a role: the last page is told": f"{told.seconds:.2f} s",
        "a role: CPU": f"{told.cpu * 1000:,.0f} ms",
        "no access: the last page is told": f"{out.seconds:.2f} s",
        "no access: CPU": f"{out.cpu * 1000:,.0f} ms",
    }


async def open_all(room: Scene, cookies: Iterable[tuple[str, str]]) -> list[Stream]:
    turn = asyncio.Semaphore(AT_ONCE)

    async def come(cookie: tuple[str, str]) -> Stream:
        async with turn:
            stream = await Person(cookies=[cookie]).open(room.site.ports[0], room.stream)
            await stream.until("me", within=60)
            return stream

    return await asyncio.gather(*(come(cookie) for cookie in cookies))


async def quiet(pages: list[Stream]) -> None:
    """Until all have been told of all: nothing arrives for two seconds, save heartbeats."""
    heard = -1
    while heard != (heard := sum(len(page.events) for page in pages)):
        await asyncio.sleep(2)


async def cost_of_a_join(room: Scene, link: Link, pages: list[Stream], web: psutil.Process) -> Cost:
    newcomer, meter = Person("Newcomer"), Meter(web)
    await newcomer.join(room.site.ports[0], link.door)
    await quiet(pages)
    return meter.read()


async def cost_of_ten_joins(room: Scene, link: Link, pages: list[Stream], web: psutil.Process) -> Cost:
    meter = Meter(web)
    for number in range(10):
        await Person(f"Late {number}").join(room.site.ports[0], link.door)
        await asyncio.sleep(0.2)
    await quiet(pages)
    return meter.read()


async def cost_of_waiting(web: psutil.Process) -> Cost:
    meter = Meter(web)
    await asyncio.sleep(10)
    return meter.read()


async def cost_of_a_role(
    room: Scene, link: Link, pages: list[Stream], alice: Person, web: psutil.Process
) -> Cost:
    return await change(room, f"/links/{link.pk}/role/", "guest", "me", pages, alice, web)


async def cost_of_no_access(
    room: Scene, link: Link, pages: list[Stream], alice: Person, web: psutil.Process
) -> Cost:
    return await change(room, f"/links/{link.pk}/role/", "no_access", "out", pages, alice, web)


async def change(
    room: Scene, path: str, role: str, kind: str, pages: list[Stream], alice: Person, web: psutil.Process
) -> Cost:
    """From the click until the last page is told."""
    meter = Meter(web)
    await room.change(alice, path, role=role)
    events = await asyncio.gather(*(page.until(kind, since=meter.begin, within=60) for page in pages))
    cost = meter.read()
    cost.seconds = max(event.at for event in events) - meter.begin
    return cost


def show(columns: dict[int, dict[str, str]]) -> None:
    lines = [("pages", *(f"{number:,}" for number in columns))]
    lines += [(name, *(column[name] for column in columns.values())) for name in next(iter(columns.values()))]
    for name, *figures in lines:
        sys.stdout.write(f"{name:34}" + "".join(f"{figure:>18}" for figure in figures) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pages", type=int, nargs="*", default=[1_000, 5_000])
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--redis", action="store_true")
    asked = parser.parse_args()
    _soft, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with ExitStack() as stack:
        if asked.database == "postgresql":
            os.environ["DATABASE_URL"] = stack.enter_context(databases.postgresql())
        var = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "var"
        served = stack.enter_context(site(asked.database, var, with_redis=asked.redis))
        show({number: asyncio.run(asyncio.wait_for(measure(served, number), 170)) for number in asked.pages})


if __name__ == "__main__":
    main()
