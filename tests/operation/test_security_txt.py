"""Where a weakness is reported to (RFC 9116)."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from rooms.checks import check_security_contact

pytestmark = pytest.mark.once

PATH = "/.well-known/security.txt"


def test_without_a_contact_there_is_none(client, db):
    assert client.get(PATH).status_code == 404


def test_it_says_whom_to_tell_and_does_not_run_out(client, settings):
    settings.SECURITY_CONTACT, settings.PUBLIC_URL = "mailto:security@example.org", "https://foyer.example"
    answer = client.get(PATH, secure=True)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    lines = dict(line.split(": ", 1) for line in answer.content.decode().splitlines())
    assert lines.keys() == {"Contact", "Expires", "Canonical"}
    assert lines["Contact"] == "mailto:security@example.org"
    assert lines["Canonical"] == f"https://foyer.example{PATH}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", lines["Expires"])
    left = datetime.fromisoformat(lines["Expires"]) - datetime.now(UTC)
    assert timedelta(days=30) < left < timedelta(days=365)


@pytest.mark.parametrize("contact", ["", "mailto:a@example.org", "https://example.org/report", "tel:+49-1-2"])
def test_a_contact_that_can_be_followed_is_taken(settings, contact):
    settings.SECURITY_CONTACT = contact
    assert check_security_contact() == []


@pytest.mark.parametrize(
    "contact", ["a@example.org", "http://example.org", "mailto:a@b\nExpires: x", "ask Olga"]
)
def test_another_is_said_at_the_start(settings, contact):
    settings.SECURITY_CONTACT = contact
    assert [error.id for error in check_security_contact()] == ["rooms.E008"]
