"""What a row of a spreadsheet says, and what is wrong at which of its cells."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.conf import settings
from django.utils import translation
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from invitations.cells import DateOrder, Defaults, Parsed, date_order, parse, written
from invitations.columns import Field
from invitations.dates import instant_of
from rooms.models import Role

pytestmark = pytest.mark.once
BERLIN = ZoneInfo("Europe/Berlin")
HAVANA = ZoneInfo("America/Havana")
SPRING, AUTUMN = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)
DEFAULTS = Defaults(Role.SPECTATOR, "pl")


def parsed(defaults: Defaults = DEFAULTS, zone: ZoneInfo = BERLIN, **cells: str) -> Parsed:
    """parsed(role="Gast"): of Gina's row."""
    cells = {"name": "Gina", "email": "gina@example.org", **cells}
    return parse({Field(field): cell for field, cell in cells.items()}, defaults, zone)


def test_where_a_row_says_nothing_the_defaults_are_taken():
    defaults = Defaults(Role.SPECTATOR, "pl", SPRING, AUTUMN)
    assert parsed(defaults, role="", start="") == Parsed(
        "Gina", "gina@example.org", Role.SPECTATOR, "pl", SPRING, AUTUMN, {}
    )


# Name and address


def test_a_name_may_come_in_two_halves():
    assert parsed(name="", first_name="Gina", last_name="Guest").name == "Gina Guest"
    assert parsed(name="", last_name="Guest").name == "Guest"
    assert parsed(name="G. Guest", first_name="Gina", last_name="Guest").name == "G. Guest"


@pytest.mark.parametrize(
    ("name", "words"),
    [("", "Please enter a name"), ("x" * 81, "this one has 81"), ("Gi\u202ena", "after “Gi”")],
)
def test_a_name_that_cannot_be_shown_is_refused_at_the_name(name, words):
    errors = parsed(name=name).errors
    assert list(errors) == [Field.NAME]
    assert words in errors[Field.NAME]


@pytest.mark.parametrize(
    ("cell", "email"),
    [
        (" gina+tag@Example.ORG ", "gina+tag@example.org"),
        ("mailto:gina@example.org", "gina@example.org"),
        ("\u200bgina@example.org\ufeff", "gina@example.org"),
        ("Somebody <gina@example.org>", "gina@example.org"),
    ],
)
def test_an_address_is_read_through_what_comes_along_with_it(cell, email):
    row = parsed(email=cell)
    assert (row.email, row.name, row.errors) == (email, "Gina", {})


def test_a_name_beside_the_address_counts_where_there_is_no_other():
    assert parsed(name="", email='"Guest, Gina" <gina@example.org>').name == "Guest, Gina"


@pytest.mark.parametrize("cell", ["", "gina", "gina@", "gina@example.org, hugo@example.org", "<>"])
def test_an_address_that_is_none_is_refused_at_the_address(cell):
    assert parsed(email=cell).errors == {
        Field.EMAIL: "This is not a complete e-mail address, as in gina@example.org."
    }


# Role and language


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
@pytest.mark.parametrize("role", list(Role))
def test_a_role_is_understood_as_we_call_it_in_every_language(language, role):
    with translation.override(language):
        assert parsed(role=str(role.label)).role is role


@pytest.mark.parametrize(
    ("cell", "role"),
    [
        ("moderator", Role.MODERATOR),
        ("MODÉRATRICE", Role.MODERATOR),
        ("anfitrión", Role.MODERATOR),
        ("Teilnehmer/in", Role.PARTICIPANT),
        ("uczestnik", Role.PARTICIPANT),
        ("invitée", Role.GUEST),
        ("toeschouwer", Role.SPECTATOR),
        ("no_access", Role.NO_ACCESS),
        ("Kein Zugang", Role.NO_ACCESS),
        ("sem acesso", Role.NO_ACCESS),
    ],
)
def test_a_role_is_understood_in_other_words(cell, role):
    assert parsed(role=cell).role is role


def test_a_role_that_is_none_is_refused_with_those_that_there_are():
    row = parsed(role="King")
    assert row.role is Role.SPECTATOR
    assert row.errors == {
        Field.ROLE: "“King” is not a role. "
        "The roles are: Moderator, Participant, Guest, Spectator, No access."
    }


