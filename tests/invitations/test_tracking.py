"""DESIGN 2.5.2: what a mail provider says of a letter, through Anymail's own URLs, as providers write it."""

import base64
import itertools
import json
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from anymail.signals import AnymailTrackingEvent
from django.db import transaction
from django.utils import timezone

from invitations import outbox, tracking
from invitations.models import Invitation, State, Suppression, TrackingEvent
from tests.browsers import Client
from tests.doors import meanwhile

PROVIDERS = {
    path.stem: json.loads(path.read_text())
    for path in sorted((Path(__file__).parent / "webhooks").glob("*.json"))
}
SECRET = "provider:a secret of tests"
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
pytestmark = [
    pytest.mark.django_db,
    # Anymail says so of SendGrid each time.
    pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailNotSupportedWarning"),
]


@pytest.fixture(autouse=True)
def keys_of_providers(settings) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": "key-of-mailgun-for-tests"}


@pytest.fixture
def invitation(gina, alice) -> Invitation:
    """A letter to Gina that is in its provider's hands."""
    invitation = outbox.invite(gina, by=alice)
    [claimed] = Invitation.objects.claim(1)
    claimed.keep_provider_id("<given-by@the.provider>")
    claimed.settle(State.SENT)
    invitation.refresh_from_db()
    return invitation


def call(provider: str, event: str, letter: Invitation, /, secret: str = SECRET, **changes):
    names = {
        "invitation": str(letter.pk),
        "recipient": letter.recipient or "gina@example.org",
        "provider_id": letter.provider_id or "not-written-down-yet",
    } | changes
    body = json.dumps(PROVIDERS[provider]["events"][event])
    for name, value in names.items():
        body = body.replace(f"{{{name}}}", value)
    headers = {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"} if secret else {}
    return Client(raise_request_exception=False).post(
        PROVIDERS[provider]["path"], body, content_type="application/json", headers=headers
    )


def said(event_type: str, invitation: Invitation, at: datetime = AT, **more) -> AnymailTrackingEvent:
    return AnymailTrackingEvent(
        **{
            "event_type": event_type,
            "timestamp": at,
            "event_id": f"{event_type} {at}",
            "message_id": invitation.message_id,
            "metadata": {},
            **more,
        }
    )


def outcome(invitation: Invitation) -> tuple[str, str]:
    return Invitation.objects.values_list("state", "reason").get(pk=invitation.pk)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("event", ["delivered", "deferred", "bounced", "complained"])
def test_what_a_provider_says_becomes_the_letter_s_state(invitation, provider, event):
    assert call(provider, event, invitation).status_code == 200
    assert outcome(invitation)[0] == event
    heard = TrackingEvent.objects.get()
    assert (heard.invitation, heard.kind) == (invitation, event)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_letter_s_own_number_finds_it_before_the_provider_s_name_for_it_is_known(invitation, provider):
    Invitation.objects.update(provider_id="")
    invitation.refresh_from_db()
    call(provider, "delivered", invitation)
    assert outcome(invitation)[0] == "delivered"


@pytest.mark.parametrize("provider", PROVIDERS)
def test_where_a_provider_keeps_no_number_the_message_id_finds_it(invitation, provider):
    call(provider, "delivered", invitation, invitation="")
    assert outcome(invitation)[0] == "delivered"


@pytest.mark.parametrize("provider", ["mailgun", "postmark", "sendgrid", "brevo", "sparkpost"])
def test_the_reason_is_in_plain_words_and_then_in_the_server_s(invitation, provider):
    call(provider, "bounced", invitation)
    ours, _colon, theirs = outcome(invitation)[1].partition(": ")
    assert ours == "Mailbox unknown"
    assert "5.1.1" in theirs


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("secret", ["", "provider:guessed", "a secret of tests"])
def test_a_forged_call_is_refused_and_changes_nothing(invitation, provider, secret):
    assert call(provider, "bounced", invitation, secret=secret).status_code == 400
    assert outcome(invitation) == ("sent", "")
    assert not TrackingEvent.objects.exists()


def test_a_call_with_a_wrong_signature_is_refused_though_the_secret_is_right(invitation, settings):
    settings.ANYMAIL["MAILGUN_WEBHOOK_SIGNING_KEY"] = "another"
    assert call("mailgun", "bounced", invitation).status_code == 400
    assert outcome(invitation) == ("sent", "")


@pytest.mark.parametrize("anymail", [{}, {"WEBHOOK_SECRET": ""}, {"MAILGUN_API_KEY": "key"}])
def test_without_a_secret_nobody_is_believed(settings, invitation, anymail):
    import importlib

    from django.urls import clear_url_caches

    from config import urls

    settings.ANYMAIL = anymail
    try:
        importlib.reload(urls)
        clear_url_caches()
        for provider in PROVIDERS:
            assert call(provider, "bounced", invitation).status_code == 404
    finally:
        settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}
        importlib.reload(urls)
        clear_url_caches()
    assert outcome(invitation) == ("sent", "")


