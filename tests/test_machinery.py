"""What the other tests stand on."""

import smtplib

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection, send_mail
from django.db import connection, transaction

from rooms.models import SetupKey
from tests.sessions import in_another_session


def test_tests_run_on_the_database_that_was_asked_for(db, database_kind):
    assert connection.vendor == database_kind


@pytest.mark.django_db(transaction=True)
def test_another_session_waits_for_our_commit():
    with transaction.atomic():
        SetupKey.objects.create(digest="same")
        second = in_another_session(SetupKey.objects.get_or_create, digest="same")
        with pytest.raises(TimeoutError):
            second.result(timeout=0.3)

    assert second.result(timeout=10)[1] is False


@pytest.mark.django_db(transaction=True)
def test_an_error_in_another_session_reaches_the_test():
    with pytest.raises(SetupKey.DoesNotExist):
        in_another_session(SetupKey.objects.get, digest="none").result(timeout=10)


def test_what_is_prepared_for_a_foyer_holds_no_secret(prepared, database_kind, tmp_path):
    prepared.lay_out(tmp_path / "var")

    in_a_file = {"foyer.sqlite3"} if database_kind == "sqlite" else set()
    assert {path.name for path in (tmp_path / "var").iterdir()} == {"static"} | in_a_file


def send(recipient: str = "gina@example.org") -> None:
    send_mail("Come in", "Grüße", "alice@example.org", [recipient])


@pytest.mark.once
def test_the_mail_server_keeps_letters(smtp):
    send()

    [letter] = smtp.wait_for(1)
    assert (letter.sender, letter.recipients) == ("alice@example.org", ["gina@example.org"])
    assert letter.text.strip() == "Grüße"
    assert letter.message["Subject"] == "Come in"


@pytest.mark.once
def test_the_mail_server_refuses_whom_it_is_told_to(smtp):
    smtp.refuse("gone@example.org", "550 5.1.1 No such user")

    with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
        send("gone@example.org")
    send()

    assert refusal.value.recipients == {"gone@example.org": (550, b"5.1.1 No such user")}
    assert len(smtp.letters) == 1


@pytest.mark.once
def test_the_mail_server_dies_and_comes_back_where_it_was(smtp):
    smtp.dies_after = 1
    addresses = ("alice@example.org", ["gina@example.org"])
    letters = [EmailMultiAlternatives(subject, "", *addresses) for subject in "12"]

    with pytest.raises(smtplib.SMTPServerDisconnected):
        get_connection().send_messages(letters)
    with pytest.raises(ConnectionRefusedError):
        send()
    smtp.revive()
    send()

    assert [letter.message["Subject"] for letter in smtp.letters] == ["1", "Come in"]


@pytest.mark.once
def test_redis_is_there_when_a_test_asks_for_it(redis_url):
    import redis

    with redis.Redis.from_url(redis_url) as client:
        assert client.ping() is True


@pytest.mark.once
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_browser_and_the_database_get_along(page):
    page.set_content("<h1>Foyer</h1>")

    assert page.inner_text("h1") == "Foyer"
    assert SetupKey.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_after_the_browser_the_database_is_as_before():
    assert SetupKey.objects.count() == 0
