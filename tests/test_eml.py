import email
import email.policy
import logging
import resource
import threading
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from config import whole

pytestmark = pytest.mark.once


@pytest.fixture
def outbox(settings, tmp_path) -> Path:
    settings.EMAIL_FILE_PATH = str(tmp_path / "outbox")
    return tmp_path / "outbox"


def letter(subject: str = "Come in", **more) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject, "Grüße,\nAlice", "alice@example.org", ["gina@example.org"], **more
    )
    message.attach_alternative("<p>Grüße</p>", "text/html")
    return message


def send(*messages: EmailMultiAlternatives) -> int:
    return get_connection("config.eml.EmailBackend").send_messages(list(messages))


def test_each_letter_is_one_file_that_mail_programs_open(outbox):
    assert send(letter("First"), letter("Second")) == 2

    files = sorted(outbox.iterdir())
    assert [file.suffix for file in files] == [".eml", ".eml"]
    read = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
    assert [message["Subject"] for message in read] == ["First", "Second"]
    assert read[0]["To"] == "gina@example.org"
    assert read[0].get_body(("plain",)).get_content().splitlines() == ["Grüße,", "Alice"]
    assert read[0].get_body(("html",)).get_content().strip() == "<p>Grüße</p>"


def test_lines_end_as_in_mail(outbox):
    send(letter())

    [file] = outbox.iterdir()
    assert b"\n" not in file.read_bytes().replace(b"\r\n", b"")


def test_letters_sort_by_time(outbox):
    for number in range(30):
        send(letter(str(number)))

    subjects = [email.message_from_bytes(file.read_bytes())["Subject"] for file in sorted(outbox.iterdir())]
    assert subjects == [str(number) for number in range(30)]


def test_who_is_not_named_stays_unnamed(outbox):
    send(letter(bcc=["secret@example.org"]))

    [file] = outbox.iterdir()
    assert b"secret@example.org" not in file.read_bytes()


def test_letters_are_for_the_owner_alone(outbox):
    send(letter())

    [file] = outbox.iterdir()
    assert outbox.stat().st_mode & 0o777 == 0o700
    assert file.stat().st_mode & 0o777 == 0o600


def test_nobody_ever_sees_half_a_letter(outbox, monkeypatch):
    seen = []
    replace = whole.os.replace

    def look_and_replace(draft, path):
        seen.append([file.name for file in outbox.glob("*.eml")])
        replace(draft, path)

    monkeypatch.setattr(whole.os, "replace", look_and_replace)
    send(letter())

    assert seen == [[]]
    assert [file.suffix for file in outbox.iterdir()] == [".eml"]


def test_threads_do_not_overwrite_each_other(outbox):
    threads = [threading.Thread(target=send, args=[letter(), letter()]) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(list(outbox.iterdir())) == 40


def test_the_console_shows_the_text_to_who_tries_foyer_out(outbox, capsys):
    send(letter())

    assert capsys.readouterr().err.endswith(
        "| To: gina@example.org\n| Subject: Come in\n| \n| Grüße,\n| Alice\n"
    )


def test_what_is_written_for_machines_says_only_that_there_is_a_letter(outbox, capsys, caplog, settings):
    settings.LOG_FORMAT = "json"
    with caplog.at_level(logging.INFO):
        send(letter())

    assert "a letter is kept as" in caplog.text
    for said in ("gina@example.org", "Come in", "Alice"):
        assert said not in caplog.text + capsys.readouterr().err


def test_of_a_letter_for_which_there_is_no_room_nothing_stays(outbox):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            send(letter())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert list(outbox.iterdir()) == []
