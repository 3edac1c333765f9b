"""Thousands of open pages, in a process of their own: what each has heard, and when.

    python -m tests.bench.audience

Told by lines of JSON what to do; it answers each with one.
"""

import asyncio
import json
import subprocess
import sys
import time
from typing import Any

import uvloop

AT_ONCE = 1_000  # pages that connect at the same time
LONGEST = 60  # seconds for anything


class Page(asyncio.Protocol):
    def __init__(self, request: bytes, ready: bytes) -> None:
        self.request = request
        self.ready = ready
        self.connected: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.told: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self.wanted = b""
        self.unread = b""
        self.received = 0  # bytes, until it was told

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport
        transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        if not self.told.done():
            self.received += len(data)
        self.unread = (self.unread + data)[-20_000:]
        if not self.connected.done() and self.ready in self.unread:
            self.connected.set_result(time.monotonic())
        if self.wanted and not self.told.done() and self.wanted in self.unread:
            self.told.set_result(time.monotonic())

    def connection_lost(self, error: Exception | None) -> None:
        for future in (self.connected, self.told):
            if not future.done():
                future.set_exception(ConnectionError("a page was closed"))
                future.exception()  # may be asked for by nobody

    def listen_for(self, wanted: bytes) -> None:
        self.wanted, self.unread = wanted, b""
        self.told = asyncio.get_running_loop().create_future()


class Pages:
    def __init__(self) -> None:
        self.pages: list[Page] = []

    async def open(self, port: int, requests: list[str], ready: str) -> float:
        """Seconds until the last has heard that word."""
        turn, begin = asyncio.Semaphore(AT_ONCE), time.monotonic()

        async def come(request: str) -> float:
            async with turn:
                page = Page(request.encode(), ready.encode())
                await asyncio.get_running_loop().create_connection(lambda: page, "127.0.0.1", port)
                self.pages.append(page)
                return await page.connected

        async with asyncio.timeout(LONGEST):
            return max(await asyncio.gather(*map(come, requests))) - begin

    async def listen(self, wanted: str) -> int:
        for page in self.pages:
            page.listen_for(wanted.encode())
            page.received = 0
        return len(self.pages)

    async def heard(self) -> list[float]:
        """When each was told, by time.monotonic(), which is the machine's."""
        async with asyncio.timeout(LONGEST):
            return list(await asyncio.gather(*(page.told for page in self.pages)))

    async def received(self) -> int:
        """Bytes from when they began to listen until they were told."""
        return sum(page.received for page in self.pages)

    async def close(self) -> None:
        for page in self.pages:
            page.transport.close()
        self.pages = []


class Audience:
    """The hand on that process."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.bench.audience"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def do(self, verb: str, *args: Any) -> Any:
        self.process.stdin.write(json.dumps([verb, *args]).encode() + b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


async def obey() -> None:
    pages, lines = Pages(), asyncio.StreamReader(limit=2**26)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        verb, *args = json.loads(line)
        sys.stdout.write(json.dumps(await getattr(pages, verb)(*args)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    uvloop.run(obey())
