"""How one process tells all its open pages what is new, without a server."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms import seating
from rooms.live import look as looking
from rooms.live import parts, watched
from rooms.live.pages import Kind, Page
from rooms.live.watched import Watched
from rooms.models import Knock, Participant, Role
from rooms.models.participant import Ending
from tests import plans
from tests.doors import join

pytestmark = pytest.mark.django_db


class Process:
    """One web process that follows one room."""

    def __init__(self, room) -> None:
        self.room = room
        self.watched = Watched()
        self.statements = 0

    def open(self, browser: str, kind: Kind = Kind.INSIDE, language: str = "en") -> Page:
        page = Page(kind, browser, language)
        self.watched.open(page)
        return page

    def look(self) -> set[int]:
        """Who has just connected."""
        question = self.watched.question()
        with CaptureQueriesContext(connection) as queries:
            arrived = self.watched.tell(question, looking.look({self.room.pk: question})[self.room.pk])
            if wanted := self.watched.wanted():
                self.watched.tell_lists(*looking.look_at_lists([wanted]))
        self.statements = len(queries)
        return arrived

    def close(self, page: Page) -> int | None:
        return self.watched.close(page)


@pytest.fixture
def process(room, at_once):
    return Process(room)


@pytest.fixture
def at_once(monkeypatch):
    """Lists are told at each look, and not once a second."""
    monkeypatch.setattr(watched, "TELL_EVERY", 0)


def heard(page: Page) -> dict[str, str]:
    """What the page has been sent since it was last asked, by kind."""
    blocks = page.take().decode().strip("\n").split("\n\n")
    lines = (block.partition("\n")[::2] for block in blocks if block)
    return {kind.removeprefix("event: "): content.replace("data: ", "") for kind, content in lines}


def test_a_page_that_is_opened_is_told_its_role_and_who_is_in(process, make_group_link):
    ana = join(make_group_link(), "Ana")
    page = process.open(ana.browser)

    assert process.look() == {ana.pk}

    told = heard(page)
    assert set(told) == {"me", "people"}
    assert "Your role: <strong>Participant</strong>" in told["me"]
    assert "Ana" in told["people"]


def test_what_has_not_changed_is_not_told_again(process, make_group_link):
    page = process.open(join(make_group_link()).browser)
    process.look()
    heard(page)

    process.look()
    seating.limit(process.room.pk, quota=11)
    process.look()

    assert heard(page) == {}


def test_only_whose_role_changed_is_told_a_role(process, make_group_link):
    link = make_group_link()
    ana, bo = join(link, "Ana"), join(link, "Bo")
    anas, bos = process.open(ana.browser), process.open(bo.browser)
    process.look()
    heard(anas), heard(bos)

    seating.give_role(ana, Role.SPECTATOR)
    process.look()

    assert "<strong>Spectator</strong>" in heard(anas)["me"]
    assert list(heard(bos)) == ["people"]


def test_what_is_ones_own_is_told_before_the_list_is_even_asked_for(process, make_group_link):
    ana = join(make_group_link())
    page = process.open(ana.browser)
    process.look()
    heard(page)
    seating.give_role(ana, Role.GUEST)
    question = process.watched.question()

    with CaptureQueriesContext(connection) as queries:
        answer = looking.look({process.room.pk: question})
    process.watched.tell(question, answer[process.room.pk])

    assert len(queries) == 2  # the room, who changed
    assert list(heard(page)) == ["me"]
    process.watched.tell_lists(*looking.look_at_lists([process.watched.wanted()]))
    assert list(heard(page)) == ["people"]


def test_a_slow_page_gets_only_the_newest_of_each_part(process, make_group_link):
    ana = join(make_group_link(), "Ana")
    page = process.open(ana.browser)
    for role in [Role.GUEST, Role.MODERATOR, Role.SPECTATOR] * 100:
        seating.give_role(ana, role)
        process.look()

    assert len(page.pending) == 2
    assert page.take().count(b"Your role") == 1
    assert b"Spectator" in page.sent["me"]


def test_each_reads_their_own_language(process, make_group_link):
    link = make_group_link()
    english = process.open(join(link, "Ana").browser)
    german = process.open(join(link, "Bo").browser, language="de")

    process.look()

    assert "Your role: <strong>Participant</strong>" in heard(english)["me"]
    assert "Ihre Rolle: <strong>Teilnehmer" in heard(german)["me"]


def test_the_first_page_in_another_language_gets_its_list_though_nothing_changed(process, make_group_link):
    ana = join(make_group_link())
    process.open(ana.browser)
    process.look()

    german = process.open(ana.browser, language="de")
    process.look()

    assert set(heard(german)) == {"me", "people"}


def test_who_is_out_is_told_why(process, make_group_link):
    ana = join(make_group_link())
    page = process.open(ana.browser)
    process.look()

    seating.remove(ana)
    process.look()

    assert process.watched.gone == {page}
    was = looking.last_seen(process.room.pk, {ana.browser})[ana.browser]
    assert "You were removed from the room" in parts.out(was, "en", {}).decode()
    assert "Sie wurden" in parts.out(was, "de", {}).decode()


def test_the_device_that_was_left_is_out_and_the_other_is_in(process, gina):
    here = join(gina)
    first = process.open(here.browser)
    process.look()

    old = here.browser
    seating.hand_over(here, "a laptop", gina.version)
    second = process.open("a laptop")
    process.look()

    assert process.watched.gone == {first}
    assert "Your role" in heard(second)["me"]
    was = looking.last_seen(process.room.pk, {old})[old]
    assert "You went on elsewhere" in parts.out(was, "en", {}).decode()


def test_who_is_out_already_when_the_page_opens_is_told_too(process, make_group_link):
    ana = join(make_group_link())
    seating.leave(ana)
    page = process.open(ana.browser)

    assert process.look() == set()

    assert process.watched.gone == {page}


def test_a_page_that_opens_while_the_database_is_asked_is_not_taken_for_one_who_is_out(
    process, make_group_link
):
    link = make_group_link()
    process.open(join(link).browser)
    process.open("waited before", Kind.DOOR)
    question = process.watched.question()
    answer = looking.look({process.room.pk: question})
    late = process.open(join(link).browser)
    at_the_door = process.open("waits", Kind.DOOR)

    process.watched.tell(question, answer[process.room.pk])

    assert process.watched.gone == set()
    assert heard(at_the_door) == {}
    process.look()
    assert "me" in heard(late)


def test_who_waits_is_told_the_place_and_the_next_ones(process, room, make_group_link):
    seating.limit(room.pk, quota=1)
    link = make_group_link()
    ana, bo, cy = (join(link, name) for name in ("Ana", "Bo", "Cy"))
    bos, cys = process.open(bo.browser), process.open(cy.browser)
    process.look()
    assert "You are number 1 in the line" in heard(bos)["me"]
    assert "You are number 2 in the line" in heard(cys)["me"]

    seating.leave(ana)
    process.look()

    assert "<strong>Participant</strong>" in heard(bos)["me"]
    assert "You are number 1 in the line" in heard(cys)["me"]


def test_a_page_that_comes_back_to_a_quiet_room_is_told_its_place(process, room, make_group_link):
    seating.limit(room.pk, quota=0)
    ana = join(make_group_link())
    process.open("", Kind.MANAGE)
    process.look()

    page = process.open(ana.browser)
    process.look()

    assert "You are number 1 in the line" in heard(page)["me"]


def test_no_page_loses_its_place_until_the_line_is_looked_at(process, room, make_group_link, monkeypatch):
    seating.limit(room.pk, quota=0)
    process.open(join(make_group_link(), "Ana").browser)
    process.look()
    monkeypatch.setattr(watched, "TELL_EVERY", 3600)
    bo = process.open(join(make_group_link(), "Bo").browser)

    process.look()

    assert "me" not in heard(bo)
    monkeypatch.setattr(watched, "TELL_EVERY", 0)
    process.look()
    assert "You are number 2 in the line" in heard(bo)["me"]


def test_at_the_door_the_first_is_let_in_and_the_others_are_told_their_place(process, room):
    seating.limit(room.pk, quota=0, capacity=1)
    for browser in ("first", "second", "third"):
        Knock.objects.knock(room.pk, browser, "")
    pages = [process.open(browser, Kind.DOOR) for browser in ("first", "second", "third")]

    process.look()

    assert [list(heard(page)) for page in pages] == [["go"], ["place"], ["place"]]
    Knock.objects.filter(browser="first").delete()
    process.look()
    assert [list(heard(page)) for page in pages] == [[], ["go"], ["place"]]


def test_an_administrators_page_hears_that_something_changed_whenever_it_comes(process, room):
    first = process.open("", Kind.MANAGE)
    process.look()
    assert list(heard(first)) == ["changed"]
    second = process.open("", Kind.MANAGE)
    process.look()

    assert (heard(first), list(heard(second))) == ({}, ["changed"])


def test_a_deleted_room_is_told_to_guests_and_lets_administrators_come_back_for_their_others(process, room):
    guest, waiting = process.open("ana"), process.open("bo", Kind.DOOR)
    alices = process.open("", Kind.MANAGE)
    process.look()
    heard(alices)

    process.watched.tell_deleted(room.pk)

    assert "This room was deleted" in heard(guest)["out"]
    assert "This room was deleted" in heard(waiting)["out"]
    assert list(heard(alices)) == ["changed"]
    assert all(page.is_over for page in (guest, waiting, alices))


def test_a_person_with_two_pages_has_left_when_the_second_is_closed(process, make_group_link):
    ana = join(make_group_link())
    pages = [process.open(ana.browser) for _tab in range(2)]
    process.look()

    assert [process.close(page) for page in pages] == [None, ana.pk]
    assert process.watched.inside == {}


@pytest.mark.parametrize("number", [1, 500])
def test_the_statements_are_as_many_for_one_page_as_for_five_hundred(process, room, make_group_link, number):
    seating.limit(room.pk, quota=0, capacity=1000)
    link = make_group_link()
    people = crowd(room, link, number)
    for browser in people:
        process.open(browser)
    process.open("waits", Kind.DOOR)

    process.look()
    assert process.statements == 5  # the room, who was just opened, the list, the line, the door
    process.look()
    assert process.statements == 2  # the room, the door
    seating.regrant(room.pk, Participant.objects.filter(link=link), Role.GUEST)
    process.look()
    assert process.statements == 5  # the room, who changed, the list, the line, the door


@pytest.mark.parametrize("number", [1, 500])
def test_signs_of_life_are_one_statement(room, make_group_link, number):
    seating.limit(room.pk, quota=0, capacity=1000)
    crowd(room, make_group_link(), number)
    pks = list(Participant.objects.values_list("pk", flat=True))
    Participant.objects.update(lease_until="2001-01-01T00:00Z")

    with CaptureQueriesContext(connection) as queries:
        looking.keep_alive(pks, {})

    assert sum("UPDATE" in query["sql"] for query in queries) == 1
    assert not Participant.objects.expired().exists()
    assert not Participant.objects.filter(connected_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_signs_of_life_need_no_transaction_around_them(room, make_group_link):
    ana = join(make_group_link())
    Participant.objects.update(lease_until="2001-01-01T00:00Z")

    looking.keep_alive([ana.pk], {})
    assert not Participant.objects.expired().exists()
    looking.await_return([ana.pk])
    assert not Participant.objects.expired().exists()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans otherwise")
def test_on_postgresql_a_look_reads_none_of_the_many_who_left_before(room, make_group_link):
    group = make_group_link()
    seating.limit(room.pk, quota=0, capacity=5_000)
    crowd(room, group, 3_000)
    seating.let_go(room.pk, Participant.objects.all(), Ending.LEFT)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE rooms_participant")
    room.refresh_from_db()
    ana, ben = join(group), join(group)
    seating.leave(ana)
    news = room.participants.changed_since(room.revision).values_list("pk", flat=True)
    assert set(news) == {ana.pk, ben.pk}
    assert plans.rows_read_in_vain(news.explain(format="json", analyze=True)) < 10


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL says how rows were written")
@pytest.mark.parametrize("wait_already", [True, False])
def test_on_postgresql_a_role_of_many_who_are_in_is_written_once_each_and_touches_no_index(
    room, make_group_link, wait_already
):
    group = make_group_link()
    seating.limit(room.pk, quota=0, capacity=5_000)
    crowd(room, group, 500)
    if not wait_already:
        Participant.objects.update(ticket=None)
        seating.recount(room.pk, fix=True)
    rows, beside_the_old = written()
    group.grant(Role.GUEST)
    # Who begins to wait stands in the line's index.
    assert written() == (rows + 500, beside_the_old + (500 if wait_already else 0))


def written() -> tuple[int, int]:
    """How many rows PostgreSQL has written in this transaction, and how many of them beside the old one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_stat_get_xact_tuples_updated(%(table)s::regclass),"
            " pg_stat_get_xact_tuples_hot_updated(%(table)s::regclass)",
            {"table": "rooms_participant"},
        )
        return cursor.fetchone()


def crowd(room, link, number: int) -> list[str]:
    """So many who wait for a seat."""
    people = [
        Participant(
            room=room, link=link, browser=f"browser {n}", name="Ana", name_key="ana", number=n,
            granted_role=Role.PARTICIPANT, role=Role.SPECTATOR, ticket=n, revision=room.revision,
        )
        for n in range(1, number + 1)
    ]  # fmt: skip
    Participant.objects.bulk_create(people)
    type(room).objects.filter(pk=room.pk).update(people_in=number, waiting=number)
    return [person.browser for person in people]
