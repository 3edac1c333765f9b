"""What the door asks is written in SQL once a process: it has to answer as the queryset itself would."""

import pytest
from django.utils import timezone

from links import door
from links.models import Link
from rooms.models import Knock
from tests.doors import address_of, join

pytestmark = pytest.mark.django_db
BROWSERS = ("a" * 32, "b" * 32, "c" * 32)


@pytest.fixture
def links(room, make_link, make_group_link) -> list[Link]:
    """Two, one of them in use; one browser is in, one waits at the door, one is new."""
    guest, group = make_link(), make_group_link()
    join(guest, browser=BROWSERS[0])
    Knock.objects.knock(room.pk, BROWSERS[1], "Ben")
    return [guest, group]


def test_each_link_and_each_browser_gets_its_own_answer(links):
    found = {}
    for link in links:
        for browser in BROWSERS:
            asked = Link.objects.at_the_door(browser).get(pk=link.pk)
            read = door.find(address_of(link), browser)
            assert all_that_is_known(read) == all_that_is_known(asked)
            found[link.pk, browser] = (read.own_pk, read.own_knock, read.ahead, read.occupant_pk)
    assert len(set(found.values())) == 6


def test_the_moment_is_that_of_each_question(links):
    first, second = (door.find(address_of(links[0]), BROWSERS[0]).read_at for _ in range(2))
    assert first < second <= timezone.now()


def test_its_sql_is_written_once(links):
    door.find(address_of(links[0]), BROWSERS[0])
    written = door.TO_COME_IN._written
    door.find(address_of(links[1]), BROWSERS[1])
    assert door.TO_COME_IN._written is written


def all_that_is_known(link: Link) -> dict[str, object]:
    """Columns, what was added to them but the moment, and the same of its room."""
    known = {name: value for name, value in vars(link).items() if name not in ("_state", "read_at")}
    return known | {f"room.{name}": value for name, value in vars(link.room).items() if name != "_state"}
