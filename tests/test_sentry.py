"""Errors are told to a Sentry, and nothing of those who were there: the real SDK, and a sink on loopback."""

import gzip
import json
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import brotli
import pytest

from tests.serving import ROOT

pytestmark = pytest.mark.once

ADDRESS = "71XvCaBqzL09sKdfJwE4mQr"

BREAKS = f"""
import logging
from django.core.wsgi import get_wsgi_application
site = get_wsgi_application()
from django.test import RequestFactory
from links.views import join

def find(address, browser):
    name = "Gina Local"
    logging.getLogger("rooms").info("letter to gina@crumbs.example about /j/{ADDRESS}")
    raise ValueError(f"no door {{address}} for gina@said.example, see https://foyer.example/x?token=asked")

join.find = find
post = RequestFactory().post(
    "/j/{ADDRESS}?e=queried",
    {{"name": "Gina in the body", "csrfmiddlewaretoken": "a" * 32}},
    headers={{
        "cookie": "browser=a cookie of Gina; csrftoken=" + "a" * 32,
        "host": "127.0.0.1", "authorization": "Bearer credential", "referer": "https://foyer.example/j/{ADDRESS}",
        "user-agent": "Tests/1", "x-request-id": "the-proxys-id", "x-forwarded-for": "203.0.113.9",
    }},
)
site(post.environ, lambda status, headers: print(status))
import sentry_sdk
sentry_sdk.flush(10)
"""


class Sink(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        decode = {"br": brotli.decompress, "gzip": gzip.decompress}[self.headers["Content-Encoding"]]
        self.server.received.append(decode(body))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def sink():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    server.received = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def run(code: str, dsn: str, tmp_path) -> subprocess.CompletedProcess[str]:
    (tmp_path / "static").mkdir()
    environment = {**os.environ, "VAR_DIR": str(tmp_path), "SENTRY_DSN": dsn}
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_error_is_reported_without_those_who_were_there(sink, tmp_path):
    ran = run(BREAKS, f"http://key@127.0.0.1:{sink.server_port}/1", tmp_path)
    assert ran.stdout == "500 Internal Server Error\n", ran.stderr

    said = b"".join(sink.received).decode()
    [event] = [json.loads(line) for line in said.splitlines() if '"exception"' in line]
    assert event["exception"]["values"][-1]["type"] == "ValueError"
    assert event["exception"]["values"][-1]["value"] == "no door 7… for …, see https://foyer.example/x"
    assert event["request"] == {
        "method": "POST",
        "url": "http://127.0.0.1/j/7…",
        "headers": {
            "Host": "127.0.0.1",
            "User-Agent": "Tests/1",
        },
    }
    assert event["tags"]["request_id"] == "the-proxys-id"
    assert [crumb["message"] for crumb in event["breadcrumbs"]["values"]] == ["letter to … about /j/7…"]
    for secret in (ADDRESS[1:], "Gina Local", "a cookie", "in the body", "queried", "asked", "credential"):
        assert secret not in said
    for personal in ("gina@", "203.0.113.9"):
        assert personal not in said


def test_the_test_above_sees_what_is_sent_as_it_is(sink, tmp_path):
    """The same without the cleaning: the address and the e-mail address arrive."""
    bare = "from config import sentry; sentry._clean = lambda value: value\n" + BREAKS
    ran = run(bare, f"http://key@127.0.0.1:{sink.server_port}/1", tmp_path)
    assert ran.stdout == "500 Internal Server Error\n", ran.stderr

    said = b"".join(sink.received).decode()
    assert ADDRESS in said
    assert "gina@said.example" in said


@pytest.mark.parametrize(
    ("dsn", "before", "sentence"),
    [
        (
            "https://key@sentry.example/1",
            "import sys; sys.modules['sentry_sdk'] = None",  # as where it is not installed
            "SENTRY_DSN is set, but sentry-sdk is missing: pip install -r requirements/sentry.txt\n",
        ),
        ("nonsense", "", "SENTRY_DSN can't be used: Unsupported scheme ''.\n"),
    ],
)
def test_what_keeps_it_from_reporting_is_one_sentence_at_the_start(dsn, before, sentence, tmp_path):
    ran = run(
        f"{before}\nimport sys, manage\nsys.argv = ['manage.py', 'check']\nmanage.main()", dsn, tmp_path
    )

    assert (ran.returncode, ran.stderr) == (1, sentence)
