"""Child processes that run until they are told to end, and are started again when they die."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

FIRST_PAUSE, LONGEST_PAUSE = 1, 30  # seconds before a dead child is started again
LONG_LIFE = 60  # after so many seconds a death counts as the first again
PATIENCE = 3.5  # seconds between "please end" and the end
ROUND = 0.1  # seconds between two looks at the children

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass
class Child:
    name: str
    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    say: Callable[[str], None]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0
    due_at: float = 0
    pause: int = FIRST_PAUSE

    def tend(self) -> None:
        """Start it when it is due, and notice when it died."""
        if self.process is None:
            if time.monotonic() >= self.due_at:
                self._start()
        elif (status := self.process.poll()) is not None:
            self._mourn(status)

    def tell(self, number: signal.Signals) -> None:
        # A child leads a session: whatever it has started goes with it.
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def await_end(self, deadline: float) -> None:
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(max(0, deadline - time.monotonic()))

    def _start(self) -> None:
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            # A session of its own keeps the terminal's Ctrl-C for us, who then end all in order.
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )

    def _mourn(self, status: int) -> None:
        now = time.monotonic()
        if now - self.started_at >= LONG_LIFE:
            self.pause = FIRST_PAUSE
        self.say(f"The {self.name} process ended ({_reason(status)}) and is started again in {self.pause} s.")
        self.process = None
        self.due_at = now + self.pause
        self.pause = min(2 * self.pause, LONGEST_PAUSE)


@dataclass
class Family:
    children: list[Child] = field(default_factory=list)

    def tend(self) -> None:
        for child in self.children:
            child.tend()

    def end(self) -> None:
        deadline = time.monotonic() + PATIENCE
        for child in self.children:
            child.tell(signal.SIGTERM)
        for child in self.children:
            child.await_end(deadline)
        for child in self.children:
            child.tell(signal.SIGKILL)
        for child in self.children:
            child.await_end(deadline + 1)


def rounds(until: Collection[signal.Signals]) -> Iterator[None]:
    """One look after the other, until one of these signals comes.

    It may come at any moment, even while a lock is held: so it leaves word without one, which an Event has.
    """
    told: list[int] = []
    for number in until:
        signal.signal(number, lambda number, _frame: told.append(number))
    while not told:
        yield
        time.sleep(ROUND)


def _reason(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit status {status}"


def _die_with_parent() -> None:
    # Runs between fork and exec. Linux kills the child when we are gone, however we went.
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
