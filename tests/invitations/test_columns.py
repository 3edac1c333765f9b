"""Which column holds what: by its header in any of the eight languages, or by its cells."""

import pytest
from django.conf import settings
from django.utils import translation

from invitations.columns import Columns, Field, headers, recognise
from invitations.exporting import guest_rows, template_rows
from links.search import Search

ALL = list(Field)
PERSON = ["Gina", "gina@example.org"]
N, F, L, E = Field.NAME, Field.FIRST_NAME, Field.LAST_NAME, Field.EMAIL
R, G, S, T = Field.ROLE, Field.LANGUAGE, Field.START, Field.END


def columns_of(*rows: list[str]) -> Columns:
    return recognise(list(enumerate(rows, start=1)))


@pytest.mark.parametrize(
    ("header", "fields"),
    [
        ("Name, E-mail, Role, Language, Start, End", [N, E, R, G, S, T]),
        ("First Name, Last Name, Email Address, Starts at, Closes on", [F, L, E, S, T]),
        ("Vorname, Nachname, E-Mail-Adresse, Rolle, Sprache, Beginn, Ende", [F, L, E, R, G, S, T]),
        ("Prénom, Nom de famille, Courriel, Rôle, Langue, Début, Fin", [F, L, E, R, G, S, T]),
        ("Nombre, Apellidos, Correo electrónico, Rol, Idioma, Inicio, Fin", [F, L, E, R, G, S, T]),
        ("Nome, Cognome, Posta elettronica, Ruolo, Lingua, Inizio, Fine", [F, L, E, R, G, S, T]),
        ("Voornaam, Achternaam, E-mailadres, Rol, Taal, Begin, Einde", [F, L, E, R, G, S, T]),
        ("Imię, Nazwisko, Adres e-mail, Rola, Język, Początek, Koniec", [F, L, E, R, G, S, T]),
        ("Nome próprio, Apelido, Endereço de e-mail, Papel, Idioma, Início, Fim", [F, L, E, R, G, S, T]),
        ("Imię i nazwisko, e-mail", [N, E]),
    ],
)
def test_a_header_is_recognised_in_its_language(header, fields):
    assert columns_of(header.split(", "), PERSON) == Columns(has_header=True, fields=fields)


@pytest.mark.parametrize("header", ["E-MAIL", "email:", " e mail *", "E‑Mail", "E-Mail (privat)", "eMail"])  # noqa: RUF001
def test_letter_case_accents_and_punctuation_do_not_matter(header):
    assert columns_of(["PRENOM", header]).fields == [F, E]


def test_columns_come_in_any_order_and_the_others_are_left_out():
    assert columns_of(["Company", "End", "Mail", "Paid?", "Surname", "Given name"]).fields == [
        *(None, T, E),
        *(None, L, F),
    ]


def test_of_two_columns_for_one_thing_the_first_is_taken():
    assert columns_of(["Name", "E-mail", "Mail"]).fields == [N, E, None]


@pytest.mark.parametrize(
    ("header", "fields"),
    [(["Name", "Vorname"], [L, F]), (["Nom", "Prénom"], [L, F]), (["Name", "Surname"], [F, L])],
)
def test_name_beside_half_a_name_is_the_other_half(header, fields):
    assert columns_of([*header, "E-Mail"]).fields == [*fields, E]


def test_lines_above_the_header_are_left_out():
    columns = columns_of(["Colloquium 2026", ""], ["as of 1 November", ""], ["Name", "E-mail"], PERSON)
    assert columns == Columns(has_header=True, fields=[N, E], above=2)
    assert columns.below_header([(1, []), (2, []), (3, []), (4, PERSON)]) == [(4, PERSON)]


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_our_own_headers_are_recognised_in_every_language(language):
    with translation.override(language):
        words = headers(ALL)
        for subset in (ALL, [N, E, R, G, S, T]):
            assert columns_of([words[ALL.index(field)] for field in subset]).fields == subset


@pytest.mark.django_db
@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_of_an_export_exactly_what_can_be_imported_is_recognised_in_every_language(room, language):
    with translation.override(language):
        assert columns_of(list(next(guest_rows(room, Search().links(room, "guest"))))).fields == [
            N,
            E,
            R,
            G,
            S,
            T,
            *[None] * 4,
        ]
        assert columns_of(list(next(template_rows(room)))).fields == [N, E, R, G, S, T]


@pytest.mark.parametrize(
    ("row", "fields"),
    [
        (["gina@example.org"], [E]),
        (["Gina Guest", "gina@example.org"], [N, E]),
        (["gina@example.org", "Gina", "Lollo"], [E, F, L]),
        (["Gina Guest", "Example & Co", "gina@example.org"], [N, None, E]),
        (["gina@example.org", "Gast", "Gina", "Deutsch"], [E, R, N, G]),
        (["Gina", "gina@example.org", "30.11.2026", "31.12.2026 14:00"], [N, E, S, T]),
        (["1", "Gina", "gina@example.org"], [None, N, E]),
    ],
)
def test_without_a_header_the_cells_tell(row, fields):
    assert columns_of(row, row) == Columns(has_header=False, fields=fields)


def test_a_first_line_without_an_address_above_addresses_is_a_header_in_some_other_language():
    assert columns_of(["Nafn", "Netfang"], PERSON, PERSON) == Columns(has_header=True, fields=[N, E])


def test_the_column_of_addresses_is_found_below_a_header_that_does_not_name_it():
    assert columns_of(["Vorname", "Nachname", "Netfang"], ["Gina", "Guest", "g@example.org"]).fields == [
        F,
        L,
        E,
    ]


def test_a_row_of_guests_is_no_header():
    assert not columns_of(["Guest", "gina@example.org", "Name"]).has_header


def test_nothing_is_nothing():
    assert recognise([]) == Columns(has_header=False, fields=[])
