"""DESIGN 2.5.1 and 2.5.3: whatever dies while letters go out, each guest gets theirs.

The same letter twice is allowed (at least once, and said so): it has the same Message-ID, by which mail programs know it.
"""

import shutil
import time
from collections import defaultdict

import pytest
import redis

from tests.mailserver import Mailserver

pytestmark = pytest.mark.served

GUESTS = 200
# As the page does it: each guest with a letter and a call to the worker.
INVITE = """
from django.db import transaction
from invitations import outbox
from invitations.tasks import wake_outbox
from links.models import GuestLink, Role
from rooms.models import Administrator, Room
alice = Administrator.objects.create_user("alice@example.org", None, name="Alice")
room = Room.objects.create(name="Physics colloquium", time_zone="UTC", quota=10, capacity=500)
for number in range({guests}):
    with transaction.atomic():
        link = GuestLink.objects.create(room=room, name="Gina", email=f"gina{{number}}@example.org", language="en")
        outbox.invite(link, by=alice)
        wake_outbox()
"""
STATES = """
from invitations.models import Invitation
print(*Invitation.objects.order_by("state").values_list("state", flat=True).distinct())
"""


@pytest.fixture(params=["files", "redis"])
def broker(request) -> dict[str, str]:
    """Which broker the tasks go through, as environment."""
    return {"REDIS_URL": request.getfixturevalue("redis_url")} if request.param == "redis" else {}


@pytest.fixture
def invite(serve, smtp, broker):
    """invite(guests) → the Foyer that is sending to `smtp`, a slow one."""

    def start(guests: int):
        smtp.delay = 0.04
        foyer = serve(EMAIL_URL=smtp.url, INVITATION_LEASE="1", OUTBOX_SWEEP="2", **broker)
        script = foyer.manage("shell", "--verbosity", "0", "-c", INVITE.format(guests=guests))
        assert (script.returncode, script.stderr) == (0, "")
        return foyer

    return start


def message_ids(smtp: Mailserver) -> dict[str, set[str]]:
    """By recipient."""
    ids = defaultdict(set)
    for letter in list(smtp.letters):
        ids[letter.recipients[0]].add(letter.message["Message-ID"])
    return ids


def await_all_sent(foyer, timeout: float = 100) -> None:
    deadline = time.monotonic() + timeout
    while (states := foyer.manage("shell", "--verbosity", "0", "-c", STATES).stdout) != "sent\n":
        assert time.monotonic() < deadline, states
        time.sleep(0.5)


def test_a_letter_goes_at_once_through_either_broker(invite, smtp):
    invite(1)
    began = time.monotonic()
    [letter] = smtp.wait_for(1)
    assert letter.recipients == ["gina0@example.org"]
