"""What is counted and not timed: bytes that an open page gets for a change, however many are in."""

import pytest

from rooms import seating
from rooms.live import watched
from rooms.live.look import look, look_at_lists
from rooms.live.pages import Kind, Page
from rooms.live.watched import Watched
from rooms.models import Participant, Role
from tests.doors import join

pytestmark = pytest.mark.django_db
LIST, OWN = 12_500, 600  # bytes at most: of the list of who is in, and of one's own role


class House:
    """A room with so many people, and the pages of the first and of the last: both know all there is."""

    def __init__(self, room, link, number: int) -> None:
        self.room, self.link, self.watched = room, link, Watched()
        seating.limit(room.pk, quota=2_000, capacity=2_000)
        role = {"role": Role.PARTICIPANT, "granted_role": Role.PARTICIPANT}
        Participant.objects.bulk_create(
            Participant(
                room=room, link=link, browser=f"b{n}", name=f"Person {n:04}", name_key=f"p{n}", **role
            )
            for n in range(number)
        )
        seating.recount(room.pk, fix=True)
        self.pages = [Page(Kind.INSIDE, f"b{n}", "en") for n in (0, number - 1)]
        for page in self.pages:
            self.watched.open(page)
        self.sent()

    def sent(self) -> list[dict[str, int]]:
        """Bytes of each part that each page gets now."""
        question = self.watched.question()
        self.watched.tell(question, look({self.room.pk: question})[self.room.pk])
        if wanted := self.watched.wanted():
            self.watched.tell_lists(*look_at_lists([wanted]))
        waiting = [{name: len(part) for name, part in page.pending.items()} for page in self.pages]
        for page in self.pages:
            page.take()
        return waiting


@pytest.fixture(params=[150, 600])
def house(request, room, make_group_link, monkeypatch) -> House:
    monkeypatch.setattr(watched, "TELL_EVERY", 0)  # the list at each look, and not once a second
    return House(room, make_group_link(), request.param)


def test_a_join_sends_each_page_one_list_that_does_not_grow(house):
    join(house.link, "Newcomer")
    first, last = house.sent()
    assert first == last
    assert list(first) == ["people"]
    assert first["people"] < LIST


def test_a_role_sends_each_page_its_own_role_and_that_list(house):
    seating.regrant(house.room.pk, Participant.objects.filter(link=house.link), Role.GUEST)
    for page in house.sent():
        assert sorted(page) == ["me", "people"]
        assert page["me"] < OWN
        assert page["people"] < LIST


def test_what_happens_to_one_who_is_not_in_the_list_is_told_to_them_alone(house):
    last = Participant.objects.latest("pk")
    seating.give_role(last, Role.GUEST)
    first_page, last_page = house.sent()
    assert first_page == {}
    assert list(last_page) == ["me"]


def test_nothing_new_is_no_byte(house):
    assert house.sent() == [{}, {}]