@pytest.mark.parametrize(
    "cell",
    [
        "de",
        "DE",
        "de-DE",
        "de_AT",
        "deu",
        "German",
        "deutsch",
        "Deutsch (Schweiz)",
        "allemand",
        "alemán",
        "tedesco",
        "Duits",
        "niemiecki",
        "alemão",
    ],
)
def test_a_language_is_a_code_or_a_name_in_any_language(cell):
    assert parsed(language=cell).language == "de"


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_a_language_is_understood_as_we_call_it_in_every_language(language):
    with translation.override(language):
        for code, name in settings.LANGUAGES:
            assert parsed(language=str(name)).language == code


@pytest.mark.parametrize("cell", ["ja", "Klingon"])
def test_a_language_without_letters_is_refused_with_those_that_there_are(cell):
    assert "The languages are: English, German, French" in parsed(language=cell).errors[Field.LANGUAGE]


# Dates

NINE = "2026-11-30T08:00+00:00"


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-30 09:00",
        "2026-11-30T09:00",
        "2026-11-30T09:00:00.000",
        "2026/11/30 9:00",
        "2026.11.30 9:00",
        "2026-11-30T09:00+01:00",
        "2026-11-30T08:00Z",
        "2026-11-30 03:00:00 -0500",
        "2026-11-30 08:00:00+00",
        "30.11.2026 09:00",
        "30.11.26 9:00",
        "30.11.2026, 9:00 Uhr",
        "30. 11. 2026 09.00 Uhr",
        "Mo, 30.11.2026 9 Uhr",
        "30/11/2026 09:00",
        "30/11/2026 à 9h00",
        "30-11-2026 9:00",
        "11/30/2026 9:00 AM",
        "11/30/26 9 a.m.",
        "30 November 2026 09:00",
        "30. Nov. 2026 um 9:00",
        "November 30, 2026 9:00 AM",
        "Monday, November 30, 2026 9 am",
        "30 novembre 2026 9h00",
        "30 de noviembre de 2026 a las 9:00",
        "30 listopada 2026 09:00",
        "30-nov-2026 9:00",
    ],
)
def test_a_date_is_understood_as_people_write_it(cell):
    assert parsed(start=cell).errors == {}
    assert parsed(start=cell).starts_at == datetime.fromisoformat(NINE)


@pytest.mark.parametrize(
    ("word", "month"),
    [
        ("März", 3),
        ("mrt", 3),
        ("marca", 3),
        ("mai", 5),
        ("maja", 5),
        ("août", 8),
        ("Sept", 9),
        ("ott", 10),
        ("październik", 10),
        ("dez", 12),
        ("décembre", 12),
        ("gennaio", 1),
        ("fevereiro", 2),
        ("kwietnia", 4),
    ],
)
def test_months_have_names_in_eight_languages(word, month):
    assert instant_of(f"2 {word} 2026", ZoneInfo("UTC")) == datetime(2026, month, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("soon", "Please write 2026-11-30"),
        ("jui 2026", "Please write 2026-11-30"),
        ("46356", "Please write 2026-11-30"),
        ("2026-11-30 14-16", "Please write 2026-11-30"),
        ("2026-11-30 to 2026-12-01", "Please write 2026-11-30"),
        ("31.02.2026", "no such date"),
        ("13/13/2026", "no such date"),
        ("0000-01-01", "no such date"),
        ("30.11.2026 25:00", "no such time"),
        ("30.11.2026 13:00 PM", "no such time"),
        ("2026-11-30 09:00+99:00", "no such time"),
        ("9999-12-31", "too far away"),
        (
            "2027-03-28 02:30",
            "02:30 does not exist on this day in Europe/Berlin: the clocks go from 02:00 to 03:00",
        ),
    ],
)
def test_a_date_that_is_none_is_refused_with_the_reason(cell, words):
    row = parsed(end=cell)
    assert (row.ends_at, list(row.errors)) == (None, [Field.END])
    assert words in row.errors[Field.END]


