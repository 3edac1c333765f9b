import http.client
import os
import signal
import socket
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connections

from rooms.management.processes import Child, Family, rounds
from rooms.models import SetupKey

WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  (only compared with)


class Command(BaseCommand):
    help = "Run Foyer on this machine: web, worker and beat, until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default=8000, type=int)
        parser.add_argument("--demo", action="store_true", help="with sample rooms, links and a login")

    def handle(self, *args: Any, host: str, port: int, demo: bool, **options: Any) -> None:
        try:
            _refuse_a_port_in_use(host, port)
            self.url = os.environ.get("PUBLIC_URL") or f"http://{_authority(host, port)}"
            self.environment = {**os.environ, "PUBLIC_URL": self.url, "VAR_DIR": str(settings.VAR_DIR)}
            self.prepare(demo)
            self.serve(host, port)
        except KeyboardInterrupt:
            sys.exit(130)

    def prepare(self, demo: bool) -> None:
        try:
            call_command("migrate", verbosity=0, interactive=False)
        except OperationalError as error:
            sys.exit(
                f"The database can't be used: {error}".strip() + "\nCheck DATABASE_URL, then start again."
            )
        call_command("collectstatic", verbosity=0, interactive=False)
        if demo:
            # A process of its own, because our settings may have another PUBLIC_URL than our children.
            command = [sys.executable, "manage.py", "demo"]
            demo_process = subprocess.run(command, cwd=settings.BASE_DIR, env=self.environment, check=False)
            if demo_process.returncode:
                sys.exit("The sample data could not be made, for the reason above.")
        if token := SetupKey.issue():
            self.say(f"There is no administrator yet. Become the first one at {self.url}/setup/{token}/")
        connections.close_all()

    def serve(self, host: str, port: int) -> None:
        ends = [signal.SIGINT, signal.SIGTERM]
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup stays nohup
            ends.append(signal.SIGHUP)
        family = Family(
            [
                Child(name, command, settings.BASE_DIR, self.environment, self.say)
                for name, command in _commands(host, port).items()
            ]
        )
        announced = False
        try:
            for _round in rounds(until=ends):
                family.tend()
                if not announced and _answers(host, port, self.url):
                    self.say(f"Foyer is at {self.url}  (Ctrl-C ends it)")
                    announced = True
        finally:
            family.end()

    def say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()


def _commands(host: str, port: int) -> dict[str, list[str]]:
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--quiet", "--app", "config"]
    return {
        "web": [
            *python,
            "uvicorn",
            "config.asgi:application",
            "--http",
            "config.patience:Protocol",
            "--host",
            host,
            "--port",
            str(port),
            "--no-access-log",
            "--no-server-header",
            "--log-level",
            "warning",
            "--timeout-graceful-shutdown",
            "3",
        ],
        "worker": [
            *celery,
            "worker",
            "--pool",
            "threads",
            "--concurrency",
            "4",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ],
        "beat": [*celery, "beat", "--schedule", str(settings.VAR_DIR / "beat-schedule")],
    }


def _refuse_a_port_in_use(host: str, port: int) -> None:
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        sys.exit(f"Foyer can't listen at {host}, port {port} ({reason}): choose another one with --port.")


def _answers(host: str, port: int, url: str) -> bool:
    connection = http.client.HTTPConnection(WILDCARDS.get(host, host), port, timeout=1)
    try:
        connection.request("HEAD", "/", headers={"Host": urlsplit(url).netloc})
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _authority(host: str, port: int) -> str:
    name = WILDCARDS.get(host, host)
    return f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
