"""What docker-compose.yml starts, as plain processes with the same commands, behind the real proxy."""

import os
import re
import shutil
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests import databases
from tests.conftest import missing_part
from tests.deploy import names
from tests.deploy.composed import command, composed
from tests.serving import OURS, ROOT, free_port

PATIENCE = 120  # seconds that a process may take to start: a machine may do other things as well


class Process:
    def __init__(self, words: list[str], environment: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                words, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )

    @property
    def output(self) -> str:
        return self.log.read_text()

    def wait(self) -> int:
        return self.process.wait(PATIENCE)

    def stop(self, within: float = 20) -> int:
        """As Docker does it: SIGTERM, and after a while SIGKILL. The exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(within)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


class Composed:
    """Its services. A replica has an address of the loopback network, as it has one of Docker's."""

    def __init__(self, stack: ExitStack, folder: Path, **settings: str) -> None:
        self.stack = stack
        self.folder = folder
        self.url, self.http_port = f"https://localhost:{free_port()}", free_port()
        self.services: dict[str, Any] = composed(PUBLIC_URL=self.url)["services"]
        self.settings = {
            **settings,
            "VAR_DIR": str(folder / "var"),
            "STATIC_ROOT": str(folder / "static"),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
        }
        self.names = stack.enter_context(names.server())
        self.number = 0

    def environment(self, service: str) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name not in OURS}
        return {**inherited, **self.services[service]["environment"], **self.settings}

    def start(self, service: str, address: str = "") -> Process:
        words = command(self.services[service])
        here = [word.replace("/tmp/", f"{self.folder}/").replace("0.0.0.0", address) for word in words]
        return self._run(service, here, self.environment(service))

    def serve(self, service: str, address: str) -> Process:
        """Web or live, known by its name as soon as it answers."""
        process = self.start(service, address)
        self.await_answer(service, address, process)
        return process

    def await_answer(self, service: str, address: str, process: Process) -> None:
        def answers() -> bool:
            assert process.process.poll() is None, process.output
            try:
                return self.ask(address, "/accounts/login/").status_code == 200
            except httpx.TransportError:
                return False

        until(answers, process)
        self.names.add(service, address)

    def ask(self, address: str, path: str) -> httpx.Response:
        """One process, as the proxy asks it."""
        headers = {"Host": httpx.URL(self.url).netloc.decode(), "X-Forwarded-Proto": "https"}
        return httpx.get(f"http://{address}:8000{path}", headers=headers, timeout=20)

    def run(self, words: list[str]) -> int:
        """A command that ends, such as a healthcheck."""
        return self._run(words[0], words, self.environment("web")).wait()

    def manage(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment("web"),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def caddy(self) -> Process:
        words = [shutil.which("caddy") or "caddy", "run", "--config", "Caddyfile", "--adapter", "caddyfile"]
        here = {"RESOLVERS": f"\n\t\tresolvers {self.names.address}", "HTTP_PORT": str(self.http_port)}
        homes = dict.fromkeys(("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"), str(self.folder))
        self.root = self.folder / "caddy/pki/authorities/local/root.crt"
        environment = {**os.environ, **self.services["caddy"]["environment"], **here, **homes}
        caddy = self._run("caddy", words, environment)
        until(lambda: self.root.exists() and self._is_up(), caddy)
        return caddy

    def browser(self) -> httpx.Client:
        """Another person's, who trusts the proxy's own certificate."""
        trusted = ssl.create_default_context(cafile=str(self.root))
        return self.stack.enter_context(httpx.Client(base_url=self.url, verify=trusted, timeout=20))

    def _is_up(self) -> bool:
        try:
            return self.browser().get("/metrics").text == ""
        except httpx.TransportError:
            return False

    def _run(self, name: str, words: list[str], environment: dict[str, str]) -> Process:
        self.number += 1
        process = Process(words, environment, self.folder / f"{name}-{self.number}.log")
        self.stack.callback(process.stop, within=0)
        return process


def until(claim: Callable[[], bool], process: Process) -> None:
    deadline = time.monotonic() + PATIENCE
    while not claim():
        assert time.monotonic() < deadline, process.output
        time.sleep(0.05)


def post(browser: httpx.Client, page: str, to: str = "", **form: str) -> httpx.Response:
    """Send a form of that page: to its own address unless another is given."""
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(page).text)
    assert token, page
    form["csrfmiddlewaretoken"] = token[1]
    return browser.post(to or page, data=form, headers={"Referer": f"{browser.base_url}"})


@contextmanager
def composed_site(folder: Path, **settings: str) -> Iterator[Composed]:
    """Its database and its Redis run, and migrations are through."""
    if not shutil.which("caddy"):
        missing_part("No Caddy is found: apt-get install caddy")
    with ExitStack() as stack:
        server = os.environ.get("DATABASE_URL") or stack.enter_context(databases.postgresql())
        own = stack.enter_context(databases.database_of_its_own(server))
        redis = stack.enter_context(databases.valkey())
        site = Composed(stack, folder, DATABASE_URL=own, REDIS_URL=redis, **settings)
        migrate = site.start("migrate")
        site.manage("collectstatic", "--noinput", "--verbosity", "0")
        assert migrate.wait() == 0, migrate.output
        yield site
