"""DESIGN 2.5.1 and 2.5.3: whatever dies while letters go out, each guest gets theirs.

At least once, and said so: a guest may have the same letter twice. It has the same Message-ID then.
"""

import asyncio
import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest
import redis

from tests.mailserver import Mailserver
from tests.serving import Foyer

pytestmark = pytest.mark.served

GUESTS = 200
# As the page does it: with each guest a letter and a call to the worker.
INVITE = """
from django.db import transaction
from invitations import outbox
from invitations.tasks import wake_outbox
from links.models import GuestLink
from rooms.models import Administrator, Room
alice = Administrator.objects.create_user("alice@example.org", None, name="Alice")
room = Room.objects.create(name="Physics colloquium", time_zone="UTC", quota=10, capacity=500)
for number in range({guests}):
    with transaction.atomic():
        email = f"gina{{number}}@example.org"
        link = GuestLink.objects.create(room=room, name="Gina", email=email, language="en")
        outbox.invite(link, by=alice)
        wake_outbox()
"""
STATES = """
from invitations.models import Invitation
print(*Invitation.objects.order_by("state").values_list("state", flat=True).distinct())
"""


class Slow(Mailserver):
    """Takes its time for each letter. After so many `answers` it takes more, and keeps the sender waiting."""

    answers = GUESTS * 10

    async def handle_DATA(self, *conversation) -> str:  # noqa: N802
        answer = await super().handle_DATA(*conversation)
        while len(self.letters) > self.answers:
            await asyncio.sleep(0.01)
        return answer


@pytest.fixture
def smtp() -> Iterator[Slow]:
    server = Slow()
    server.delay = 0.02
    yield server
    server.close()


@pytest.fixture(params=["files", "redis"])
def broker(request) -> dict[str, str]:
    """Through what tasks go, as environment."""
    return {"REDIS_URL": request.getfixturevalue("redis_url")} if request.param == "redis" else {}


@pytest.fixture
def invite(serve, smtp, broker) -> Callable[..., Foyer]:
    """invite(guests, **environment) → a Foyer with so many letters to send."""

    def start(guests: int, **environment: str) -> Foyer:
        # What is sent twice counts twice against its room's limit, and would wait for the next minute.
        environment |= {"INVITATION_LEASE": "2", "LETTERS_A_MINUTE": str(GUESTS * 2)}
        foyer = serve(EMAIL_URL=smtp.url, EMAIL_TIMEOUT="60", **broker, **environment)
        say(foyer, INVITE.format(guests=guests))
        return foyer

    return start


@pytest.fixture
def stricken(invite, smtp) -> Foyer:
    """Its worker was killed while letters had arrived of which it did not know yet."""
    smtp.answers = 20
    foyer = invite(GUESTS, OUTBOX_SWEEP="2")
    smtp.wait_for(21)
    foyer.children()["worker"].kill()
    smtp.answers = Slow.answers
    assert len(smtp.letters) < GUESTS
    return foyer


def say(foyer: Foyer, script: str) -> str:
    command = foyer.manage("shell", "--verbosity", "0", "-c", script)
    assert (command.returncode, command.stderr) == (0, "")
    return command.stdout


def forget_all_tasks(foyer: Foyer) -> None:
    """What the broker knew is lost."""
    if url := foyer.environment.get("REDIS_URL"):
        with redis.Redis.from_url(url) as server:
            server.flushall()
    else:
        shutil.rmtree(foyer.var / "broker")


def await_all_sent(foyer: Foyer, smtp: Mailserver) -> None:
    smtp.wait_for(GUESTS, timeout=120)
    deadline = time.monotonic() + 120
    while (states := say(foyer, STATES)) != "sent\n":
        assert time.monotonic() < deadline, states


def assert_each_has_one_letter(smtp: Mailserver) -> None:
    ids = defaultdict(set)
    for letter in smtp.letters:
        ids[letter.recipients[0]].add(letter.message["Message-ID"])
    assert ids.keys() == {f"gina{number}@example.org" for number in range(GUESTS)}
    assert {len(of_one) for of_one in ids.values()} == {1}
    assert len(set.union(*ids.values())) == GUESTS


def test_a_letter_goes_at_once(invite, smtp):
    invite(1)

    smtp.wait_for(1, timeout=10)  # long before beat's sweep
    assert [letter.recipients for letter in smtp.letters] == [["gina0@example.org"]]


def test_no_letter_is_lost_with_a_worker_that_is_killed(stricken, smtp):
    stricken.await_line("The worker process ended \\(SIGKILL\\) and is started again")

    await_all_sent(stricken, smtp)
    assert len(smtp.letters) > GUESTS  # at least once: what had arrived unknown to the worker came again
    assert_each_has_one_letter(smtp)


def test_no_letter_is_lost_with_the_tasks_of_a_broker(stricken, smtp):
    forget_all_tasks(stricken)

    await_all_sent(stricken, smtp)
    assert_each_has_one_letter(smtp)
