"""A mail provider, or a mail server, that is broken, refuses, or takes a connection and says nothing."""

import re
import socket
import time

import pytest
from django.utils import timezone

from invitations import outbox
from invitations.models import Invitation
from tests.faults.provider import Provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings):
    provider = Provider()
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    settings.ANYMAIL = {
        **settings.ANYMAIL,
        "MAILGUN_API_KEY": "key",
        "MAILGUN_SENDER_DOMAIN": "example.org",
        "MAILGUN_API_URL": provider.url,
        "REQUESTS_TIMEOUT": 0.3,
    }
    yield provider
    provider.close()


@pytest.fixture
def queue(make_guest_link, alice):
    def queue(number: int) -> list[Invitation]:
        links = [make_guest_link(email=f"guest{i}@example.org") for i in range(number)]
        return [outbox.invite(link, by=alice) for link in links]

    return queue


def states() -> list[str]:
    return list(Invitation.objects.order_by("pk").values_list("state", flat=True))


def next_rounds(number: int) -> None:
    """As if so many minutes had passed, with beat's calls. Those that were handed back are due already."""
    for _ in range(number):
        Invitation.objects.filter(state="deferred").update(due_at=timezone.now())
        outbox.drain()


def ids_in(provider: Provider) -> list[str]:
    return sorted(
        re.search(r"h:Message-ID=(<[^>]+>)", letter, re.IGNORECASE)[1] for letter in provider.letters
    )


@pytest.mark.parametrize("status", [500, 503, 429, 401])
def test_a_provider_that_is_broken_loses_nothing_and_is_not_asked_for_each_letter(provider, queue, status):
    letters = queue(5)
    provider.status = status

    assert outbox.drain() is False
    assert (states(), provider.requests) == (["deferred"] * 3 + ["queued"] * 2, 3)
    provider.status = 200
    next_rounds(1)

    assert states() == ["sent"] * 5
    assert ids_in(provider) == sorted(letter.message_id for letter in letters)


def test_a_provider_that_does_not_answer_costs_three_timeouts_a_round_and_no_letter(provider, queue):
    letters = queue(12)
    provider.delay = 60
    begin = time.monotonic()

    outbox.drain()

    assert 0.9 <= time.monotonic() - begin < 10
    assert (states(), provider.requests) == (["deferred"] * 3 + ["queued"] * 9, 3)
    provider.delay = 0
    next_rounds(1)
    assert states() == ["sent"] * 12
    # At least once: those that it took without a word came again, with the same Message-ID.
    assert set(ids_in(provider)) == {letter.message_id for letter in letters}


def test_a_letter_that_a_provider_refuses_is_written_down_and_holds_up_nobody(provider, queue):
    queue(4)
    provider.status = 400

    outbox.drain()

    assert (states(), provider.requests) == (["failed"] * 4, 4)


def test_a_mail_server_that_takes_connections_and_says_nothing_costs_three_timeouts_a_round(settings, queue):
    """What a firewall that swallows everything looks like, too."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_TIMEOUT = 0.3
    queue(12)

    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.EMAIL_HOST, settings.EMAIL_PORT = silent.getsockname()
        begin = time.monotonic()
        outbox.drain()

    assert 0.9 <= time.monotonic() - begin < 10
    assert states() == ["deferred"] * 3 + ["queued"] * 9
    assert set(Invitation.objects.filter(state="queued").values_list("attempts", "claim")) == {(0, None)}