@pytest.mark.parametrize("provider", [name for name, it in PROVIDERS.items() if "opened" in it["events"]])
def test_who_opened_a_letter_is_not_even_written_down(invitation, provider):
    assert call(provider, "opened", invitation).status_code == 200
    assert outcome(invitation) == ("sent", "")
    assert not TrackingEvent.objects.exists()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_event_that_comes_twice_changes_nothing(invitation, provider):
    call(provider, "bounced", invitation)
    before = Invitation.objects.values().get()
    Invitation.objects.update(state="sent")  # so that a second hearing would show
    assert call(provider, "bounced", invitation).status_code == 200
    assert Invitation.objects.values().get() == {**before, "state": "sent"}
    assert TrackingEvent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_event_that_comes_twice_at_once_is_heard_once(invitation):
    event = said("bounced", invitation, mta_response="550 5.1.1 no")
    with transaction.atomic():
        tracking.hear(event, "Test")
        second = meanwhile(tracking.hear, event, "Test")
    second.result(timeout=10)
    assert TrackingEvent.objects.count() == 1
    assert outcome(invitation)[0] == "bounced"


def test_an_event_about_an_unknown_letter_is_ignored_and_counted(invitation, caplog):
    stranger = {"invitation": "9999", "provider_id": "<never@example.org>", "recipient": "eve@example.org"}
    assert call("mailgun", "bounced", invitation, **stranger).status_code == 200
    assert outcome(invitation) == ("sent", "")
    assert TrackingEvent.objects.get().invitation is None
    assert "not known here" in caplog.text


def test_a_report_that_has_overtaken_its_worker_is_believed_when_it_comes_again(invitation):
    said_early = said("bounced", invitation, message_id="early", metadata={}, mta_response="550 5.1.1 no")
    tracking.hear(said_early, "Test")
    assert outcome(invitation)[0] == "sent"

    invitation.keep_provider_id("early")
    for _time in range(2):
        tracking.hear(said_early, "Test")

    assert outcome(invitation)[0] == "bounced"
    assert TrackingEvent.objects.get().invitation == invitation


def test_a_letter_of_another_installation_with_the_same_number_is_not_ours(invitation):
    call("postmark", "bounced", invitation, provider_id="theirs", recipient="eve@example.org")
    assert outcome(invitation) == ("sent", "")
    assert TrackingEvent.objects.get().invitation is None


@pytest.mark.parametrize(
    "metadata", [[], None, {"invitation": None}, {"invitation": "1; --"}, {"invitation": "9" * 30}]
)
def test_a_number_that_is_none_finds_nothing(invitation, metadata):
    tracking.hear(said("bounced", invitation, message_id=None, metadata=metadata), "Test")
    assert outcome(invitation) == ("sent", "")


