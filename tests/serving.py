"""The real `manage.py serve`, as a process, as a person would start it."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil

from tests.overheard import opens_a_door

ROOT = Path(__file__).resolve().parent.parent

# What the tests choose for themselves must not reach a Foyer that is started like a person's.
OURS = {
    "DATABASE_URL",
    "DJANGO_SETTINGS_MODULE",
    "LINK_KEY",
    "LOG_REQUESTS",
    "SECRET_KEY",
    "STATICFILES",
    "VAR_DIR",
}


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Foyer:
    """One `manage.py serve`."""

    def __init__(self, var: Path, *arguments: str, port: int | None = None, **environment: str) -> None:
        self.var = var
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        self.environment = {**inherited, "VAR_DIR": str(var), "PYTHONUNBUFFERED": "1", **environment}
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "serve", "--port", str(self.port), *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        return "".join(self.lines)

    @property
    def setup_url(self) -> str | None:
        found = re.search(r"http\S+/setup/\S+", self.output)
        return found and found.group()

    def await_line(self, pattern: str, timeout: float = 60, since: int = 0) -> str:
        """The first line that matches, among those after the first `since`."""
        deadline = time.monotonic() + timeout
        while True:
            if found := next((line for line in self.lines[since:] if re.search(pattern, line)), None):
                return found
            assert time.monotonic() < deadline, f"no line says {pattern!r} after {timeout} s:\n{self.output}"
            assert self.process.poll() is None, f"it ended before a line said {pattern!r}:\n{self.output}"
            time.sleep(0.02)

    def await_answer(self, path: str = "/", timeout: float = 20) -> int:
        """The status of the first answer."""
        deadline = time.monotonic() + timeout
        while True:
            try:
                return self.status(path)
            except OSError:
                assert time.monotonic() < deadline, f"no answer after {timeout} s:\n{self.output}"
                time.sleep(0.05)

    def status(self, path: str = "/") -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def children(self) -> dict[str, psutil.Process]:
        """Its processes by name: web, worker, beat."""
        names = {"config.asgi:application": "web", "worker": "worker", "beat": "beat"}
        found = {}
        for child in psutil.Process(self.process.pid).children():
            for word in child.cmdline():
                if word in names:
                    found[names[word]] = child
        return found

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another command of manage.py on the same data."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env={**self.environment, "PUBLIC_URL": self.environment.get("PUBLIC_URL", self.url)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Ctrl-C, and the exit status. Fails if that takes more than 10 s."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.wait(10)

    def wait(self, timeout: float = 60) -> int:
        try:
            status = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"it did not end within {timeout} s:\n{self.output}") from None
        self._reader.join(5)
        self.process.stdout.close()
        assert [line for line in self.lines if opens_a_door(line)] == [], "an address is in the log"
        return status

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.append(line)
