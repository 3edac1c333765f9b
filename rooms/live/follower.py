"""One follower a process asks the database how the rooms of all open pages are, and tells each the news."""

import asyncio
import contextlib
import logging
import random
import signal
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

import redis.asyncio
from django.conf import settings
from django.db import close_old_connections

from rooms import metrics
from rooms.live import parts
from rooms.live.look import await_return, keep_alive, last_seen, look, look_at_lists
from rooms.live.pages import Kind, Page
from rooms.live.watched import Watched
from rooms.wakeup import CHANNEL, bell

LOOK_EVERY = 0.5  # seconds, when nothing wakes the follower
NOT_SOONER_THAN = 0.05  # seconds between two looks: a rush is told in one
RENEW_EVERY = 15.0  # seconds between two signs of life
HEARTBEAT = 15.0  # seconds: a proxy keeps a connection on which something moves

P = ParamSpec("P")
T = TypeVar("T")
log = logging.getLogger(__name__)


class Follower:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.pages: set[Page] = set()
        metrics.STREAMS.set_function(lambda: len(self.pages))
        self.rooms: dict[int, Watched] = {}
        self.left_behind: set[int] = set()  # participants whose last page here was closed
        self.renewed_at = 0.0
        self.is_ending = False
        self.woken = asyncio.Event()
        self.heard: dict[int, float] = {}  # when we heard first of a room's change that is not told yet
        # The one thread that talks to the database, for all pages together.
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="follower")
        self.tasks = [asyncio.create_task(task()) for task in (self._follow, self._listen, self._beat)]
        bell.listeners.append(self._ring)
        for number in (signal.SIGTERM, signal.SIGINT):
            self._end_on(number)

    def open(self, page: Page, room_ids: Iterable[int]) -> None:
        self.pages.add(page)
        for room_id in room_ids:
            self.rooms.setdefault(room_id, Watched()).open(page)
        self.woken.set()

    def close(self, page: Page, room_ids: Iterable[int]) -> None:
        self.pages.discard(page)
        for room_id in room_ids:
            watched = self.rooms[room_id]
            if pk := watched.close(page):
                self.left_behind.add(pk)
            if not watched.is_open:
                del self.rooms[room_id]

    async def ask(self, question: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What the database answers, without holding anybody up."""

        def run() -> T:
            close_old_connections()
            return question(*args, **kwargs)

        return await self.loop.run_in_executor(self.thread, run)

    def end(self) -> None:
        """End all streams, so that the server can end. They come back to another process, or the next one."""
        self.is_ending = True
        for page in self.pages:
            page.end()

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(NOT_SOONER_THAN)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY - NOT_SOONER_THAN):
                    await self.woken.wait()
            self.woken.clear()
            for duty in (self._look, self._give_signs_of_life):
                try:
                    await duty()
                except Exception as error:
                    log.warning("Open pages wait for news: %s", error, exc_info=error)
                    self.renewed_at = 0.0  # leases may run out meanwhile
                    await asyncio.sleep(1)

    async def _look(self) -> None:
        questions = {room_id: watched.question() for room_id, watched in self.rooms.items()}
        heard, self.heard = self.heard, {}
        if not questions:
            return
        try:
            answer = await self.ask(look, questions)
        except Exception:
            self.heard |= heard  # still untold
            raise
        arrived: set[int] = set()
        for room_id, question in questions.items():
            if watched := self.rooms.get(room_id):
                if room_id in answer:
                    arrived |= watched.tell(question, answer[room_id])
                    await self._take_leave(room_id, watched)
                else:
                    watched.tell_deleted(room_id)
                if room_id in heard:
                    metrics.TOLD.observe(time.monotonic() - heard[room_id])
        if arrived:
            await self.ask(keep_alive, arrived, {})
        await self._tell_lists()

    async def _tell_lists(self) -> None:
        """What is told to all is asked for when each has been told their own: it is longer, and can wait."""
        await asyncio.sleep(0)  # what was put is written now, and not while the thread asks
        wanted = [theirs for watched in self.rooms.values() if (theirs := watched.wanted())]
        if not wanted:
            return
        for lists in await self.ask(look_at_lists, wanted):
            if watched := self.rooms.get(lists.room.pk):
                watched.tell_lists(lists)

    async def _take_leave(self, room_id: int, watched: Watched) -> None:
        """Tell those who are out why, and end their streams."""
        if gone := frozenset(watched.gone):
            were = await self.ask(last_seen, room_id, {page.browser for page in gone})
            said: dict[parts.Fate, bytes] = {}
            for page in gone:
                person = were.get(page.browser)
                page.end(parts.out(person, page.language, said) if person else parts.event("reload", ""))
            watched.gone -= gone

    async def _give_signs_of_life(self) -> None:
        if left := frozenset(self.left_behind):
            await self.ask(await_return, left)
            self.left_behind -= left
        if time.monotonic() - self.renewed_at >= RENEW_EVERY:
            inside = {pk for watched in self.rooms.values() for pk in watched.inside}
            await self.ask(keep_alive, inside, self._knocks())
            self.renewed_at = time.monotonic()

    def _knocks(self) -> dict[int, list[str]]:
        knocks = {
            room_id: [page.browser for page in watched.pages[Kind.DOOR]]
            for room_id, watched in self.rooms.items()
        }
        return {room_id: browsers for room_id, browsers in knocks.items() if browsers}

    async def _listen(self) -> None:
        """Redis hurries; without it the next look finds what is new."""
        while settings.REDIS_URL:
            with contextlib.suppress(redis.RedisError, OSError):
                async with (
                    redis.asyncio.Redis.from_url(settings.REDIS_URL) as client,
                    client.pubsub() as channel,
                ):
                    await channel.subscribe(CHANNEL)
                    async for message in channel.listen():
                        if message["type"] == "message" and int(message["data"]) in self.rooms:
                            self._hear(int(message["data"]), time.monotonic())
            await asyncio.sleep(1 + random.random())  # noqa: S311  (so that processes don't come back at once)

    async def _beat(self) -> None:
        """One clock for all: a thousand timers would cost as much as what they say."""
        while True:
            await asyncio.sleep(HEARTBEAT / 15)
            for page in self.pages:
                if time.monotonic() - page.written_at >= HEARTBEAT:
                    page.beat()

    def _ring(self, room_id: int) -> None:
        if room_id in self.rooms:
            self.loop.call_soon_threadsafe(self._hear, room_id, time.monotonic())

    def _hear(self, room_id: int, moment: float) -> None:
        self.heard.setdefault(room_id, moment)
        self.woken.set()

    def _end_on(self, number: signal.Signals) -> None:
        """The server waits for open streams, so they have to end before it does."""
        before = signal.getsignal(number)

        def handle(*args: Any) -> None:
            self.loop.call_soon_threadsafe(self.end)
            if callable(before):
                before(*args)

        signal.signal(number, handle)
