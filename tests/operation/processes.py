"""Celery's own processes on the test's own database, as an operator would start them."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from tests.serving import ROOT

ROLES = {
    "worker": ["worker", "--pool", "threads", "--concurrency", "2", "--without-mingle", "--without-gossip"],
    "beat": ["beat"],
}


def database_url() -> str:
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


class Process:
    """`lines`: what it has said."""

    def __init__(self, role: str, var: Path, **environment: str) -> None:
        schedule = ["--schedule", str(var / "beat-schedule")] if role == "beat" else []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "celery", "--quiet", "--app", "config", *ROLES[role], *schedule],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": database_url(), "VAR_DIR": str(var), **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        return "".join(self.lines)

    def await_that(self, holds: Callable[[], bool], timeout: float = 60) -> None:
        deadline = time.monotonic() + timeout
        while not holds():
            assert time.monotonic() < deadline, f"not within {timeout} s:\n{self.output}"
            assert self.process.poll() is None, f"it ended:\n{self.output}"
            time.sleep(0.1)

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join(5)
        self.process.stdout.close()
