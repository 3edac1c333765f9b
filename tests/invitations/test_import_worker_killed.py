"""A worker that is killed in the middle of an import: each link is made once, each letter goes once."""

import time
from collections.abc import Iterator

import pytest

from tests.mailserver import Mailserver
from tests.serving import Foyer
from tests.webs import Desk

pytestmark = pytest.mark.served

GUESTS = 3000
# What the pages do: a preview, and its confirmation, which calls the worker.
IMPORT = f"""
from invitations.importing import preview
from invitations.models import Import, ImportRow, Invitation
from invitations.spreadsheets import read_pasted
from invitations.tasks import wake_imports
alice = Administrator.objects.create_user("alice@example.org", None, name="Alice")
room = Room.objects.create(name="Physics colloquium", time_zone="UTC", quota=10, capacity=500)
room.administrators.add(alice)
text = "name,email\\n" + "\\n".join(f"Guest {{n}},guest{{n}}@example.org" for n in range({GUESTS}))
begun = preview.begin(room, alice, read_pasted(text), language="en")
begun.confirm()
wake_imports()
"""
SO_FAR = "[ImportRow.objects.filter(state='made').count(), Import.objects.get().state]"
LINKS = "[GuestLink.objects.count(), GuestLink.objects.values('email').distinct().count()]"
LETTERS = "[Invitation.objects.count(), Invitation.objects.values('link').distinct().count()]"


@pytest.fixture
def foyer(serve, smtp) -> Foyer:
    return serve(EMAIL_URL=smtp.url, INVITATION_LEASE="3", OUTBOX_SWEEP="2", LETTERS_A_MINUTE="1000000")


@pytest.fixture
def desk(foyer) -> Iterator[Desk]:
    desk = Desk(foyer)
    yield desk
    desk.end()


def kill_in_the_middle(foyer: Foyer, desk: Desk) -> None:
    worker = foyer.children()["worker"]
    deadline = time.monotonic() + 30
    while (made := desk.say(SO_FAR)[0]) == 0:
        assert time.monotonic() < deadline, "the import does not begin"
    worker.kill()
    assert 0 < made < GUESTS, "it was through before it could be killed"


@pytest.mark.soak
def test_an_import_whose_worker_is_killed_is_finished(foyer, desk, smtp: Mailserver):
    desk.do(IMPORT)
    kill_in_the_middle(foyer, desk)
    foyer.await_line("The worker process ended \\(SIGKILL\\) and is started again")

    deadline = time.monotonic() + 120
    while (so_far := desk.say(SO_FAR)) != [GUESTS, "done"]:
        assert time.monotonic() < deadline, so_far
        time.sleep(0.1)
    assert desk.say(LINKS) == desk.say(LETTERS) == [GUESTS, GUESTS]
    everybody = {f"guest{number}@example.org" for number in range(GUESTS)}
    deadline = time.monotonic() + 180
    while (reached := {letter.recipients[0] for letter in smtp.letters}) != everybody:
        assert time.monotonic() < deadline, everybody - reached
        time.sleep(0.1)
    # A letter that had gone when the worker died may come again, as the same letter (DESIGN 2.5.3).
    assert len({letter.message["Message-ID"] for letter in smtp.letters}) == GUESTS
