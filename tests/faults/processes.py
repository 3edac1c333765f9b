"""Processes of Foyer on a test's own database, each with a clock of its own."""

import os
import resource
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.db import connection

from tests.conftest import missing_part
from tests.serving import ROOT, Foyer, free_port

WEB = ["-m", "uvicorn", "config.asgi:application", "--log-level", "warning", "--port"]
WORKER = ["-m", "celery", "--quiet", "--app", "config", "worker", "--pool", "threads", "--concurrency", "4"]
WORKER += ["--without-gossip", "--without-mingle", "--without-heartbeat"]


class Process:
    """Until `end`. `ahead`: so many seconds is its clock before that of everybody else."""

    def __init__(self, *arguments: str, var: Path, ahead: int = 0, **environment: str) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**os.environ, **database(), **clock(ahead), "VAR_DIR": str(var), **environment},
            stdin=subprocess.DEVNULL,
            preexec_fn=few_files,  # noqa: PLW1509  (it allocates nothing)
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        return "".join(self.lines)

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join(5)
        self.process.stdout.close()

    def result(self) -> str:
        """What it has said, when it has ended well by itself."""
        status = self.process.wait(60)
        self.end()
        assert status == 0, self.output
        return self.output


class WebProcess(Process):
    def __init__(self, *, var: Path, ahead: int = 0, **environment: str) -> None:
        self.port = free_port()
        super().__init__(*WEB, str(self.port), var=var, ahead=ahead, **environment)
        self.status = Foyer.status.__get__(self)
        Foyer.await_answer(self, "/accounts/login/", 60)


def few_files() -> None:
    """The limit that many systems begin with, or less."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (512, hard))


def clock(ahead: int) -> dict[str, str]:
    """A clock so many seconds ahead, as environment: what `faketime` sets, which leaves a child behind."""
    if not ahead:
        return {}
    if not shutil.which("faketime"):
        missing_part(
            "No faketime is found, which gives a process a clock of its own: apt-get install faketime"
        )
    library = "/usr/$LIB/faketime/libfaketimeMT.so.1"
    return {"LD_PRELOAD": library, "FAKETIME": f"{ahead:+d}s", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}


def database() -> dict[str, str]:
    """The test's own, as environment."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return {"DATABASE_URL": f"sqlite:///{name}"}
    return {"DATABASE_URL": urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))}
