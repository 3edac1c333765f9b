"""What the list of links finds, in which order, and that the door agrees."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.http import QueryDict
from django.utils import timezone

from invitations.models import Invitation
from links import door
from links.door import Reason
from links.models import Link
from links.search import Search, Sort, State
from rooms import seating
from rooms.models import Participant, Role
from tests import plans
from tests.doors import address_of, join

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true", "hx-target": "table"}
SAID_BY_THE_DOOR = {
    None: State.ACTIVE,
    Reason.NOT_YET: State.SCHEDULED,
    Reason.EXPIRED: State.EXPIRED,
    Reason.INACTIVE: State.INACTIVE,
    Reason.NO_ACCESS: State.NO_ACCESS,
}
PHASES = {State.ACTIVE: {"always", "open"}, State.SCHEDULED: {"scheduled"}, State.EXPIRED: {"expired"}}


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


def names(room, query: str, kind=Link.Kind.GUEST) -> list[str]:
    return [str(link) for link in Search.read(QueryDict(query)).links(room, kind)]


def page_of(client, room, query: str = "", tab: str = "guests", **headers: str) -> BeautifulSoup:
    answer = client.get(f"/rooms/{room.pk}/{tab}/?{query}", headers=headers)
    return BeautifulSoup(answer.content, "html.parser")


# What is asked for.


@pytest.mark.parametrize(
    ("query", "read"),
    [
        ("", Search()),
        ("q= Gina%00 &state=active&sort=-name", Search("Gina", "active", "-name")),
        ("state=king&sort=size", Search()),
        ("state=Active&sort=--name", Search()),
        ("sort=newest", Search()),
        ("sort=-newest", Search(sort="-newest")),
        ("q&state&sort=-", Search()),
    ],
)
def test_what_is_not_known_is_not_asked_for(query, read):
    assert Search.read(QueryDict(query)) == read
    assert Search.read({key: values[-1] for key, values in QueryDict(query).lists()}) == read


def test_a_search_is_an_address_that_can_be_kept():
    search = Search("Ana & Ben", "active", "-name")
    assert search.query == "q=Ana+%26+Ben&state=active&sort=-name"
    assert Search.read(QueryDict(search.query)) == search
    assert Search().query == ""


def test_a_search_is_narrowed_by_words_and_by_state_and_not_by_its_order():
    assert Search("Ana").is_narrowed
    assert Search(state="active").is_narrowed
    assert not Search(sort="name").is_narrowed


# States.


def links_in_every_state(make_link) -> list[Link]:
    now = timezone.now()
    past, ahead = now - timedelta(days=1), now + timedelta(days=1)
    windows = [(None, None), (past, None), (None, ahead), (past, ahead), (ahead, None), (None, past)]
    return [
        make_link(starts_at=starts_at, ends_at=ends_at, is_active=is_active, role=role)
        for starts_at, ends_at in windows
        for is_active in (True, False)
        for role in (Role.GUEST, Role.NO_ACCESS)
    ]


def test_each_link_is_found_in_the_state_that_its_door_says_and_in_no_other(room, make_link):
    for link in links_in_every_state(make_link):
        read = door.find(address_of(link), "a browser")
        expected = SAID_BY_THE_DOOR[door.why_shut(read, timezone.now())]
        states = [
            state
            for state in SAID_BY_THE_DOOR.values()
            if link in Search(state=state).links(room, Link.Kind.GUEST)
        ]
        assert states == [expected]
        assert link.phase in PHASES.get(expected, {link.phase})


def test_a_window_is_half_open_in_the_list_as_at_the_door(make_link):
    now = timezone.now()
    opening, closing = make_link(starts_at=now), make_link(ends_at=now)
    assert list(Link.objects.open_at(now)) == [opening]
    assert list(Link.objects.expired_at(now)) == [closing]
    assert list(Link.objects.scheduled_at(now)) == []


def test_who_never_joined_is_found(room, make_link):
    join(make_link(name="Gina"))
    seating.leave(join(make_link(name="Hugo")))
    make_link(name="Ida")
    assert names(room, "state=never_joined") == ["Ida"]


def test_words_and_state_go_together(room, make_link):
    for name, is_active in (("Gina", True), ("Gino", False), ("Hugo", True)):
        make_link(name=name, email=f"{name}@example.org", is_active=is_active)
    assert names(room, "q=gin&state=active") == ["Gina"]


@pytest.mark.parametrize("words", ["Maths", "m1", "all of"])
def test_group_links_are_found_by_description_and_label(room, make_group_link, words):
    make_group_link(description="All of maths", label="M1"), make_group_link(description="Physics")
    assert names(room, f"q={words}", Link.Kind.GROUP) == ["M1"]


def test_others_and_deleted_links_are_never_found(room, bobs_room, make_link, make_group_link):
    make_link(room=bobs_room), make_group_link(), make_link(name="Gone").discard()
    make_link(name="Gina")
    for state in ("", State.ACTIVE, State.NEVER_JOINED):
        assert names(room, f"state={state}") == ["Gina"]


# Orders.


@pytest.fixture
def four(room, make_link):
    """Ada came twice and is in, bea once and left; Cem and Dora never."""
    now = timezone.now()
    day = timedelta(days=1)
    ada = make_link(name="Ada", role=Role.SPECTATOR, starts_at=now - day)
    bea = make_link(name="bea", role=Role.NO_ACCESS, ends_at=now + day)
    make_link(name="Cem", role=Role.MODERATOR, starts_at=now - 2 * day, ends_at=now - day)
    make_link(name="Dora", role=Role.PARTICIPANT)
    bea.grant(Role.GUEST)
    for link, days in ((ada, 5), (bea, 3), (ada, 1)):
        stay = join(link)
        if days > 1:
            seating.leave(stay)
        Participant.objects.filter(pk=stay.pk).update(joined_at=now - days * day)
    bea.grant(Role.NO_ACCESS)


@pytest.mark.parametrize(
    ("sort", "rising"),
    [
        ("", "Dora Cem bea Ada"),
        ("name", "Ada bea Cem Dora"),
        ("role", "Cem Dora Ada bea"),
        ("opens", "Dora bea Cem Ada"),
        ("closes", "Cem bea Dora Ada"),
        ("joined", "Dora Cem bea Ada"),
        ("present", "Dora Cem bea Ada"),
    ],
)
def test_an_order_is_the_same_on_every_database(room, four, sort, rising):
    assert names(room, f"sort={sort}") == rising.split()


@pytest.mark.parametrize(
    ("sort", "falling"),
    [
        ("newest", "Ada bea Cem Dora"),
        ("name", "Dora Cem bea Ada"),
        ("role", "bea Ada Dora Cem"),
        ("opens", "Ada Cem Dora bea"),
        ("closes", "Dora Ada bea Cem"),
        ("joined", "Ada bea Dora Cem"),
        ("present", "Ada Dora Cem bea"),
    ],
)
def test_an_order_can_be_turned_round_and_the_newest_stay_first_among_equals(room, four, sort, falling):
    assert names(room, f"sort=-{sort}") == falling.split()


@pytest.mark.parametrize("sort", [*Sort.values, *(f"-{sort}" for sort in Sort.values)])
def test_pages_of_any_order_show_each_link_once(room, make_link, sort):
    made = {make_link(name="Gina").pk for _ in range(7)}
    links = Search(sort=sort).links(room, Link.Kind.GUEST)
    pages = [link.pk for start in range(0, 8, 2) for link in links[start : start + 2]]
    assert (len(pages), set(pages)) == (7, made)


def test_groups_are_sorted_by_what_is_shown_of_them(room, make_group_link):
    make_group_link(description="Aachen", label="Z"), make_group_link(description="Maths")
    assert names(room, "sort=name", Link.Kind.GROUP) == ["Maths", "Z"]


def test_what_is_found_can_be_changed_at_once_in_any_order(room, four):
    for sort in Sort.values:
        links = Search(sort=sort, state=State.NEVER_JOINED).links(room, Link.Kind.GUEST)
        assert links.update(note=sort) == 2
    assert Search(state=State.NOT_ARRIVED).links(room, Link.Kind.GUEST).update(note="") == 0


# The page.


@pytest.mark.parametrize(
    "query", ["", "state=active&q=example&sort=-joined", "state=not_arrived&sort=present"]
)
@pytest.mark.parametrize("number", [1, 30, 3_000])
def test_the_list_has_a_fixed_number_of_statements(
    as_alice, room, alice, django_assert_num_queries, number, query
):
    links = Link.objects.bulk_create(
        Link(room=room, kind="guest", name=f"Guest {each}", email=f"{each}@example.org", language="en")
        for each in range(number)
    )
    Invitation.objects.bulk_create(Invitation(link=link, state="bounced", due_at=None) for link in links)
    join(links[0])
    with django_assert_num_queries(9):
        page = page_of(as_alice, room, query)
    assert len(page.select("tbody tr")) == min(number, 50)


def test_on_postgresql_not_arrived_asks_for_each_letter_once_though_nobody_has_counted_them(room):
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL guesses how many rows there are")

    def fill() -> None:
        links = Link.objects.bulk_create(
            Link(room=room, kind="guest", name=f"Guest {each}", email=f"{each}@example.org", language="en")
            for each in range(300)
        )
        Invitation.objects.bulk_create(Invitation(link=link, state="bounced", due_at=None) for link in links)

    fill()
    Link.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # it knows of many pages, and of nothing in them
    fill()
    found = Search(state=State.NOT_ARRIVED).links(room, Link.Kind.GUEST)

    assert found.count() == 300
    assert plans.rows_read_in_vain(found.order_by().explain(analyze=True, format="JSON")) < 3_000


def test_typing_keeps_state_and_order_and_the_rest_goes_on_from_the_words(as_alice, room, make_link):
    make_link(name="Gina")
    page = page_of(as_alice, room, "state=active&sort=-name")
    kept = {field["name"]: field["value"] for field in page.select("form[role=search] input[type=hidden]")}
    assert kept == {"state": "active", "sort": "-name"}
    answer = page_of(as_alice, room, "q=gin&state=active&sort=-name", **HTMX)
    assert answer.select_one("#tools")["hx-swap-oob"] == "true"
    for link in answer.select("#states a, #orders a, thead a, #sheets a[download]"):
        assert "q=gin" in link["href"]
    assert answer.select_one("#states a[aria-current]").get_text(strip=True) == "Active"
    assert "state=active" in answer.select_one("thead a")["href"]
    assert answer.select_one('[hx-swap-oob="innerHTML:#announcements"]').get_text(strip=True) == "1 link"


def test_what_was_typed_comes_into_the_address(as_alice, room):
    answer = as_alice.get(f"/rooms/{room.pk}/guests/?q=gina&state=&page=2", headers=HTMX)
    assert answer["HX-Replace-Url"] == "?q=gina"


def test_the_filter_for_letters_is_for_guests_only(as_alice, room):
    guests, groups = (page_of(as_alice, room, tab=tab) for tab in ("guests", "groups"))
    assert guests.select_one('#states a[href="?state=not_arrived"]')
    assert not groups.select_one('#states a[href="?state=not_arrived"]')


def test_a_head_sorts_by_its_column_then_the_other_way_round_then_no_more(as_alice, room, make_link):
    make_link()
    told = []
    query = ""
    for _ in range(4):
        head = page_of(as_alice, room, query).select("thead th")[2]
        told.append((query, head.get("aria-sort")))
        query = head.a["href"].removeprefix("?")
    assert told == [("", None), ("sort=name", "ascending"), ("sort=-name", "descending"), ("", None)]


def test_the_last_to_join_are_asked_for_first(as_alice, room, make_link):
    make_link()
    heads = {head.get_text(strip=True): head for head in page_of(as_alice, room).select("thead th")}
    assert heads["Last joined"].a["href"] == "?sort=-joined"
    assert heads["In the room"].a["href"] == "?sort=-present"
    assert (
        page_of(as_alice, room, "sort=-joined").select_one("[aria-sort=descending]").a["href"]
        == "?sort=joined"
    )


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("q=Zoe", "No link here has “Zoe” in it."),
        ("state=expired", "No link is under “Expired” now."),
        ("q=Zoe&state=expired", "No link under “Expired” has “Zoe” in it."),
    ],
)
def test_nothing_found_says_what_was_searched_and_shows_all_again(as_alice, room, make_link, query, words):
    make_link()
    page = page_of(as_alice, room, query)
    assert words in page.select_one(".empty").get_text(" ", strip=True)
    assert page.select_one(".empty a").get_text(strip=True) == "Show all"
    assert page.select_one(".empty a")["href"] == f"/rooms/{room.pk}/guests/"


def test_an_export_holds_what_is_found_in_its_order(as_alice, room, make_link):
    for name, is_active in (("Gina", True), ("Hugo", False), ("Ada", True)):
        make_link(name=name, is_active=is_active)
    text = as_alice.get(f"/rooms/{room.pk}/guests/export.csv?state=active&sort=name").content.decode()
    assert [line.split(",")[0].strip('"') for line in text.splitlines()[1:]] == ["Ada", "Gina"]
