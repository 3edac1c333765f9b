import asyncio
import enum


class Kind(enum.Enum):
    """What an open page is about."""

    INSIDE = enum.auto()  # a participant in their room
    DOOR = enum.auto()  # somebody who waits for a place
    MANAGE = enum.auto()  # an administrator's rooms


class Page:
    """What waits to be sent to one page: the newest of each part, so that nothing piles up for a slow one."""

    __slots__ = ("awake", "browser", "is_over", "kind", "language", "pending", "pk", "sent")

    def __init__(self, kind: Kind, browser: str = "", language: str = "") -> None:
        self.kind = kind
        self.browser = browser
        self.language = language
        self.pk: int | None = None  # of the participant, once they are found
        self.sent: dict[str, bytes] = {}
        self.pending: dict[str, bytes] = {}
        self.awake = asyncio.Event()
        self.is_over = False

    def put(self, name: str, part: bytes) -> None:
        if self.sent.get(name) != part:
            self.sent[name] = self.pending[name] = part
            self.awake.set()

    def end(self, last_word: bytes = b"") -> None:
        if last_word:
            self.put("out", last_word)
        self.is_over = True
        self.awake.set()

    def take(self) -> bytes:
        """What waits, in the order in which it was put."""
        self.awake.clear()
        waiting, self.pending = self.pending, {}
        return b"".join(waiting.values())
