"""Links as spreadsheets: what is in them, for whom, and that it can be imported again."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.utils import translation

from invitations.cells import Defaults, parse
from invitations.columns import recognise
from invitations.models import Invitation
from invitations.spreadsheets import read
from links.models import Link
from rooms import seating
from rooms.models import Role
from tests.doors import join

pytestmark = pytest.mark.django_db
DEFAULTS = Defaults(Role.PARTICIPANT, "en")
ENDINGS = ["csv", "xlsx"]
EXPORTS = [
    f"{page}.{ending}" for page in ("guests/export", "groups/export", "guests/template") for ending in ENDINGS
]
HEADER = [
    *("Name", "E-mail", "Role", "Language", "Start (Europe/Berlin)", "End (Europe/Berlin)"),
    *("Active", "Link", "Delivery", "Last joined"),
]


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


def rows_of(answer) -> list[list[str]]:
    assert answer.status_code == 200
    return [cells for _number, cells in read(answer.content).rows]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_export_says_who_when_how_and_where(as_alice, room, make_guest_link, ending):
    gina = make_guest_link(email="gina@example.org", role=Role.GUEST, language="de", is_active=False)
    gina.set_window(starts_at=at("2026-11-30T08:00Z"), ends_at=at("2026-12-31T23:00Z"))
    hugo = make_guest_link(email="hugo@example.org", name="Hugo")
    for state in ("bounced", "delivered"):
        Invitation.objects.create(link=hugo, state=state)
    join(hugo)
    joined_at = hugo.participants.get().joined_at.astimezone(room.zone)
    assert rows_of(as_alice.get(f"/rooms/{room.pk}/guests/export.{ending}")) == [
        HEADER,
        [
            "Hugo",
            "hugo@example.org",
            "Participant",
            "en",
            "",
            "",
            "yes",
            hugo.address,
            "delivered",
            f"{joined_at:%Y-%m-%d %H:%M}",
        ],
        [
            "Gina",
            "gina@example.org",
            "Guest",
            "de",
            "2026-11-30 09:00",
            "2026-12-31",
            "no",
            gina.address,
            "not sent",
            "",
        ],
    ]


@pytest.mark.parametrize("ending", ENDINGS)
def test_group_links_are_exported_with_description_and_label(as_alice, room, make_group_link, ending):
    link = make_group_link(description="Maths", label="M1", role=Role.SPECTATOR)
    assert rows_of(as_alice.get(f"/rooms/{room.pk}/groups/export.{ending}")) == [
        [
            "Description",
            "Internal label",
            "Role",
            "Start (Europe/Berlin)",
            "End (Europe/Berlin)",
            "Active",
            "Link",
        ],
        ["Maths", "M1", "Spectator", "", "", "yes", link.address],
    ]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_template_is_its_headers_and_nobody(as_alice, room, gina, ending):
    answer = as_alice.get(f"/rooms/{room.pk}/guests/template.{ending}", headers={"accept-language": "de"})
    ((*fields, start, _end),) = rows_of(answer)
    assert fields == ["Name", "E-Mail-Adresse", "Rolle", "Sprache"]
    assert start.endswith(" (Europe/Berlin)")


WINDOWS = [
    (None, None),
    ("2026-11-30T08:00Z", "2026-12-31T23:00Z"),
    ("2026-11-29T23:00Z", "2026-11-30T23:00Z"),
    ("2026-10-25T00:30Z", "2026-10-25T01:30Z"),
    ("2026-10-25T01:30Z", "2026-10-25T02:30Z"),
    ("2026-10-24T22:00Z", "2026-10-25T23:00Z"),
    ("2027-03-28T00:30Z", "2027-03-28T01:30Z"),
]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_what_was_exported_is_imported_as_it_was(as_alice, room, make_guest_link, ending, language):
    names = ["=cmd()", "+49 30 1", "-Ana-", "@gina", "'t Hooft", "'=1", 'Doe, Jane; "J"', "Zoë"]
    for number, name in enumerate(names):
        starts_at, ends_at = (bound and at(bound) for bound in WINDOWS[number % len(WINDOWS)])
        make_guest_link(
            name=name, role=list(Role)[number % 5], language="fr", starts_at=starts_at, ends_at=ends_at
        )
    with translation.override(language):
        answer = as_alice.get(
            f"/rooms/{room.pk}/guests/export.{ending}", headers={"accept-language": language}
        )
    rows = read(answer.content).rows
    columns = recognise(rows)
    found = []
    for _number, cells in columns.below_header(rows):
        row = parse(
            {field: cell for field, cell in zip(columns.fields, cells, strict=True) if field},
            DEFAULTS,
            room.zone,
        )
        assert row.errors == {}
        found.append((row.name, row.email, row.role, row.language, row.starts_at, row.ends_at))
    fields = ("name", "email", "role", "language", "starts_at", "ends_at")
    assert found == list(Link.objects.order_by("-pk").values_list(*fields))


def test_no_cell_of_an_export_can_be_run(as_alice, room, make_guest_link, make_group_link):
    make_guest_link(name="=HYPERLINK(1)")
    make_group_link(description="+cmd|' /C calc'!A0", label="@x")
    for tab in ("guests", "groups"):
        cells = as_alice.get(f"/rooms/{room.pk}/{tab}/export.csv").content.decode("utf-8-sig").split('"')
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_an_export_holds_what_the_search_finds_and_no_deleted_link(as_alice, room, make_guest_link):
    for number, name in enumerate(("Gina", "Regina", "Hugo")):
        make_guest_link(name=name, email=f"{number}@example.org")
    make_guest_link(name="Gina gone").discard()
    answer = as_alice.get(f"/rooms/{room.pk}/guests/export.csv", {"q": " GINA\0"})
    assert [cells[0] for cells in rows_of(answer)] == ["Name", "Regina", "Gina"]


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize("tab", ["guests", "groups"])
def test_an_export_has_a_fixed_number_of_statements(
    as_alice, room, make_link, make_group_link, django_assert_num_queries, number, tab
):
    seating.limit(room.pk, capacity=number, quota=1)
    for each in range(number):
        if tab == "guests":
            link = make_link(email=f"{each}@example.org")
            join(link)
            Invitation.objects.create(link=link)
        else:
            make_group_link(description=f"{each}")
    with django_assert_num_queries(4):
        assert len(rows_of(as_alice.get(f"/rooms/{room.pk}/{tab}/export.csv"))) == number + 1


def test_a_file_is_named_after_its_room_and_the_day(as_alice, make_room):
    room = make_room(name="Übung: „Maß“ / 1", time_zone="Pacific/Kiritimati")
    day = datetime.now(UTC).astimezone(room.zone).date()
    answer = as_alice.get(f"/rooms/{room.pk}/guests/export.xlsx")
    assert answer["Content-Disposition"] == (
        f"attachment; filename*=utf-8''%C3%BCbung-ma%C3%9F-1-guest-links-{day}.xlsx"
    )
    assert answer["Content-Type"].endswith("spreadsheetml.sheet")
    assert as_alice.get(f"/rooms/{room.pk}/guests/template.csv")["Content-Type"] == "text/csv; charset=utf-8"


@pytest.mark.parametrize("path", EXPORTS)
def test_somebody_elses_room_has_no_export(client, bob, room, gina, path):
    assert client.get(f"/rooms/{room.pk}/{path}").url.startswith("/accounts/login/")
    client.force_login(bob)
    assert client.get(f"/rooms/{room.pk}/{path}").status_code == 404


@pytest.mark.parametrize("path", EXPORTS)
def test_an_export_is_fetched_and_in_these_formats_only(as_alice, room, path):
    assert as_alice.post(f"/rooms/{room.pk}/{path}").status_code == 405
    assert as_alice.get(f"/rooms/{room.pk}/{path}".rpartition(".")[0] + ".pdf").status_code == 404


def test_a_link_that_ended_in_the_middle_of_a_minute_is_exported_to_the_minute(as_alice, room, gina):
    gina.set_window(ends_at=at("2026-11-30T08:00:59.5Z") + timedelta(milliseconds=1))
    assert rows_of(as_alice.get(f"/rooms/{room.pk}/guests/export.csv"))[1][5] == "2026-11-30 09:00"
