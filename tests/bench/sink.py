"""A mail server that takes every letter, in a process of its own.

    python -m tests.bench.sink PORT

Asked by a line, it answers how many it has, or with all of them, pickled.
"""

import logging
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

from tests.serving import free_port

Letter = tuple[str, list[str], bytes]
LONGEST = 150  # seconds


class Box:
    def __init__(self) -> None:
        self.letters: list[Letter] = []

    async def handle_DATA(self, _server: object, _session: object, envelope: Envelope) -> str:  # noqa: N802
        self.letters.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 OK"


class Sink:
    """The hand on that process."""

    def __init__(self) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "tests.bench.sink", str(self.port)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def count(self) -> int:
        return self._ask(b"count")

    def letters(self) -> list[Letter]:
        return self._ask(b"letters")

    def _ask(self, what: bytes) -> Any:
        self.process.stdin.write(what + b"\n")
        self.process.stdin.flush()
        return pickle.load(self.process.stdout)

    def wait_for(self, number: int) -> float:
        """When so many had come, by time.monotonic()."""
        deadline = time.monotonic() + LONGEST
        while self.count() < number:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.count()} of {number} letters came")
            time.sleep(0.01)
        return time.monotonic()

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


@contextmanager
def sink() -> Iterator[Sink]:
    box = Sink()
    try:
        box.count()  # it listens
        yield box
    finally:
        box.end()


def serve(port: int) -> None:
    logging.getLogger("mail.log").setLevel(logging.WARNING)
    box = Box()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    for line in sys.stdin.buffer:
        pickle.dump(box.letters if line == b"letters\n" else len(box.letters), sys.stdout.buffer)
        sys.stdout.buffer.flush()
    server.stop()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
