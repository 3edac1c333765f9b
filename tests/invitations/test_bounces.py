"""DESIGN 2.5.2 over plain SMTP: bounces come to a mailbox. Mail server and IMAP server are real."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from invitations import bounces, outbox
from invitations.models import Invitation, TrackingEvent
from invitations.tasks import read_bounces
from tests.imapserver import Imapserver

SAMPLES = {path.stem: path.read_text() for path in (Path(__file__).parent / "bounces").glob("*.eml")}
UNKNOWN = "Mailbox unknown"
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def imapserver() -> Iterator[Imapserver]:
    server = Imapserver()
    yield server
    server.close()


@pytest.fixture
def imap(imapserver, settings) -> Imapserver:
    imapserver.clear()
    settings.BOUNCE_ADDRESS = "Bounces@example.net"
    settings.BOUNCE_IMAP_URL = imapserver.url
    return imapserver


@pytest.fixture
def invitation(imap, gina, alice, smtp) -> Invitation:
    """A letter to Gina that the mail server has taken."""
    outbox.invite(gina, by=alice)
    outbox.drain()
    return Invitation.objects.get(state="sent")


def sample(name: str, invitation: Invitation, **changes: str) -> bytes:
    text = SAMPLES[name]
    names = {
        "return_path": bounces.return_path(invitation),
        "recipient": invitation.recipient,
        "message_id": invitation.message_id,
        **changes,
    }
    for placeholder, value in names.items():
        text = text.replace(f"{{{placeholder}}}", value)
    return text.encode()


def outcome(invitation: Invitation) -> tuple[str, str]:
    return Invitation.objects.values_list("state", "reason").get(pk=invitation.pk)


def test_each_letter_has_a_return_path_of_its_own_and_the_sender_s_name_stays(
    smtp, settings, make_link, alice
):
    settings.BOUNCE_ADDRESS = "bounces@example.net"
    for _ in range(2):
        outbox.invite(make_link(), by=alice)
    outbox.drain()
    senders = {letter.sender for letter in smtp.letters}
    assert senders == {bounces.return_path(invitation) for invitation in Invitation.objects.all()}
    assert all(re.fullmatch(r"bounces\+[0-9a-f]{25,}@example\.net", sender) for sender in senders)
    for letter in smtp.letters:
        assert letter.message["From"] == settings.DEFAULT_FROM_EMAIL
        assert letter.message.get_all("From") == [settings.DEFAULT_FROM_EMAIL]
        assert not letter.message["Return-Path"]


def test_without_an_address_for_bounces_they_go_to_the_sender(smtp, settings, gina, alice):
    outbox.invite(gina, by=alice)
    outbox.drain()
    assert settings.DEFAULT_FROM_EMAIL.endswith(f"<{smtp.letters[0].sender}>")


def test_the_longest_return_path_fits_and_a_longer_one_is_said_to_be_wrong(settings):
    invitation = Invitation(pk=2**63 - 1)
    settings.BOUNCE_ADDRESS = f"{'b' * 23}@example.net"
    assert len(bounces.return_path(invitation).split("@")[0]) == 64
    for wrong in (f"{'b' * 24}@example.net", "@example.net", "example.net"):
        settings.BOUNCE_ADDRESS = wrong
        with pytest.raises(ImproperlyConfigured, match="BOUNCE_ADDRESS"):
            bounces.return_path(invitation)


@pytest.mark.parametrize(
    ("name", "state", "ours", "theirs"),
    [
        (
            "postfix",
            "bounced",
            UNKNOWN,
            "550 5.1.1 <gina@example.org>: Recipient address rejected: User unknown",
        ),
        (
            "postfix-delayed",
            "deferred",
            "The receiving mail server cannot be reached",
            "Connection timed out (4.4.1)",
        ),
        ("exim", "bounced", "Mailbox full", "552 5.2.2 Mailbox size limit exceeded (5.0.0)"),
        ("exim-3", "bounced", UNKNOWN, "550 unknown user"),
        ("office365", "bounced", UNKNOWN, "550 5.1.10 RESOLVER.ADR.RecipientNotFound"),
        ("gmail", "bounced", UNKNOWN, "550-5.1.1 The email account that you tried to reach does not exist."),
        ("qmail", "bounced", UNKNOWN, "5.1.1)"),
        ("expired", "bounced", "Delivery took too long", "4.4.7"),
    ],
)
def test_a_bounce_says_what_became_of_the_letter_and_is_gone(imap, invitation, name, state, ours, theirs):
    imap.put(sample(name, invitation))
    read_bounces()
    found, reason = outcome(invitation)
    assert (found, reason.partition(": ")[0]) == (state, ours)
    assert theirs in reason
    assert imap.left() == []


def test_the_samples_are_all_used():
    autoreplies = {"away-vacation", "away-outlook", "away-daemon"}
    bounced = {"postfix", "postfix-delayed", "exim", "exim-3", "office365", "gmail", "qmail", "expired"}
    assert set(SAMPLES) == autoreplies | bounced | {"person", "relayed"}


@pytest.mark.parametrize("name", ["away-vacation", "away-outlook", "away-daemon", "person", "relayed"])
def test_an_autoreply_and_a_person_s_letter_are_no_bounces_and_stay_for_somebody_to_find(
    imap, invitation, name
):
    imap.put(sample(name, invitation))
    read_bounces()
    assert outcome(invitation) == ("sent", "")
    assert not TrackingEvent.objects.exists()
    [(_subject, was_seen)] = imap.left()
    assert was_seen


def test_letter_case_does_not_matter_on_the_way_back(imap, invitation):
    path = bounces.return_path(invitation)
    imap.put(sample("postfix", invitation, return_path=path.lower()))
    read_bounces()
    assert outcome(invitation)[0] == "bounced"
    imap.put(sample("gmail", invitation, return_path=path.upper()))
    read_bounces()
    assert TrackingEvent.objects.count() == 2


def test_a_bounce_that_nobody_could_have_got_is_not_believed(imap, invitation, settings):
    path = bounces.return_path(invitation)
    local, domain = path.split("@")
    other = "0" if local[-1] != "0" else "1"
    forged = [
        f"{local[:-1]}{other}@{domain}",
        f"bounces+{invitation.pk:x}{'0' * 24}@{domain}",
        f"bounces+{invitation.pk + 1:x}{local[-24:]}@{domain}",
        f"{local}@evil.example",
        "bounces@example.net",
    ]
    imap.put(*(sample("postfix", invitation, return_path=address) for address in forged))
    read_bounces()
    assert outcome(invitation) == ("sent", "")
    assert len(imap.left()) == len(forged)


def test_a_key_that_was_replaced_is_still_known(imap, invitation, settings):
    bounce = sample("postfix", invitation)
    settings.LINK_KEY, settings.LINK_KEY_FALLBACKS = "a new key", [settings.LINK_KEY]
    imap.put(bounce)
    read_bounces()
    assert outcome(invitation)[0] == "bounced"


def test_a_late_bounce_overrides_delivered_and_a_late_delay_does_not(imap, invitation):
    for name, state in (("postfix-delayed", "delivered"), ("postfix", "bounced")):
        Invitation.objects.update(state="delivered", changed_at=datetime(2026, 11, 22, tzinfo=UTC))
        imap.put(sample(name, invitation))
        read_bounces()
        assert outcome(invitation)[0] == state


@pytest.mark.parametrize("name", ["postfix", "qmail"], ids=["with a Message-ID", "without"])
def test_a_crash_between_database_and_mailbox_does_no_harm(imap, invitation, name):
    """The bounce is still there, and is heard again."""
    bounces.hear(sample(name, invitation).replace(b"\n", b"\r\n"))
    before = Invitation.objects.values().get()
    imap.put(sample(name, invitation))
    read_bounces()
    assert Invitation.objects.values().get() == before
    assert TrackingEvent.objects.count() == 1
    assert imap.left() == []


def test_a_bounce_is_gone_only_after_the_commit(imap, invitation, monkeypatch):
    """The database goes away while a bounce is heard."""
    from django.db import OperationalError

    from invitations import tracking

    def fail(*_report: object) -> None:
        raise OperationalError("the database is locked")

    imap.put(sample("postfix", invitation))
    with monkeypatch.context() as patch:
        patch.setattr(tracking, "note", fail)
        read_bounces()
    assert imap.left() == [(b"Undelivered Mail Returned to Sender", False)]
    read_bounces()
    assert outcome(invitation)[0] == "bounced"
    assert imap.left() == []


def test_a_broken_message_never_stops_the_others(imap, invitation):
    path = bounces.return_path(invitation).encode()
    broken = [
        b"",
        b"\xff\xfe\x00broken",
        b"To: " + path + b"\nContent-Type: multipart/report; boundary=\n\n--\n--\n",
        b"To: " + path + b"\nFrom: =?x?q?=FF?= <mailer-daemon@\xff>\nDate: never\n"
        b"Content-Type: text/plain; charset=no\n\n\xff",
        b"To: " + path + b"\nContent-Type: message/delivery-status\n\n\xff\n\nAction: \xff\n\nAction\n",
        b"To: " + path + b"\nX-Failed-Recipients: \xff\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Type: message/rfc822",
    ]  # fmt: skip
    imap.put(*(message + b"\n" for message in broken), sample("postfix", invitation))
    read_bounces()
    assert outcome(invitation)[0] == "bounced"
    assert len(imap.left()) == len(broken)


def test_what_is_said_in_eight_bits_can_be_stored(imap, invitation):
    said = sample("postfix", invitation).replace(
        b"Recipient address rejected:", b"Empf\xe4nger \x00 unbekannt:"
    )
    imap.put(said.replace(b"\x00", b"\x01"))
    read_bounces()
    state, reason = outcome(invitation)
    assert state == "bounced"
    assert "5.1.1" in reason


def test_a_bounce_of_a_letter_that_is_deleted_is_counted(imap, invitation):
    imap.put(sample("postfix", invitation))
    invitation.delete()
    read_bounces()
    assert TrackingEvent.objects.get().invitation is None


def test_a_round_is_bounded_and_the_next_goes_on(imap, invitation, monkeypatch):
    monkeypatch.setattr("invitations.mailbox.A_ROUND", 2)
    imap.put(*(sample("person", invitation) for _ in range(2)), sample("postfix", invitation))
    read_bounces()
    assert outcome(invitation) == ("sent", "")
    read_bounces()
    assert outcome(invitation)[0] == "bounced"


def test_of_a_huge_message_the_beginning_is_read(imap, invitation):
    imap.put(sample("postfix", invitation) + b"x" * 77 * 2**15 + b"\n")
    read_bounces()
    assert outcome(invitation)[0] == "bounced"


@pytest.mark.parametrize(
    "url",
    [
        "imap://a:b@127.0.0.1:1/INBOX",
        "imap://bounces%40example.org:guessed@127.0.0.1:{port}/INBOX",
        "imap://bounces%40example.org:p%40ss%2Fword%3A%201@127.0.0.1:{port}/No such box",
        "imaps://a:b@127.0.0.1:{port}/INBOX",
        "imap://[",
    ],
    ids=["down", "wrong password", "no such mailbox", "no TLS there", "no address"],
)  # fmt: skip
def test_a_mailbox_that_cannot_be_read_is_a_line_in_the_log(imap, settings, caplog, url):
    settings.BOUNCE_IMAP_URL = url.replace("{port}", str(imap.port))
    read_bounces()
    [line] = [record for record in caplog.records if record.name == "invitations.mailbox"]
    assert "could not be read" in line.getMessage()
    assert "guessed" not in line.getMessage()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"BOUNCE_ADDRESS": f"{'b' * 24}@example.net"}, "invitations.E001"),
        ({"BOUNCE_ADDRESS": "example.net"}, "invitations.E001"),
        ({"BOUNCE_IMAP_URL": "imaps://a:b@example.net"}, "invitations.E002"),
        ({"ANYMAIL": {"WEBHOOK_SECRET": "without a colon"}}, "invitations.E003"),
    ],
)
def test_settings_that_cannot_work_are_said_at_the_start(settings, wrong, error):
    from django.core.checks import run_checks

    settings.BOUNCE_ADDRESS = settings.BOUNCE_IMAP_URL = ""
    assert not {message.id for message in run_checks()} & {"invitations.E001", "invitations.E002"}
    for name, value in wrong.items():
        setattr(settings, name, value)
    assert error in {message.id for message in run_checks()}


def test_without_a_mailbox_nothing_is_read(settings, caplog):
    settings.BOUNCE_IMAP_URL = ""
    read_bounces()
    assert not caplog.records
