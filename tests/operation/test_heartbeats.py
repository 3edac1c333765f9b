"""Signs of life: by the database's clock, one row for each part, and gone with who goes."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone

from config.celery import app
from operation.models import SILENT_AFTER, Heartbeat, Part
from operation.pulse import Pulse
from operation.tasks import note_beat
from tests.sessions import in_another_session


def age_by(seconds: float, **which) -> None:
    Heartbeat.objects.filter(**which).update(seen_at=F("seen_at") - timedelta(seconds=seconds))


def test_beat_is_seen_when_its_own_task_arrives(db):
    note_beat()

    assert Heartbeat.objects.filter(part=Part.BEAT).fresh().count() == 1


def test_any_number_of_signs_of_life_are_one_row(db):
    for _sign in range(10):
        Heartbeat.objects.note(Part.WORKER, "one:1")
    Heartbeat.objects.note(Part.WORKER, "two:1")

    assert Heartbeat.objects.count() == 2


def test_the_newest_sign_is_the_one_that_counts(db):
    Heartbeat.objects.note(Part.BEAT)
    age_by(3600)

    Heartbeat.objects.note(Part.BEAT)

    assert Heartbeat.objects.filter(part=Part.BEAT).fresh().exists()


def test_a_part_is_silent_after_two_minutes(db):
    assert SILENT_AFTER * settings.HEARTBEAT == 120
    Heartbeat.objects.note(Part.BEAT)
    age_by(119)
    assert Heartbeat.objects.fresh().exists()
    assert not Heartbeat.objects.silent().exists()

    age_by(1)

    assert not Heartbeat.objects.fresh().exists()
    assert Heartbeat.objects.silent().exists()


def test_a_process_whose_clock_is_wrong_is_seen_now_all_the_same(db):
    """What the process believes goes into `clock` alone; nothing that decides reads it."""
    Heartbeat.objects.note(Part.WORKER, "one:1")
    Heartbeat.objects.update(clock=timezone.now() - timedelta(days=1))

    assert Heartbeat.objects.fresh().exists()
    assert Heartbeat.objects.age() < timedelta(seconds=10)
    assert Heartbeat.objects.get().is_ahead_by < -timedelta(hours=23)


def test_the_time_is_written_by_the_database(db, django_assert_num_queries):
    with django_assert_num_queries(1) as queries:
        Heartbeat.objects.note(Part.BEAT)

    now = {"postgresql": "STATEMENT_TIMESTAMP()", "sqlite": "STRFTIME("}[connection.vendor]
    assert now in queries[0]["sql"]


def test_one_caller_takes_a_turn_until_the_pause_is_over(db):
    pause = timedelta(minutes=1)

    assert [Heartbeat.objects.take(Part.STANDBY, "sweep", pause) for _turn in range(3)] == [
        True,
        False,
        False,
    ]
    assert Heartbeat.objects.take(Part.STANDBY, "remind", pause)
    age_by(61, name="sweep")
    assert [Heartbeat.objects.take(Part.STANDBY, "sweep", pause) for _turn in range(2)] == [True, False]


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_takes_the_turn():
    pause = timedelta(minutes=1)
    Heartbeat.objects.take(Part.STANDBY, "sweep", pause)
    age_by(61)

    takers = [
        in_another_session(Heartbeat.objects.take, Part.STANDBY, "sweep", pause) for _worker in range(8)
    ]

    assert sorted(taker.result(timeout=20) for taker in takers) == [False] * 7 + [True]


@pytest.mark.django_db(transaction=True)
def test_a_worker_shows_itself_and_takes_its_leave():
    pulse = Pulse(app)
    pulse._give_sign()
    assert Heartbeat.objects.filter(part=Part.WORKER, name=pulse.worker).fresh().exists()

    pulse.start()
    pulse.end()
    pulse.join(20)

    assert not Heartbeat.objects.filter(part=Part.WORKER).exists()


@pytest.mark.django_db(transaction=True)
def test_workers_that_were_killed_are_forgotten_after_an_hour():
    for number in range(5):
        Heartbeat.objects.note(Part.WORKER, f"killed:{number}")
    Heartbeat.objects.note(Part.BEAT)
    age_by(3601)
    Heartbeat.objects.note(Part.WORKER, "killed:lately")
    pulse = Pulse(app)

    pulse._give_sign()

    names = Heartbeat.objects.filter(part=Part.WORKER).values_list("name", flat=True)
    assert sorted(names) == sorted(["killed:lately", pulse.worker])
    assert Heartbeat.objects.filter(part=Part.BEAT).exists()  # when beat was last there is worth knowing


@pytest.mark.django_db(transaction=True)
def test_a_worker_lives_on_when_its_sign_of_life_cannot_be_written(caplog):
    pulse = Pulse(app)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE operation_heartbeat RENAME TO elsewhere")
    try:
        pulse._give_sign()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO operation_heartbeat")

    assert "no sign of life could be given" in caplog.text
    pulse._give_sign()
    assert Heartbeat.objects.filter(part=Part.WORKER).fresh().exists()
    Heartbeat.objects.filter(seen_at__lt=Now()).delete()