def test_in_an_idn_domain_the_receiver_is_the_same_in_both_spellings(invitation):
    Invitation.objects.update(recipient="gina@bücher.example", provider_id="")
    event = said(
        "bounced", invitation, message_id="?", metadata={"invitation": str(invitation.pk)},
        recipient="GINA@xn--bcher-kva.example",
    )  # fmt: skip
    tracking.hear(event, "Test")
    assert outcome(invitation)[0] == "bounced"


KINDS = ("queued", "sent", "deferred", "rejected", "delivered", "bounced", "complained")


@pytest.mark.parametrize("kinds", list(itertools.combinations(KINDS, 3)))
def test_any_order_of_the_same_events_ends_the_same(gina, alice, kinds):
    ends = set()
    for order in itertools.permutations(kinds):
        invitation = outbox.invite(gina, by=alice)
        for kind in order:
            at = AT + timedelta(minutes=KINDS.index(kind))
            tracking.hear(said(kind, invitation, at, mta_response=f"said {kind}"), f"Test {invitation.pk}")
        ends.add(outcome(invitation))
    assert len(ends) == 1


def test_of_two_events_of_one_kind_the_later_one_s_reason_stands_in_both_orders(gina, alice):
    events = [
        ("first", AT),
        ("second", AT + timedelta(hours=1)),
        ("at the same time", AT + timedelta(hours=1)),
    ]
    ends = set()
    for order in itertools.permutations(events):
        invitation = outbox.invite(gina, by=alice)
        for words, at in order:
            tracking.hear(
                said("bounced", invitation, at, mta_response=words, event_id=f"{invitation.pk} {words}"),
                "Test",
            )
        ends.add(outcome(invitation))
    assert len(ends) == 1
    assert ("bounced", "first") not in ends


@pytest.mark.parametrize(
    ("first", "then", "end"),
    [
        ("delivered", "bounced", "bounced"),
        ("deferred", "delivered", "delivered"),
        ("delivered", "deferred", "delivered"),
        ("delivered", "complained", "complained"),
        ("bounced", "delivered", "bounced"),
        ("delivered", "autoresponded", "delivered"),
    ],
)
def test_the_end_of_two(invitation, first, then, end):
    tracking.hear(said(first, invitation), "Test")
    tracking.hear(said(then, invitation), "Test")
    assert outcome(invitation)[0] == end


def test_a_letter_that_the_provider_delays_is_not_sent_again_by_us(invitation, smtp):
    tracking.hear(said("deferred", invitation, mta_response="451 4.2.2 full"), "Test")
    invitation.refresh_from_db()
    assert (invitation.state, invitation.due_at) == ("deferred", None)
    assert not Invitation.objects.waiting().exists()
    outbox.drain()
    assert smtp.letters == []


def test_a_resent_letter_leaves_one_that_the_provider_delays_alone(invitation, alice):
    tracking.hear(said("deferred", invitation), "Test")
    Invitation.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    outbox.resend(invitation.link, by=alice)
    assert outcome(invitation)[0] == "deferred"


def test_the_time_of_an_outcome_is_the_event_s(invitation):
    tracking.hear(said("bounced", invitation), "Test")
    assert Invitation.objects.get().changed_at == AT


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("how", ["settle", "defer"])
def test_an_event_that_comes_before_the_worker_has_written_wins(gina, alice, how):
    outbox.invite(gina, by=alice)
    [claimed] = Invitation.objects.claim(1)
    write = {
        "settle": lambda: claimed.settle(State.SENT),
        "defer": lambda: claimed.defer("timeout"),
    }
    with transaction.atomic():
        tracking.hear(said("delivered", claimed), "Test")
        worker = meanwhile(write[how])  # waits for our commit
    worker.result(timeout=10)
    claimed.refresh_from_db()
    assert (claimed.state, claimed.reason, claimed.due_at, claimed.claim) == ("delivered", "", None, None)


