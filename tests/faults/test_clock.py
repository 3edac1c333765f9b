"""A process whose clock is 90 s ahead, which is the whole lease of a letter. All go by the database's clock.

On PostgreSQL only: SQLite has no clock but that of the one machine on which everything runs.
"""

import asyncio
import time
from datetime import timedelta

import pytest
from django.db.models import F
from django.db.models.functions import Now

from invitations import outbox
from invitations.models import Invitation
from rooms import seating
from rooms.models import Participant, Role
from tests.doors import join
from tests.faults.processes import WORKER, Process, WebProcess
from tests.mailserver import Mailserver
from tests.pages import Person
from tests.sessions import in_another_session
from tests.webs import path_of

AHEAD = 90
DRAIN = "from invitations import outbox; outbox.drain()"
SHELL = ("manage.py", "shell", "--verbosity", "0", "-c")
# As beat does it, whose clock is right.
CALL = """
from config.celery import app
entry = app.conf.beat_schedule["rooms.tasks.sweep"]
app.send_task(entry["task"], **entry["options"])
"""

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def only_where_many_machines_meet(database_kind):
    if database_kind == "sqlite":
        pytest.skip("SQLite has the clock of its one machine")


class Slow(Mailserver):
    """Takes the first letter only when it may."""

    may_answer = False

    async def handle_DATA(self, *conversation) -> str:  # noqa: N802
        self.has_begun = True
        while not self.may_answer:
            await asyncio.sleep(0.01)
        return await super().handle_DATA(*conversation)


@pytest.fixture
def slow(settings):
    server = Slow()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 60
    yield server
    server.may_answer = True
    server.close()


def until(claim, within: float = 30) -> None:
    deadline = time.monotonic() + within
    while not claim():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_two_workers_never_send_one_letter_though_one_is_ahead_by_a_whole_lease(
    smtp, slow, make_guest_link, alice, start
):
    letters = [outbox.invite(make_guest_link(), by=alice) for _ in range(5)]
    slow_worker = in_another_session(outbox.drain)
    until(lambda: getattr(slow, "has_begun", False))

    start(Process, *SHELL, DRAIN, ahead=AHEAD, EMAIL_URL=smtp.url).result()
    slow.may_answer = True
    slow_worker.result(timeout=30)

    assert smtp.letters == []
    assert sorted(letter.message["Message-ID"] for letter in slow.letters) == sorted(
        letter.message_id for letter in letters
    )
    assert set(Invitation.objects.values_list("state", "attempts")) == {("sent", 1)}


@pytest.mark.parametrize("asked", ["invite(gina, by=alice)", "invite_all([gina], by=alice)"])
def test_a_letter_that_a_process_ahead_has_asked_for_goes_at_once(smtp, gina, alice, start, asked):
    ask = f"""
from invitations import outbox
from links.models import Link
from rooms.models import Administrator
gina, alice = Link.objects.get(pk={gina.pk}), Administrator.objects.get(pk={alice.pk})
outbox.{asked}
"""
    start(Process, *SHELL, ask, ahead=AHEAD).result()

    outbox.drain()

    assert [letter.recipients for letter in smtp.letters] == [[gina.email]]


def test_a_worker_that_is_ahead_frees_seats_when_beat_calls_and_only_those_that_are_left(
    make_group_link, start
):
    link = make_group_link()
    left, stays = (join(link, name) for name in ("Ana", "Bo"))
    Participant.objects.filter(pk=left.pk).update(lease_until=Now() - timedelta(seconds=1))
    start(Process, *WORKER, ahead=AHEAD)
    start(Process, *SHELL, CALL).result()

    until(lambda: Participant.objects.filter(pk=left.pk, left_at__isnull=False).exists())

    assert list(Participant.objects.present()) == [stays]
    said, so = seating.recount(link.room_id)
    assert said == so == {"people_in": 1, "seats_taken": 1, "waiting": 0}


def test_the_door_of_a_process_that_is_ahead_opens_and_shuts_when_all_others_do(make_group_link, start):
    soon = Now() + timedelta(seconds=60)
    opens, shuts = make_group_link(), make_group_link(role=Role.SPECTATOR)
    type(opens).objects.filter(pk=opens.pk).update(starts_at=soon)
    type(shuts).objects.filter(pk=shuts.pk).update(ends_at=soon)
    web = start(WebProcess, ahead=AHEAD)

    early = asyncio.run(Person("Ana").knock(web.port, path_of(opens.address)))
    late = asyncio.run(Person("Bo").knock(web.port, path_of(shuts.address)))

    assert (early.status, "The door is not open yet" in early.text) == (200, True), early.text
    assert late.status == 302
    [bo] = Participant.objects.present().annotate(left=F("lease_until") - Now())
    assert bo.name == "Bo"
    assert timedelta(seconds=15) < bo.left <= timedelta(seconds=30)
