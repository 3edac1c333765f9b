import asyncio
import enum
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Kind(enum.Enum):
    """What an open page is about."""

    INSIDE = enum.auto()  # a participant in their room
    DOOR = enum.auto()  # somebody who waits for a place
    MANAGE = enum.auto()  # an administrator's rooms


class Page:
    """An open page, and the newest of each part that waits for it: nothing piles up for a slow one.

    It costs no task but while something is written to it.
    """

    __slots__ = (
        *("browser", "is_over", "kind", "language", "pending", "pk", "send", "sent", "writing", "written_at"),
    )

    def __init__(self, kind: Kind, browser: str = "", language: str = "") -> None:
        self.kind = kind
        self.browser = browser
        self.language = language
        self.pk: int | None = None  # of the participant, once they are found
        self.sent: dict[str, bytes] = {}
        self.pending: dict[str, bytes] = {}
        self.send: Send | None = None
        self.writing: asyncio.Task[None] | None = None
        self.written_at = time.monotonic()
        self.is_over = False

    def put(self, name: str, part: bytes) -> None:
        if self.sent.get(name) != part:
            self.sent[name] = self.pending[name] = part
            self._write_soon()

    def beat(self) -> None:
        """A comment, only so that something moves."""
        self.pending["beat"] = b":\n\n"
        self._write_soon()

    def end(self, last_word: bytes = b"") -> None:
        if last_word:
            self.put("out", last_word)
        self.is_over = True
        self._write_soon()

    def take(self) -> bytes:
        """What waits, in the order in which it was put."""
        waiting, self.pending = self.pending, {}
        return b"".join(waiting.values())

    def _write_soon(self) -> None:
        if self.send and self.writing is None:
            self.writing = asyncio.create_task(self._write(self.send))

    async def _write(self, send: Send) -> None:
        while self.pending:
            self.written_at = time.monotonic()
            await send({"type": "http.response.body", "body": self.take(), "more_body": True})
        if self.is_over:
            self.send = None
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        self.writing = None
