"""Issue 5: “Send me my link again”. DESIGN 2.5.5 and 2.5.7 hold."""

from datetime import timedelta

import pytest
from django.utils import timezone

from invitations import again, outbox
from invitations.models import Invitation, LinkWanted, Suppression
from invitations.tasks import send_again
from invitations.views.again import EACH_ADDRESS, EACH_BLOCK
from rooms.models import Role
from tests.doors import meanwhile

pytestmark = pytest.mark.django_db
NOW = timezone.now()
YESTERDAY = NOW - timedelta(days=1)
GINA = "gina@example.org"


@pytest.fixture
def had_letter(make_guest_link, alice):
    """had_letter(**fields): Gina's link, about which alice sent a letter yesterday."""

    def make(**fields):
        link = make_guest_link(**{"email": GINA, **fields})
        letter = outbox.invite(link, by=alice)
        Invitation.objects.filter(pk=letter.pk).update(
            created_at=YESTERDAY, held_at=YESTERDAY, state="sent", due_at=None, sequence=link.sequence
        )
        return link

    return make


def want(email: str = GINA) -> int:
    LinkWanted.objects.create(email=email)
    return again.send()


@pytest.mark.parametrize("email", [GINA, "nobody@example.org"])
def test_the_answer_and_the_work_are_the_same_for_everybody(
    client, had_letter, django_assert_num_queries, email
):
    had_letter()
    with django_assert_num_queries(1):
        answer = client.post("/again/", {"email": email})
    assert (answer.status_code, answer.url) == (302, "/again/?asked")
    assert list(LinkWanted.objects.values_list("email", flat=True)) == [email]
    page = client.get(answer.url).content.decode()
    assert "If there is a link for this address" in page
    assert email not in page


@pytest.mark.parametrize("email", ["", "gina", "gina@"])
def test_what_is_no_address_is_refused(client, email):
    answer = client.post("/again/", {"email": email})
    assert answer.status_code == 422
    assert LinkWanted.objects.count() == 0


def test_over_an_addresss_limit_the_answer_is_the_same_and_nothing_is_written(client):
    for _ in range(EACH_ADDRESS.number):
        EACH_ADDRESS.is_over(GINA)
    answer = client.post("/again/", {"email": "Gina@example.org"})
    assert (answer.status_code, answer.url) == (302, "/again/?asked")
    assert LinkWanted.objects.count() == 0


def test_who_asks_for_many_addresses_is_told_to_wait_and_nothing_is_written(client):
    for _ in range(EACH_BLOCK.number):
        EACH_BLOCK.is_over("127.0.0.1")
    answer = client.post("/again/", {"email": "Gina@example.org"})
    assert (answer.status_code, LinkWanted.objects.count()) == (429, 0)
    assert 0 < int(answer["Retry-After"]) <= EACH_BLOCK.seconds


def test_each_living_link_with_that_address_is_sent_again_in_the_name_of_who_sent_it(
    had_letter, alice, bobs_room
):
    links = [had_letter(), had_letter(room=bobs_room, starts_at=NOW + timedelta(days=1))]
    assert want("GINA@example.org") == 2
    for link in links:
        assert [letter.sent_by for letter in link.invitations.all()] == [alice, alice]
        assert link.invitations.first().state == "queued"
    assert LinkWanted.objects.count() == 0


def test_the_letter_carries_the_same_address(smtp, had_letter):
    link = had_letter()
    want()
    outbox.drain()
    assert link.address in smtp.letters[0].text


@pytest.mark.parametrize(
    "state",
    [{"ends_at": YESTERDAY}, {"is_active": False}, {"role": Role.NO_ACCESS}, {"deleted_at": YESTERDAY}],
)
def test_what_does_not_open_is_not_sent(had_letter, state):
    had_letter(**state)
    assert want() == 0
    assert Invitation.objects.count() == 1


def test_a_link_that_an_administrator_never_sent_is_not_sent(make_guest_link):
    make_guest_link(email=GINA)
    assert want() == 0
    assert Invitation.objects.count() == 0


def test_a_letter_that_was_withdrawn_before_it_went_was_none(make_guest_link, alice):
    from links.models import Link

    link = make_guest_link(email=GINA)
    outbox.invite(link, by=alice)
    outbox.withdraw(Link.objects.filter(pk=link.pk))
    Invitation.objects.update(created_at=YESTERDAY)
    assert want() == 0


def test_who_refused_letters_gets_none(had_letter):
    link = had_letter()
    Suppression.objects.add(GINA, link.room)
    assert want() == 0
    assert LinkWanted.objects.count() == 0


def test_at_most_one_letter_a_minute_goes_for_a_link(had_letter):
    had_letter()
    assert [want(), want(), want()] == [1, 0, 0]


def test_without_the_one_who_sent_it_it_goes_all_the_same(had_letter, alice):
    link = had_letter()
    alice.delete()
    assert want() == 1
    assert link.invitations.first().sent_by is None


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_sends(had_letter):
    from django.db import transaction

    link = had_letter()
    wanted = LinkWanted.objects.create(email=GINA)
    with transaction.atomic():
        assert again._send(wanted) == 1
        other = meanwhile(again._send, wanted)
    assert other.result(timeout=10) == 0
    assert link.invitations.count() == 2


def test_what_is_older_than_a_day_is_forgotten(had_letter):
    had_letter()
    LinkWanted.objects.create(email=GINA, asked_at=NOW - timedelta(days=1, seconds=1))
    assert again.send() == 0
    assert LinkWanted.objects.count() == 0


def test_with_the_broker_down_the_wish_is_written_and_answered(client, settings, monkeypatch):
    from config.celery import app

    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1")
    assert client.post("/again/", {"email": GINA}).status_code == 302
    assert LinkWanted.objects.count() == 1


def test_a_lost_late_or_doubled_task_does_no_harm(had_letter):
    link = had_letter()
    LinkWanted.objects.create(email=GINA)
    for _ in range(3):
        send_again()
    assert link.invitations.count() == 2


@pytest.mark.parametrize("path", ["/j/nothing", "/accounts/login/"])
def test_the_way_there_is_on_the_pages_of_those_who_look_for_it(client, path):
    assert 'href="/again/"' in client.get(path).content.decode()


def test_the_way_there_is_on_a_shut_door(client, had_letter):
    from tests.doors import address_of

    link = had_letter(is_active=False)
    assert 'href="/again/"' in client.get(f"/j/{address_of(link)}").content.decode()
