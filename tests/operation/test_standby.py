"""Beat is dead: the workers do its work, within five minutes, and the doctor says so."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from config.celery import EACH, app
from invitations import outbox
from invitations.models import Invitation, State
from operation.doctor import heartbeats
from operation.doctor.findings import Verdict
from operation.models import SILENT_AFTER, Heartbeat, Part
from operation.standby import BEATS_OWN, PACE, SILENCE, Standby
from operation.tasks import note_beat
from rooms.models import Participant
from tests.doors import join
from tests.operation.processes import Process
from tests.serving import free_port

A_ROUND = 60  # seconds that a first round may take


def test_beats_work_goes_on_within_five_minutes_of_its_end():
    """Beat's last sign is at most that old when it dies; a worker looks once a heartbeat."""
    last_sign, look = EACH[BEATS_OWN], settings.HEARTBEAT

    assert last_sign + SILENCE * settings.HEARTBEAT + look + A_ROUND <= 5 * 60
    assert SILENCE > SILENT_AFTER  # the doctor says so before


def test_a_worker_does_all_of_beats_tasks_each_at_its_own_pace_and_at_most_once_a_minute():
    app.autodiscover_tasks(force=True)
    pauses = {task: pause.total_seconds() for task, pause in Standby(app)._tasks()}

    assert pauses == {task: max(seconds, 60) for task, seconds in EACH.items() if task != BEATS_OWN}
    assert PACE * settings.HEARTBEAT == 60
    assert pauses.keys() < app.tasks.keys()


@pytest.fixture
def start(transactional_db, tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """start("worker", **environment): with a heartbeat of one second."""
    with ExitStack() as stack:

        def start(role: str, **environment: str) -> Process:
            process = Process(role, tmp_path, HEARTBEAT="1", OUTBOX_SWEEP="1", **environment)
            stack.callback(process.end)
            return process

        yield start


@pytest.fixture
def undone(transactional_db, room, make_group_link, gina, alice) -> Callable[[], bool]:
    """A seat of somebody who is gone and a letter that is due. undone(): is one of them still so?"""
    participant = join(make_group_link())
    long_ago = participant.lease_until.replace(year=2020)
    Participant.objects.filter(pk=participant.pk).update(lease_until=long_ago)
    outbox.invite(gina, by=alice)

    def is_undone() -> bool:
        return Participant.objects.present().exists() or Invitation.objects.exclude(state=State.SENT).exists()

    return is_undone


@pytest.mark.once
def test_beat_is_killed_and_a_worker_does_its_work_until_it_is_back(start, undone, settings):
    worker, beat = start("worker"), start("beat")
    worker.await_that(lambda: heartbeats.beat().verdict is Verdict.GOOD)
    worker.await_that(lambda: not undone())
    assert heartbeats.worker().sentence == "One worker is at work."
    assert not Heartbeat.objects.filter(part=Part.STANDBY).exists()

    beat.end(signal.SIGKILL)
    settings.HEARTBEAT = 1
    Invitation.objects.update(state=State.QUEUED, due_at=timezone.now())

    worker.await_that(lambda: heartbeats.beat().verdict is Verdict.BAD)
    assert "Workers do its work" in heartbeats.beat().sentence
    worker.await_that(lambda: not undone())
    done = Heartbeat.objects.filter(part=Part.STANDBY).values_list("name", flat=True)
    worker.await_that(lambda: set(done.all()) == EACH.keys() - {BEATS_OWN})

    settings.HEARTBEAT = 30
    worker.await_that(lambda: note_beat() or "beat is back" in worker.output)
    assert heartbeats.beat().verdict is Verdict.GOOD

    worker.end()  # in order: nobody need look for it
    assert not Heartbeat.objects.filter(part=Part.WORKER).exists()
    assert heartbeats.worker().verdict is Verdict.BAD


def test_without_broker_and_beat_a_worker_works_on(start, undone):
    worker = start("worker", REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")

    worker.await_that(lambda: not undone())

    assert heartbeats.worker().verdict is Verdict.GOOD
    assert heartbeats.beat().verdict is Verdict.BAD
