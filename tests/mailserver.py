"""A real SMTP server on a loopback port, which can be as bad as mail servers are."""

import asyncio
import email
import email.policy
import logging
import threading
import time
from dataclasses import dataclass
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

logging.getLogger("mail.log").setLevel(logging.WARNING)  # each line of each conversation


@dataclass(frozen=True)
class Letter:
    sender: str
    recipients: list[str]
    message: EmailMessage
    raw: bytes

    @property
    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content()

    @property
    def html(self) -> str:
        return self.message.get_body(("html",)).get_content()


class Mailserver:
    """`letters` has what was accepted, in order. The rest is how to make it misbehave.

    `refusals`: recipient → answer, as in {"gina@example.org": "550 5.1.1 No such user"}.
    `delay`: seconds that each letter takes.
    `dies_after`: this many letters, and the server is gone in the middle of the next.
    `lines`: each command that came, as it came.
    """

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.refusals: dict[str, str] = {}
        self.delay = 0.0
        self.dies_after: int | None = None
        self.connections = 0
        self.lines: list[bytes] = []
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._doors: set[_Door] = set()
        self.revive()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def refuse(self, recipient: str, answer: str = "550 5.1.1 No such user") -> None:
        self.refusals[recipient] = answer

    def wait_for(self, count: int, timeout: float = 20) -> list[Letter]:
        """The letters, once there are so many. Fails with what has come when the time is over."""
        deadline = time.monotonic() + timeout
        while len(self.letters) < count:
            assert time.monotonic() < deadline, f"{len(self.letters)} of {count} letters came in {timeout} s"
            time.sleep(0.02)
        return list(self.letters)

    def die(self) -> None:
        """Stop listening and cut all connections. What was accepted stays in `letters`."""
        asyncio.run_coroutine_threadsafe(self._die(), self._loop).result(5)

    def revive(self) -> None:
        """Listen again, at the same port."""
        self.dies_after = None
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(5)

    def close(self) -> None:
        self.die()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _listen(self) -> None:
        self._server = await self._loop.create_server(self._open_door, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def _open_door(self) -> "_Door":
        self.connections += 1
        return _Door(self, loop=self._loop)

    async def _die(self) -> None:
        self._server.close()
        for door in list(self._doors):
            door.transport.abort()
        # Lets the cut connections end before the loop does.
        while self._doors:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.05)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.refusals.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.dies_after is not None and len(self.letters) >= self.dies_after:
            self._server.close()
            for door in list(self._doors):
                door.transport.abort()
            return "421 4.3.2 Gone"
        await asyncio.sleep(self.delay)
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.letters.append(Letter(envelope.mail_from, list(envelope.rcpt_tos), message, envelope.content))
        return "250 OK"


class _Door(SMTP):
    def __init__(self, mailserver: Mailserver, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(mailserver, loop=loop, hostname="mail.example.org")
        self.mailserver = mailserver

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.mailserver._doors.add(self)
        super().connection_made(transport)

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802
        self.mailserver.lines.append(f"MAIL {arg}".encode())
        await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str) -> None:  # noqa: N802
        self.mailserver.lines.append(f"RCPT {arg}".encode())
        await super().smtp_RCPT(arg)

    def connection_lost(self, error: Exception | None) -> None:
        self.mailserver._doors.discard(self)
        super().connection_lost(error)
