"""What only a real server shows: whose word counts for where a request comes from, and what answers carry."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from rooms.views.answers import WRONG
from tests.serving import OURS, ROOT, free_port
from tests.test_headers import EXPECTED, POLICY
from tests.test_serve import wait_until

pytestmark = pytest.mark.once

HTTPS = {"x-forwarded-proto": "https"}
SAY_COOKIES = """
import django; django.setup()
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME, s.MESSAGE_STORAGE)
print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE, s.SECURE_HSTS_SECONDS)
"""
SAY_GARBAGE = """
import gc, config.asgi
before = gc.get_stats()[0]["collections"]
pages = [[] for _ in range(40_000)]
print(gc.get_freeze_count() > 50_000, gc.get_stats()[0]["collections"] - before)
"""


def environment(var, **given: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    plain = "django.contrib.staticfiles.storage.StaticFilesStorage"
    return {**inherited, "VAR_DIR": str(var), "STATICFILES": plain, **given}


@contextmanager
def web(var, **given: str) -> Iterator[httpx.Client]:
    """The web process alone, as `manage.py serve` starts it, on an empty database."""
    (var / "static").mkdir(parents=True)
    (var / "static" / "door.css").write_text("main {}")
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--log-level", "critical"], cwd=ROOT, env=environment(var, **given), text=True
    )
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False)
    try:
        wait_until(lambda: answers(client), timeout=60)
        yield client
    finally:
        client.close()
        process.terminate()
        process.wait(10)


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/favicon.ico").status_code > 0
    except httpx.TransportError:
        return False


def test_files_streams_and_redirects_carry_the_headers_too(tmp_path):
    with web(tmp_path / "var", PUBLIC_URL="https://foyer.example", SECURE_HSTS_SECONDS="3600") as client:
        file = client.get("/static/door.css", headers=HTTPS)
        stream = client.get("/r/1/stream", headers=HTTPS)
        page = client.get("/j/nothing", headers=HTTPS)
        to_https = client.get("/j/nothing")
    assert [answer.status_code for answer in (file, stream, page, to_https)] == [200, 404, 404, 301]
    for answer in (file, page, to_https):
        assert {header: answer.headers.get(header) for header in EXPECTED} == EXPECTED
        assert set(answer.headers["content-security-policy"].split("; ")) == POLICY
    for answer in (file, stream, page):
        assert answer.headers["strict-transport-security"] == "max-age=3600"
    assert "max-age" in file.headers["cache-control"]
    of_streams = {
        "x-robots-tag",
        "permissions-policy",
        "cross-origin-resource-policy",
        "x-content-type-options",
    }
    assert {header: stream.headers[header] for header in of_streams} == {
        header: value for header, value in map(lower, EXPECTED.items()) if header in of_streams
    }
    assert stream.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert stream.headers.get_list("cache-control") == ["no-store"]
    for answer in (stream, page, to_https):
        assert answer.headers["referrer-policy"] == "no-referrer"
    assert "__Host-csrftoken=" not in file.headers.get("set-cookie", "")


def lower(header: tuple[str, str]) -> tuple[str, str]:
    return header[0].lower(), header[1]


def test_cookies_under_tls_can_be_set_by_no_neighbour(tmp_path):
    """RFC 6265bis, 4.1.3.2. The browser's own is in tests/links/test_door.py."""
    said = subprocess.check_output(
        [sys.executable, "-c", SAY_COOKIES],
        cwd=ROOT,
        text=True,
        env=environment(
            tmp_path, PUBLIC_URL="https://foyer.example", DJANGO_SETTINGS_MODULE="config.settings"
        ),
    ).split()
    assert said == [
        *("__Host-sessionid", "__Host-csrftoken", "__Host-language", "config.messages.Storage"),
        *("True", "True", "True", "31536000"),
    ]


def test_a_message_is_carried_by_a_cookie_that_no_neighbour_can_set(login, alice, room, settings):
    settings.MESSAGE_STORAGE, settings.SESSION_COOKIE_SECURE = "config.messages.Storage", True
    client = login(alice)
    answer = client.post(f"/rooms/{room.pk}/deletion/")
    cookie = answer.cookies["__Host-messages"]
    assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
    assert "is deleted" in client.get("/").content.decode()


@pytest.fixture
def early_in_a_window() -> None:
    if WRONG.ends_in < 15:
        time.sleep(WRONG.ends_in)


def ask(client: httpx.Client, forwarded: str) -> int:
    return client.get("/j/nothing", headers={"x-forwarded-for": forwarded}).status_code


def test_a_proxy_on_this_machine_is_believed_and_what_it_was_told_is_not(tmp_path, early_in_a_window):
    with web(tmp_path / "var") as client:
        assert {ask(client, "203.0.113.9") for _ in range(WRONG.number)} == {404}
        assert ask(client, "203.0.113.9") == 429
        assert ask(client, "198.51.100.1, 203.0.113.9") == 429  # the first part is the client's own word
        assert ask(client, "203.0.113.10") == 404
        assert client.get("/j/nothing").status_code == 404


def test_anybody_else_is_not_believed(tmp_path, early_in_a_window):
    with web(tmp_path / "var", FORWARDED_ALLOW_IPS="192.0.2.1") as client:
        got = [ask(client, f"203.0.113.{number}") for number in range(1, WRONG.number + 2)]
        underscores = client.get("/j/nothing", headers={"x_forwarded_for": "198.51.100.7"})
    assert got == [404] * WRONG.number + [429]
    assert underscores.status_code == 429


def test_python_looks_for_garbage_seldom_and_not_in_what_a_process_begins_with(tmp_path):
    said = subprocess.check_output(
        [sys.executable, "-c", SAY_GARBAGE], cwd=ROOT, text=True, env=environment(tmp_path)
    )
    assert said.split() == ["True", "0"]
