"""People with open pages, hundreds in one process: what their browsers do, without the browsers."""

import asyncio
import contextlib
import functools
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

LONGEST = 220  # seconds that a story takes
PATIENCE = 20  # seconds; what has to be quicker says so

opened: "list[Stream]" = []


@dataclass(frozen=True)
class Event:
    at: float  # when it arrived, by time.monotonic()
    kind: str
    content: str


@dataclass(frozen=True)
class Answer:
    status: int
    location: str
    text: str


@dataclass
class Stream:
    """An EventSource that does not reconnect by itself. What it has heard, and when."""

    status: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    events: list[Event] = field(default_factory=list)
    retry: int | None = None
    received: int = 0  # bytes
    ended_at: float | None = None

    def __post_init__(self) -> None:
        self.news = asyncio.Event()
        self.task = asyncio.create_task(self._read())
        opened.append(self)

    def heard(self, kind: str) -> list[str]:
        return [event.content for event in self.events if event.kind == kind]

    async def until(self, kind: str, words: str = "", *, since: float = 0, within: float = PATIENCE) -> Event:
        """The first event of this kind with these words that has arrived after `since`."""

        heard = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within):
                while True:
                    self.news.clear()
                    for event in self.events[heard:]:
                        if event.kind == kind and words in event.content and event.at >= since:
                            return event
                    heard = len(self.events)
                    await self.news.wait()
        raise AssertionError(f"no {kind!r} with {words!r} within {within} s in {self.events}")

    async def until_ended(self, within: float = PATIENCE) -> float:
        """When the server ended it."""
        assert await eventually(lambda: self.ended_at, within), "the stream goes on"
        return self.ended_at

    async def close(self) -> None:
        """The tab is shut, or the network is gone: the server hears no word."""
        self.writer.close()
        await self.task

    async def _read(self) -> None:
        unread = b""
        async for piece in body_of(self.reader):
            self.received += len(piece)
            *blocks, unread = (unread + piece).split(b"\n\n")
            now = time.monotonic()
            for block in blocks:
                self._hear(block.decode(), now)
            self.news.set()
        self.ended_at = time.monotonic()
        self.writer.close()

    def _hear(self, block: str, now: float) -> None:
        lines = [line.partition(": ")[::2] for line in block.splitlines()]
        content = "\n".join(value for name, value in lines if name == "data")
        for name, value in lines:
            if name == "event":
                self.events.append(Event(now, value, content))
            elif name == "retry":
                self.retry = int(value)


class Person:
    """One browser, with cookies of its own. `port`: of the web process that it reaches."""

    def __init__(self, name: str = "Ana", cookies: Iterable[tuple[str, str]] = ()) -> None:
        self.name = name
        self.cookies = dict(cookies)
        self.page = ""  # what it shows

    async def get(self, port: int, path: str) -> Answer:
        answer = await self._ask(port, "GET", path)
        self.page = answer.text
        return answer

    async def post(self, port: int, path: str, **form: str) -> Answer:
        """Send a form of the page that is shown."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.page)
        answer = await self._ask(
            port, "POST", path, {"csrfmiddlewaretoken": token[1] if token else "", **form}
        )
        self.page = answer.text or self.page
        return answer

    async def knock(self, port: int, door: str, **form: str) -> Answer:
        """Press the door's button, once its page is there."""
        await self.get(port, door)
        return await self.post(port, door, name=self.name, **form)

    async def join(self, port: int, door: str, **form: str) -> "Person":
        answer = await self.knock(port, door, **form)
        assert answer.status == 302, answer
        assert (await self.get(port, answer.location)).status == 200
        return self

    async def open(self, port: int, path: str) -> Stream:
        reader, writer = await self._send(port, "GET", path)
        status, headers = await head_of(reader)
        self._keep(headers)
        return Stream(status, reader, writer)

    async def _ask(self, port: int, method: str, path: str, form: dict[str, str] | None = None) -> Answer:
        reader, writer = await self._send(port, method, path, urlencode(form or {}))
        status, headers = await head_of(reader)
        self._keep(headers)
        length = next((int(value) for name, value in headers if name == "content-length"), None)
        if length is None:
            text = b"".join([piece async for piece in body_of(reader)])
        else:
            text = await reader.readexactly(length)
        writer.close()
        location = next((value for name, value in headers if name == "location"), "")
        return Answer(status, location, text.decode())

    async def _send(
        self, port: int, method: str, path: str, form: str = ""
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        lines = [
            f"{method} {path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            "Connection: close",
            f"Cookie: {cookies}",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(form)}",
        ]
        writer.write("\r\n".join([*lines, "", form]).encode())
        return reader, writer

    def _keep(self, headers: list[tuple[str, str]]) -> None:
        for name, value in headers:
            if name == "set-cookie":
                self.cookies |= {morsel.key: morsel.value for morsel in SimpleCookie(value).values()}


async def head_of(reader: asyncio.StreamReader) -> tuple[int, list[tuple[str, str]]]:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
    pairs = (line.partition(":")[::2] for line in lines)
    return int(first.split()[1]), [(name.lower(), value.strip()) for name, value in pairs]


async def body_of(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """The pieces of a chunked body (RFC 9112, 7.1), up to its end or that of the connection."""
    try:
        while size := int(await reader.readline() or b"0", 16):
            yield (await reader.readexactly(size + 2))[:-2]
    except (asyncio.IncompleteReadError, ConnectionError, ValueError):
        return


def played(story: Callable[..., Any]) -> Callable[..., None]:
    """Make a test of a coroutine, whose streams are closed at its end."""

    @functools.wraps(story)
    def test(*args: Any, **kwargs: Any) -> None:
        asyncio.run(play(story(*args, **kwargs)))

    async def play(playing: Awaitable[None]) -> None:
        try:
            await asyncio.wait_for(playing, LONGEST)
        finally:
            await asyncio.gather(*(stream.close() for stream in opened))
            opened.clear()

    return test


async def eventually(claim: Callable[[], Any], within: float = PATIENCE) -> Any:
    """What the claim says once it holds; what it says at the end if it does not."""
    deadline = time.monotonic() + within
    while not (answer := claim()) and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
    return answer
