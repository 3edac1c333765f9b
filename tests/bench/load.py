"""A crowd that presses buttons: on each connection the next request goes once the last is answered.

    python -m tests.bench.load < (ports, connections, requests), pickled

It runs in a process of its own, lest its work count as the server's.
"""

import asyncio
import pickle
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import uvloop

LONGEST = 90  # seconds


@dataclass(frozen=True)
class Rush:
    """What came of it."""

    seconds: float
    cpu: float  # seconds of the crowd's own
    answers: Counter[tuple[int, str]]  # status and Location
    waits: list[float]  # seconds, one a request

    @property
    def a_second(self) -> float:
        return len(self.waits) / self.seconds


def rush(ports: Sequence[int], connections: int, requests: Sequence[bytes]) -> Rush:
    """Each connection belongs to the next of the ports."""
    told = pickle.dumps((ports, connections, requests))
    command = [sys.executable, "-m", "tests.bench.load"]
    done = subprocess.run(command, input=told, stdout=subprocess.PIPE, check=True, timeout=LONGEST + 10)
    return Rush(*pickle.loads(done.stdout))


class Connection(asyncio.Protocol):
    """One keep-alive connection (HTTP/1.1). Answers have a Content-Length, as ours do."""

    def __init__(self, requests: Iterator[bytes], crowd: "Crowd") -> None:
        self.requests = requests
        self.crowd = crowd
        self.buffer = b""
        self.length = -1  # of the answer, head and body, once its head is there

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.transport = transport

    def ask(self) -> None:
        request = next(self.requests, None)
        if request is None:
            self.crowd.leave(self)
            return
        self.asked_at = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if self.length < 0 and (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            self.head = self.buffer[:end].lower()
            self.length = end + 4 + int(_field(self.head, b"content-length") or 0)
        if 0 <= self.length <= len(self.buffer):
            self.crowd.waits.append(time.perf_counter() - self.asked_at)
            location = _field(self.head, b"location").decode()
            self.crowd.answers[int(self.head[9:12]), location] += 1
            self.buffer, self.length = b"", -1
            self.ask()

    def connection_lost(self, error: Exception | None) -> None:
        self.crowd.leave(self)


class Crowd:
    def __init__(self) -> None:
        self.answers: Counter[tuple[int, str]] = Counter()
        self.waits: list[float] = []
        self.here: set[Connection] = set()
        self.all_gone = asyncio.Event()

    def leave(self, connection: Connection) -> None:
        self.here.discard(connection)
        if not self.here:
            self.all_gone.set()

    async def press(self, ports: Sequence[int], connections: int, requests: Sequence[bytes]) -> Rush:
        loop, queue = asyncio.get_running_loop(), iter(requests)
        for each in range(connections):
            port = ports[each % len(ports)]
            _transport, connection = await loop.create_connection(
                lambda: Connection(queue, self), "127.0.0.1", port
            )
            self.here.add(connection)
        begin, cpu = time.perf_counter(), time.process_time()
        for connection in list(self.here):
            connection.ask()
        async with asyncio.timeout(LONGEST):
            await self.all_gone.wait()
        return Rush(time.perf_counter() - begin, time.process_time() - cpu, self.answers, self.waits)


def _field(head: bytes, name: bytes) -> bytes:
    start = head.find(b"\r\n" + name + b":")
    return head[start:].split(b"\r\n", 2)[1].split(b":", 1)[1].strip() if start >= 0 else b""


if __name__ == "__main__":
    ports, connections, requests = pickle.loads(sys.stdin.buffer.read())
    result = uvloop.run(Crowd().press(ports, connections, requests))
    sys.stdout.buffer.write(pickle.dumps((result.seconds, result.cpu, result.answers, result.waits)))
