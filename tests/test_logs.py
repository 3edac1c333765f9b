"""What is written down, for machines and for people."""

import io
import json
import logging
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured
from structlog.contextvars import bound_contextvars

from config import eml, logs
from config.logs import Formatter, logging_of
from links import addresses
from tests import overheard
from tests.serving import ROOT

pytestmark = pytest.mark.once


@pytest.fixture
def written(request):
    """A logger, and what it has written so far."""
    kind = getattr(request, "param", "json")
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Formatter(kind))
    logger = logging.Logger("rooms.tests")  # noqa: LOG001  (of this test alone, below no root)
    logger.addHandler(handler)
    return logger, stream.getvalue


def raise_with(address: str) -> None:
    raise ValueError(f"no such door: /j/{address}")


def test_a_line_for_machines_is_one_json_object(written):
    logger, lines = written
    with bound_contextvars(request_id="abc"):
        logger.warning("Redis is %s\nagain", "gone", extra={"path": "/rooms/", "other": "not ours"})

    line = lines()
    said = json.loads(line)
    assert line.count("\n") == 1
    assert said.pop("timestamp").endswith("Z")
    assert said == {
        "message": "Redis is gone\nagain",
        "level": "warning",
        "logger": "rooms.tests",
        "path": "/rooms/",
        "request_id": "abc",
    }


@pytest.mark.parametrize("written", ["text"], indirect=True)
def test_a_line_for_people_reads_like_one(written):
    logger, lines = written
    with bound_contextvars(request_id="abc"):
        logger.warning("Redis is %s", "gone")

    assert lines()[20:] == "warning rooms.tests: Redis is gone (request_id=abc)\n"


@pytest.mark.parametrize("written", ["json", "text"], indirect=True)
def test_no_part_of_a_line_holds_a_signature(written):
    logger, lines = written
    address = addresses.sign(7, 1)
    try:
        raise_with(address)
    except ValueError:
        logger.exception("at %s", f"/j/{address}", extra={"path": f"/n/{address}"}, stack_info=True)

    assert "ValueError: no such door: /j/7…" in lines()
    assert "at /j/7…" in lines()
    assert "/n/7…" in lines()
    assert address[1:] not in lines()


def test_another_format_is_refused_in_a_sentence():
    with pytest.raises(ImproperlyConfigured, match=r"^LOG_FORMAT must be json or text\.$"):
        logging_of("yaml", requests=False)


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, ["text", False]),
        ({"PUBLIC_URL": "https://foyer.example"}, ["json", True]),
        ({"PUBLIC_URL": "https://foyer.example", "LOG_FORMAT": "text"}, ["text", False]),
        ({"LOG_REQUESTS": "yes"}, ["text", True]),
    ],
)
def test_in_production_lines_are_json_and_each_request_leaves_one(environment, expected, tmp_path):
    code = "import json; from config import settings as s; print(json.dumps([s.LOG_FORMAT, s.LOG_REQUESTS]))"
    said = subprocess.check_output(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "VAR_DIR": str(tmp_path), **environment},
    )

    assert json.loads(said) == expected


def test_uvicorns_lines_go_the_same_way(tmp_path):
    """It sets up loggers of its own before it knows us."""
    code = (
        "import logging, uvicorn; c = uvicorn.Config('config.asgi:application'); c.load()\n"
        "logging.getLogger('uvicorn.access').info('%s - \"%s\"', '10.0.0.1', 'GET /j/7' + 'aB3' * 7 + 'x')\n"
        "logging.getLogger('uvicorn.error').warning('careful')\n"
    )
    environment = {"PATH": "/usr/bin:/bin", "VAR_DIR": str(tmp_path), "PUBLIC_URL": "https://foyer.example"}
    (tmp_path / "static").mkdir()  # WhiteNoise warns about a missing one
    process = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )

    lines = [json.loads(line) for line in (process.stdout + process.stderr).splitlines()]
    assert [(line["logger"], line["message"]) for line in lines] == [
        ("uvicorn.access", '10.0.0.1 - "GET /j/7…"'),
        ("uvicorn.error", "careful"),
    ]


def test_without_the_scrubber_the_log_of_this_suite_would_fail_it(client, monkeypatch):
    door = f"/j/{addresses.sign(7, 1)}"
    logging.getLogger("rooms.tests").warning("at %s", door)
    assert overheard.take_leaks() == []

    monkeypatch.setattr(logs, "scrub", lambda line: line)
    logging.getLogger("rooms.tests").warning("at %s", door)
    logging.getLogger("rooms.tests").warning("the address %s alone", addresses.sign_for("letters", 7))

    assert [door in line for line in overheard.take_leaks()] == [True, False]


def test_a_letter_on_the_console_is_no_line_of_the_log():
    door = f"https://foyer.example/j/{addresses.sign(7, 1)}"

    assert eml.ON_CONSOLE == overheard.ON_CONSOLE
    assert [overheard.opens_a_door(line) for line in (door, f"info: {door}", f"| {door}")] == [
        True,
        True,
        False,
    ]