def test_a_date_without_a_time_is_the_start_of_the_day_and_as_an_end_its_end():
    row = parsed(start="2026-11-30", end="2026-11-30")
    assert row.ends_at - row.starts_at == timedelta(days=1)


def test_a_time_that_exists_twice_is_the_first_unless_its_offset_is_said():
    first, second = (parsed(start=cell).starts_at for cell in ("2026-10-25 02:30", "2026-10-25 02:30+01:00"))
    assert (first.hour, second.hour) == (0, 1)


def test_an_end_before_the_start_is_refused_at_the_end():
    assert parsed(start="2026-12-02", end="2026-12-01").errors == {
        Field.END: "The end has to be after the start."
    }
    assert list(parsed(Defaults(Role.GUEST, "en", AUTUMN), end="2026-12-01").errors) == [Field.END]


@pytest.mark.parametrize(
    ("column", "order"),
    [
        (["01/02/2026", "13/02/2026"], DateOrder.DAY_FIRST),
        (["01/02/2026", "02/13/2026"], DateOrder.MONTH_FIRST),
        (["1-2-2026 9:00", "2-28-26 9:00 PM"], DateOrder.MONTH_FIRST),
        (["01/02/2026", "05/06/2026", ""], DateOrder.AMBIGUOUS),
        (["05/05/2026", "soon"], DateOrder.DAY_FIRST),
        (["01.02.2026", "2026-02-01", "1 February 2026"], DateOrder.DAY_FIRST),
        ([], DateOrder.DAY_FIRST),
    ],
)
def test_one_date_tells_the_order_of_a_whole_column(column, order):
    assert date_order(column) is order


def test_what_is_ambiguous_is_read_in_the_order_of_its_column():
    days = {order: instant_of("01/02/2026", ZoneInfo("UTC"), order=order).month for order in DateOrder}
    assert days == {DateOrder.DAY_FIRST: 2, DateOrder.MONTH_FIRST: 1, DateOrder.AMBIGUOUS: 2}
    assert instant_of("01.02.2026", ZoneInfo("UTC"), order=DateOrder.MONTH_FIRST).month == 2
    assert instant_of("13/02/2026", ZoneInfo("UTC"), order=DateOrder.MONTH_FIRST).month == 2


@pytest.mark.parametrize(
    ("instant", "is_end", "cell"),
    [
        ("2026-11-30T08:00Z", False, "2026-11-30 09:00"),
        ("2026-11-29T23:00Z", False, "2026-11-30"),
        ("2026-11-30T23:00Z", True, "2026-11-30"),
        ("2026-10-25T00:30Z", False, "2026-10-25 02:30"),
        ("2026-10-25T01:30Z", False, "2026-10-25 02:30+01:00"),
    ],
)
def test_a_date_is_written_as_short_as_it_is_exact(instant, is_end, cell):
    assert written(datetime.fromisoformat(instant), BERLIN, is_end=is_end) == cell


@hypothesis_settings(deadline=None)
@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from(sorted(available_timezones())).map(ZoneInfo),
    st.booleans(),
)
@example(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), BERLIN, False)  # noqa: FBT003
@example(datetime(2026, 11, 1, 4, tzinfo=UTC), HAVANA, False)  # noqa: FBT003
@example(datetime(2026, 11, 1, 5, tzinfo=UTC), HAVANA, True)  # noqa: FBT003
def test_what_is_written_is_read_as_the_same_minute_in_every_zone(instant, zone, is_end):
    cell = written(instant, zone, is_end=is_end)
    assert instant_of(cell, zone, is_end=is_end) == instant.replace(second=0, microsecond=0)


def test_an_error_of_the_spreadsheets_is_named_at_its_cell():
    row = parsed(name="", first_name="#N/A", last_name="Guest", role="#REF!")
    assert set(row.errors) == {Field.NAME, Field.FIRST_NAME, Field.ROLE}
    assert row.errors[Field.ROLE] == "The spreadsheet has an error here instead of a value: #REF!."


@hypothesis_settings(deadline=None, max_examples=200)
@given(st.dictionaries(st.sampled_from(Field), st.text(max_size=30)))
def test_no_cell_at_all_breaks_the_reading(cells):
    parse(cells, DEFAULTS, BERLIN)