@pytest.mark.django_db(transaction=True)
def test_an_event_that_waits_for_the_worker_wins_as_well(gina, alice):
    outbox.invite(gina, by=alice)
    [claimed] = Invitation.objects.claim(1)
    with transaction.atomic():
        claimed.settle(State.SENT)
        event = meanwhile(tracking.hear, said("bounced", claimed, mta_response="550 5.1.1 no"), "Test")
    event.result(timeout=10)
    assert outcome(claimed) == ("bounced", "Mailbox unknown: 550 5.1.1 no")


def test_a_worker_that_died_after_sending_does_not_send_again_once_the_provider_has_spoken(gina, alice, smtp):
    outbox.invite(gina, by=alice)
    [claimed] = Invitation.objects.claim(1)
    # and here it dies
    tracking.hear(said("delivered", claimed), "Test")
    Invitation.objects.filter(due_at__isnull=False).update(due_at=timezone.now())
    outbox.drain()
    assert (outcome(claimed)[0], smtp.letters) == ("delivered", [])


def test_a_retry_of_ours_is_off_once_the_provider_says_that_it_has_the_letter(gina, alice, smtp):
    """The connection was lost after the provider had taken it."""
    outbox.invite(gina, by=alice)
    [claimed] = Invitation.objects.claim(1)
    claimed.defer("The mail server could not be reached: timed out")
    tracking.hear(said("sent", claimed), "Test")
    assert Invitation.objects.values_list("state", "reason", "due_at").get() == ("sent", "", None)


@pytest.fixture
def mailgun(settings) -> Iterator[list[bytes]]:
    """A provider's API on a loopback port, and Django's mail goes through it: what was posted to it."""
    posted: list[bytes] = []

    class Api(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"id": "<given@mailgun.example>", "message": "Queued. Thank you."}')

        def log_message(self, *_words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    settings.ANYMAIL |= {
        "MAILGUN_API_KEY": "key",
        "MAILGUN_SENDER_DOMAIN": "example.org",
        "MAILGUN_API_URL": f"http://127.0.0.1:{server.server_port}/v3",
    }
    yield posted
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("bounce_address", ["", "bounces@example.org"])
def test_a_letter_through_a_provider_s_api_carries_its_number_and_gets_the_provider_s_name(
    gina, alice, mailgun, settings, bounce_address
):
    settings.BOUNCE_ADDRESS = bounce_address
    outbox.invite(gina, by=alice)
    outbox.drain()
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.provider_id) == ("sent", "<given@mailgun.example>")
    [posted] = mailgun
    number = rf'v(:|%3A)invitation(=|"\r\n\r\n){invitation.pk}\b'  # in either kind of form
    assert re.search(number.encode(), posted)
    assert b"bounces+" not in posted  # it has a return path of its own
    call("mailgun", "bounced", invitation)
    assert outcome(invitation)[0] == "bounced"


def test_a_complaint_is_a_wish_for_no_more_letters_about_this_room(invitation, bobs_room):
    tracking.hear(said("complained", invitation), "Test")
    tracking.hear(said("complained", invitation, event_id="another"), "Test")
    assert Suppression.objects.forbid("Gina@example.org", invitation.link.room_id)
    assert not Suppression.objects.forbid("gina@example.org", bobs_room.pk)


def test_nothing_but_a_complaint_is_a_wish(invitation):
    for kind in ("bounced", "rejected", "unsubscribed", "delivered"):
        tracking.hear(said(kind, invitation), "Test")
    assert not Suppression.objects.exists()


def test_what_a_server_says_is_one_line_whatever_it_has_in_it(invitation):
    tracking.hear(
        said("bounced", invitation, mta_response="550\r\n5.1.1\0 <b>\u202egone" + "x" * 900), "Test"
    )
    state, reason = outcome(invitation)
    assert reason.startswith("Mailbox unknown: 550 5.1.1 <b> gonexxx")
    assert (state, len(reason)) == ("bounced", 500)
