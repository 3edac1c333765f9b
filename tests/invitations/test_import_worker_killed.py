"""A worker that is killed in the middle of an import: each link is made once, each letter goes once."""

import time

import pytest

from tests.mailserver import Mailserver
from tests.serving import Foyer

pytestmark = pytest.mark.served

GUESTS = 3000
# What the pages do: a preview, and its confirmation, which calls the worker.
IMPORT = f"""
from invitations.importing import preview
from invitations.spreadsheets import read_pasted
from invitations.tasks import wake_imports
from rooms.models import Administrator, Room
alice = Administrator.objects.create_user("alice@example.org", None, name="Alice")
room = Room.objects.create(name="Physics colloquium", time_zone="UTC", quota=10, capacity=500)
room.administrators.add(alice)
text = "name,email\\n" + "\\n".join(f"Guest {{n}},guest{{n}}@example.org" for n in range({GUESTS}))
begun = preview.begin(room, alice, read_pasted(text), language="en")
begun.confirm()
wake_imports()
"""
SO_FAR = """
from invitations.models import Import, ImportRow
print(ImportRow.objects.filter(state="made").count(), Import.objects.get().state)
"""
OUTCOME = """
from django.db.models import Count
from invitations.models import Invitation
from links.models import GuestLink
emails = GuestLink.objects.values_list("email", flat=True)
letters = Invitation.objects.values_list("link", flat=True)
print(len(emails), len(set(emails)), len(letters), len(set(letters)))
"""


@pytest.fixture
def foyer(serve, smtp) -> Foyer:
    return serve(EMAIL_URL=smtp.url, INVITATION_LEASE="3", OUTBOX_SWEEP="2", LETTERS_A_MINUTE="1000000")


def say(foyer: Foyer, script: str) -> str:
    command = foyer.manage("shell", "--verbosity", "0", "-c", script)
    assert (command.returncode, command.stderr) == (0, "")
    return command.stdout.strip()


def kill_in_the_middle(foyer: Foyer) -> None:
    worker = foyer.children()["worker"]
    deadline = time.monotonic() + 30
    while (made := int(say(foyer, SO_FAR).split()[0])) == 0:
        assert time.monotonic() < deadline, "the import does not begin"
    worker.kill()
    assert 0 < made < GUESTS, "it was through before it could be killed"


@pytest.mark.soak
def test_an_import_whose_worker_is_killed_is_finished(foyer, smtp: Mailserver):
    say(foyer, IMPORT)
    kill_in_the_middle(foyer)
    foyer.await_line("The worker process ended \\(SIGKILL\\) and is started again")

    deadline = time.monotonic() + 120
    while say(foyer, SO_FAR) != f"{GUESTS} done":
        assert time.monotonic() < deadline, say(foyer, SO_FAR)
    assert say(foyer, OUTCOME) == f"{GUESTS} {GUESTS} {GUESTS} {GUESTS}"
    everybody = {f"guest{number}@example.org" for number in range(GUESTS)}
    deadline = time.monotonic() + 180
    while (reached := {letter.recipients[0] for letter in smtp.letters}) != everybody:
        assert time.monotonic() < deadline, everybody - reached
        time.sleep(0.1)
    # A letter that had gone when the worker died may come again, as the same letter (DESIGN 2.5.3).
    assert len({letter.message["Message-ID"] for letter in smtp.letters}) == GUESTS
