"""What an administrator does with links, on pages with and without JavaScript."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from links.models import GroupLink, GuestLink, Link
from rooms import seating
from rooms.models import Role
from tests.doors import join, roles

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


def row_of(answer, link) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser").find(id=f"link-{link.pk}")


def test_a_list_shows_who_with_which_role_and_when(as_alice, room, make_link):
    link = make_link(name="Gina", email="gina@example.org", role=Role.GUEST)
    row = row_of(as_alice.get(f"/rooms/{room.pk}/guests/"), link).get_text(" ", strip=True)
    for words in ("Gina", "gina@example.org", "always", "not sent", "never"):
        assert words in row


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize("kind", ["guests", "groups"])
def test_a_list_has_a_fixed_number_of_statements(
    as_alice, room, make_link, make_group_link, django_assert_num_queries, number, kind
):
    seating.limit(room.pk, capacity=number, quota=1)
    for i in range(number):
        join(make_link(email=f"{i}@example.org")) if kind == "guests" else make_group_link(description=f"{i}")
    with django_assert_num_queries(9):
        as_alice.get(f"/rooms/{room.pk}/{kind}/")


def test_a_search_finds_by_name_and_by_address(as_alice, room, make_link):
    make_link(name="Gina", email="gina@example.org"), make_link(name="Hugo", email="hugo@example.org")
    for words in ("gin", "GINA@"):
        page = as_alice.get(f"/rooms/{room.pk}/guests/", {"q": words}).content.decode()
        assert "hugo@example.org" not in page
        assert "gina@example.org" in page


def test_fifty_links_are_one_page(as_alice, room, make_link):
    for i in range(51):
        make_link(email=f"{i}@example.org", name=f"Guest {i}")
    first, second = (as_alice.get(f"/rooms/{room.pk}/guests/?page={n}").context["page"] for n in (1, 2))
    assert (len(first), len(second)) == (50, 1)


def test_a_group_link_is_made_with_description_label_role_and_dates(as_alice, room):
    answer = as_alice.post(
        f"/rooms/{room.pk}/groups/new/",
        {
            "description": "Maths",
            "label": "M1",
            "role": "guest",
            "ends_date": "2027-01-31",
            "ends_time": "12:00",
        },
    )
    link = GroupLink.objects.get()
    assert answer.url == f"/rooms/{room.pk}/groups/"
    assert (link.description, link.label, link.role, link.created_by.email) == (
        "Maths",
        "M1",
        "guest",
        "alice@example.org",
    )
    assert link.ends_at.astimezone(room.zone).isoformat()[:16] == "2027-01-31T12:00"


def test_a_group_link_without_a_description_is_refused_and_what_was_typed_is_kept(as_alice, room):
    answer = as_alice.post(
        f"/rooms/{room.pk}/groups/new/", {"description": "", "label": "M1", "role": "guest"}
    )
    assert answer.status_code == 422
    assert 'value="M1"' in answer.content.decode()
    assert not Link.objects.exists()


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["a form", "htmx"])
def test_each_change_answers_with_the_row_to_htmx_and_with_the_list_else(as_alice, make_link, headers):
    link = make_link()
    changes = {
        "switch": {"on": "0"},
        "role": {"role": "guest"},
        "expiry": {},
        "window/removal": {},
        "address": {},
    }
    for noun, data in changes.items():
        answer = as_alice.post(f"/links/{link.pk}/{noun}/", data, headers=headers)
        if headers:
            assert row_of(answer, link) is not None
        else:
            assert answer.url == f"/rooms/{link.room_id}/guests/"


@pytest.mark.parametrize(
    ("noun", "data", "words"),
    [
        ("switch", {"on": "0"}, "Gina: switched off"),
        ("switch", {"on": "1"}, "Gina: switched on"),
        ("role", {"role": "moderator"}, "Gina: Moderator"),
    ],
)
def test_a_change_is_said_to_those_who_do_not_see_the_row(as_alice, gina, noun, data, words):
    answer = BeautifulSoup(
        as_alice.post(f"/links/{gina.pk}/{noun}/", data, headers=HTMX).content, "html.parser"
    )
    assert answer.select_one('[hx-swap-oob="innerHTML:#announcements"]').get_text() == words
    page = BeautifulSoup(as_alice.post(f"/links/{gina.pk}/{noun}/", data, follow=True).content, "html.parser")
    assert [toast.get_text(strip=True) for toast in page.select("#messages .toast p")] == [words]


def test_a_form_without_script_goes_back_to_where_it_was_and_nowhere_else(as_alice, make_link):
    link = make_link()
    back = f"/rooms/{link.room_id}/guests/?q=gi&page=2"
    assert as_alice.post(f"/links/{link.pk}/switch/", {"on": "0", "next": back}).url == back
    answer = as_alice.post(f"/links/{link.pk}/switch/", {"on": "1", "next": "https://evil.example.com/"})
    assert answer.url == f"/rooms/{link.room_id}/guests/"


def test_the_switch_is_set_to_what_was_asked_for_and_not_turned_over(as_alice, make_link):
    link = make_link()
    for _ in range(2):
        as_alice.post(f"/links/{link.pk}/switch/", {"on": "0"})
        link.refresh_from_db()
        assert not link.is_active


def test_a_role_that_is_none_changes_nothing(as_alice, make_link):
    link = make_link(role=Role.GUEST)
    as_alice.post(f"/links/{link.pk}/role/", {"role": "king"})
    link.refresh_from_db()
    assert link.role == Role.GUEST


def test_dates_are_set_in_the_rooms_zone(as_alice, room, make_link):
    room.time_zone = "America/New_York"
    room.save()
    link = make_link()
    as_alice.post(f"/links/{link.pk}/window/", {"starts_date": "2026-11-30", "starts_time": "09:00"})
    link.refresh_from_db()
    assert link.starts_at.isoformat() == "2026-11-30T14:00:00+00:00"


def test_an_end_before_the_start_is_refused_at_the_field(as_alice, make_link):
    link = make_link()
    answer = as_alice.post(
        f"/links/{link.pk}/window/", {"starts_date": "2026-12-02", "ends_date": "2026-12-01"}
    )
    assert answer.status_code == 422
    assert "after the start" in answer.content.decode()
    link.refresh_from_db()
    assert (link.starts_at, link.ends_at) == (None, None)


def test_two_who_set_one_bound_each_at_once_both_win(as_alice, make_link):
    link = make_link()
    page = BeautifulSoup(as_alice.get(f"/links/{link.pk}/window/").content, "html.parser")
    fields = {field["name"]: field.get("value", "") for field in page.select("#window input[name]")}
    as_alice.post(f"/links/{link.pk}/window/", {**fields, "starts_date": "2026-12-01"})
    as_alice.post(f"/links/{link.pk}/window/", {**fields, "ends_date": "2026-12-31"})
    link.refresh_from_db()
    assert link.starts_at is not None
    assert link.ends_at is not None


def test_name_and_address_are_corrected(as_alice, make_link):
    link = make_link(name="Gnia", email="gnia@example.org")
    as_alice.post(f"/links/{link.pk}/", {"name": "Gina", "email": " Gina@Example.org ", "language": "de"})
    link.refresh_from_db()
    assert (link.name, link.email, link.language) == ("Gina", "Gina@example.org", "de")


def test_two_who_correct_one_field_each_at_once_both_win(as_alice, make_link):
    link = make_link(name="Gnia", email="gnia@example.org")
    page = BeautifulSoup(as_alice.get(f"/links/{link.pk}/").content, "html.parser")
    form = page.select_one("main form")
    fields = {field["name"]: field.get("value", "") for field in form.select("input[name]")} | {
        "language": "en"
    }
    as_alice.post(f"/links/{link.pk}/", {**fields, "name": "Gina"})
    as_alice.post(f"/links/{link.pk}/", {**fields, "email": "gina@example.org"})
    link.refresh_from_db()
    assert (link.name, link.email) == ("Gina", "gina@example.org")


def test_correcting_to_an_address_that_has_a_link_is_refused_with_a_way_to_it(as_alice, make_link):
    first, link = make_link(email="gina@example.org"), make_link(email="gnia@example.org")
    answer = as_alice.post(
        f"/links/{link.pk}/", {"name": "Gina", "email": "GINA@example.org", "language": "en"}
    )
    assert answer.status_code == 422
    assert f'href="/links/{first.pk}/"' in answer.content.decode()


def test_a_deleted_link_can_be_had_back(as_alice, make_link, room):
    link = make_link(name="Gina")
    join(link)
    answer = as_alice.post(f"/links/{link.pk}/deletion/", {"people": "remove"}, follow=True)
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.find(id=f"link-{link.pk}") is None
    assert roles(room) == {}
    undo = page.select_one(f'form[action="/links/{link.pk}/restoration/"]')
    assert row_of(as_alice.post(undo["action"], follow=True), link) is not None


def test_a_deleted_guest_who_has_another_link_by_now_is_not_restored(as_alice, make_link):
    link = make_link(email="gina@example.org")
    as_alice.post(f"/links/{link.pk}/deletion/")
    make_link(email="gina@example.org")
    page = as_alice.post(f"/links/{link.pk}/restoration/", follow=True).content.decode()
    assert "another link in this room meanwhile" in page
    assert GuestLink.objects.kept().count() == 1


def test_a_group_link_has_a_qr_code_to_download(as_alice, make_group_link):
    link = make_group_link(description="Maths & more")
    answer = as_alice.get(f"/links/{link.pk}/qr.svg?download")
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Content-Disposition"] == 'attachment; filename="maths-more.svg"'
    assert answer.content.startswith(b"<?xml")
    assert "Maths &amp; more" in answer.content.decode()
    assert as_alice.get(f"/links/{link.pk}/qr/").status_code == 200


def test_an_expired_link_says_since_when(as_alice, room, make_link):
    link = make_link(ends_at=timezone.now() - timedelta(days=1))
    assert "expired" in row_of(as_alice.get(f"/rooms/{room.pk}/guests/"), link).get_text(" ", strip=True)


NOUNS = ("switch", "role", "window/removal", "expiry", "address", "deletion", "restoration", "invitations")
PAGES = ("", "window/", "qr/", "qr.svg")


@pytest.mark.parametrize("who", [None, "bob"])
def test_somebody_elses_link_does_not_exist(client, bob, who, make_link, make_group_link):
    links = [make_link(), make_group_link()]
    before = list(Link.objects.values())
    if who:
        client.force_login(bob)
    expected = 404 if who else 302
    for link in links:
        lists = [
            f"/rooms/{link.room_id}/{page}/" for page in ("guests", "groups", "guests/new", "groups/new")
        ]
        for page in [*(f"/links/{link.pk}/{page}" for page in PAGES), *lists]:
            assert client.get(page).status_code == expected, page
        data = {
            "role": "moderator",
            "on": "0",
            "name": "Eve",
            "email": "eve@example.org",
            "description": "Eve",
            "language": "en",
        }
        posts = [
            *(f"/links/{link.pk}/{noun}/" for noun in NOUNS),
            f"/links/{link.pk}/",
            f"/links/{link.pk}/window/",
        ]
        for page in [*posts, *(page for page in lists if page.endswith("new/"))]:
            assert client.post(page, data).status_code == expected, page
    assert list(Link.objects.values()) == before


@pytest.mark.parametrize("noun", NOUNS)
def test_a_state_is_changed_by_post_only(as_alice, make_link, noun):
    assert as_alice.get(f"/links/{make_link().pk}/{noun}/").status_code == 405


def test_a_search_for_a_null_character_finds_everything(as_alice, room, make_link):
    link = make_link()
    assert row_of(as_alice.get(f"/rooms/{room.pk}/guests/", {"q": "\0"}), link) is not None


@pytest.fixture
def crowded(make_group_link):
    """A link through which two people are in."""
    link = make_group_link(description="Maths")
    join(link), join(link, "Ben")
    return link


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["a form", "htmx"])
@pytest.mark.parametrize(("noun", "data"), [("switch", {"on": "0"}), ("deletion", {})])
def test_switching_off_and_deleting_say_first_how_many_are_in(as_alice, crowded, room, noun, data, headers):
    answer = as_alice.post(f"/links/{crowded.pk}/{noun}/", data, headers=headers)
    assert "2 people are in through this link" in answer.content.decode()
    assert answer.headers.get("HX-Retarget") == ("#dialog" if headers else None)
    crowded.refresh_from_db()
    assert (crowded.is_active, crowded.deleted_at, len(roles(room))) == (True, None, 2)


@pytest.mark.parametrize(("people", "left"), [("stay", 2), ("remove", 0)])
def test_switching_off_keeps_or_removes_who_is_in_as_one_says(as_alice, crowded, room, people, left):
    as_alice.post(f"/links/{crowded.pk}/switch/", {"on": "0", "people": people})
    crowded.refresh_from_db()
    assert (crowded.is_active, len(roles(room))) == (False, left)


def test_deleting_puts_out_who_is_in_when_that_was_said(as_alice, crowded, room):
    as_alice.post(f"/links/{crowded.pk}/deletion/", {"people": "remove"})
    crowded.refresh_from_db()
    assert crowded.deleted_at is not None
    assert roles(room) == {}


@pytest.mark.parametrize("noun", ["window", "expiry"])
@pytest.mark.parametrize(("people", "left"), [({}, 2), ({"people": "remove"}, 0)])
def test_dating_and_expiring_keep_who_is_in_unless_one_says_otherwise(
    as_alice, crowded, room, noun, people, left
):
    page = as_alice.get(f"/links/{crowded.pk}/window/").content.decode()
    assert "2 people are in through this link, and stay whatever the dates say" in page
    as_alice.post(f"/links/{crowded.pk}/{noun}/", {"ends_date": "2020-01-01", **people})
    crowded.refresh_from_db()
    assert (crowded.phase, len(roles(room))) == ("expired", left)


def test_a_link_through_which_nobody_is_in_is_switched_off_and_deleted_without_a_question(
    as_alice, make_link
):
    link = make_link()
    as_alice.post(f"/links/{link.pk}/switch/", {"on": "0"})
    as_alice.post(f"/links/{link.pk}/deletion/")
    link.refresh_from_db()
    assert not link.is_active
    assert link.deleted_at is not None


@pytest.mark.parametrize("kind", ["guests", "groups"])
def test_an_open_list_is_told_how_many_are_in_through_each_link(
    as_alice, room, make_link, make_group_link, kind
):
    link = make_link() if kind == "guests" else make_group_link()
    join(link)
    headers = {**HTMX, "hx-target": "presence"}
    part = BeautifulSoup(as_alice.get(f"/rooms/{room.pk}/{kind}/", headers=headers).content, "html.parser")
    assert part.find(id=f"present-{link.pk}").get_text(strip=True) == "1"
    assert part.find(id="people-in").get_text(strip=True) == "1"
    assert part.find("table") is None
