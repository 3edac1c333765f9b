"""At most so many letters a minute for one room: they queue, and nothing is refused."""

from datetime import timedelta

import pytest
from celery import current_app
from django.db import transaction
from django.utils import timezone

from invitations import outbox
from invitations.models import Invitation
from invitations.tasks import drain_outbox
from tests.doors import meanwhile

pytestmark = pytest.mark.django_db
LIMIT = 12


@pytest.fixture(autouse=True)
def few_letters(settings) -> None:
    settings.LETTERS_A_MINUTE = LIMIT


@pytest.fixture
def queue(make_link, alice):
    def queue(number: int, **link) -> list[Invitation]:
        return [outbox.invite(make_link(**link), by=alice) for _ in range(number)]

    return queue


def count(**fields) -> int:
    return Invitation.objects.filter(**fields).count()


def pass_(seconds: float) -> None:
    for invitation in Invitation.objects.filter(held_at__isnull=False):
        held_at = invitation.held_at - timedelta(seconds=seconds)
        Invitation.objects.filter(pk=invitation.pk).update(held_at=held_at)


def test_a_room_s_letters_over_the_limit_wait_for_the_next_minute(smtp, queue):
    queue(LIMIT * 2 + 3)
    sent = []
    for _ in range(4):
        outbox.drain()
        sent.append(len(smtp.letters))
        outbox.drain()
        assert len(smtp.letters) == sent[-1]  # not one more in the same minute
        pass_(61)
    assert sent == [LIMIT, LIMIT * 2, LIMIT * 2 + 3, LIMIT * 2 + 3]
    assert count(state="sent") == LIMIT * 2 + 3


def test_as_the_minute_moves_on_as_many_go_as_have_left_it(smtp, queue):
    queue(LIMIT + 5)
    outbox.drain()
    three = Invitation.objects.filter(state="sent").values_list("pk", flat=True)[:3]
    Invitation.objects.filter(pk__in=list(three)).update(held_at=timezone.now() - timedelta(seconds=61))
    outbox.drain()
    assert len(smtp.letters) == LIMIT + 3


def test_another_room_s_letters_are_not_held_up(smtp, queue, bobs_room):
    queue(LIMIT * 3)
    queue(5, room=bobs_room)
    outbox.drain()
    assert count(state="sent", link__room=bobs_room) == 5
    assert count(state="sent") == LIMIT + 5


def test_a_letter_that_is_tried_and_refused_counts(smtp, queue):
    first, *_others = queue(LIMIT + 1)
    smtp.refuse(first.link.email, "451 4.7.1 later")
    outbox.drain()
    assert len(smtp.letters) == LIMIT - 1


def test_a_letter_that_was_claimed_and_given_back_does_not(queue):
    [invitation] = queue(1)
    claimed = Invitation.objects.claim(1)
    Invitation.objects.still_mine(claimed).hand_back()
    invitation.refresh_from_db()
    assert (invitation.state, invitation.held_at) == ("queued", None)


def test_letters_in_a_slow_worker_s_hands_count_however_long_it_takes(queue):
    queue(LIMIT + 1)
    assert len(Invitation.objects.claim(LIMIT)) == LIMIT
    pass_(61)
    assert Invitation.objects.claim(10) == []


@pytest.mark.django_db(transaction=True)
def test_two_workers_with_different_letters_of_a_room_keep_to_its_limit_together(queue):
    pks = [invitation.pk for invitation in queue(20)]
    theirs, others = (Invitation.objects.filter(pk__in=half) for half in (pks[:10], pks[10:]))
    with transaction.atomic():
        first = theirs.claim(10)
        second = meanwhile(others.claim, 10)  # waits for our commit
    assert (len(first), len(second.result(timeout=10))) == (10, LIMIT - 10)
    assert Invitation.objects.claim(10) == []


def test_a_worker_says_whether_letters_have_to_wait(smtp, queue):
    queue(LIMIT)
    assert outbox.drain() is False
    queue(1)
    assert outbox.drain() is True


def test_a_worker_comes_back_for_letters_that_wait_and_only_one_does(smtp, queue, settings):
    settings.CELERY_BROKER_URL = "memory://"
    with current_app.connection_for_write() as connection:
        box = connection.SimpleQueue("celery")
        box.clear()
        queue(LIMIT + 1)
        drain_outbox()
        drain_outbox()
        assert box.qsize() == 1
        assert box.get_nowait().headers["eta"]
        box.clear()


@pytest.mark.parametrize("number", [1, 10])
def test_a_claim_has_a_fixed_number_of_statements(queue, make_room, django_assert_num_queries, number):
    for _ in range(number):
        queue(1, room=make_room())
    with django_assert_num_queries(8):  # count, look; a savepoint and its release; lock, count, take; read
        assert len(Invitation.objects.claim(10)) == number
