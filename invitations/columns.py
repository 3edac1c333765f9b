"""What the columns of a spreadsheet hold: by headers in any of the eight languages, or by their cells."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from invitations import dates
from invitations.vocabulary import language_of, plain, read_words, role_of

Row = tuple[int, list[str]]

SAMPLE = 200
# So many lines may stand above the header: a title, who made it, when.
MOST_ABOVE = 5
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
LONGEST_ADDRESS = 400  # with a name beside it


class Field(StrEnum):
    NAME = "name"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    ROLE = "role"
    LANGUAGE = "language"
    START = "start"
    END = "end"


HEADERS = {
    Field.NAME: _("Name"),
    Field.FIRST_NAME: _("First name"),
    Field.LAST_NAME: _("Last name"),
    Field.EMAIL: _("E-mail"),
    Field.ROLE: _("Role"),
    Field.LANGUAGE: _("Language"),
    Field.START: _("Start"),
    Field.END: _("End"),
}

# A line a language: English, German, French, Spanish, Italian, Dutch, Polish, Portuguese.
WORDS = {
    Field.NAME: """
        name, full name, display name, guest name, person, first and last name, first name and last name
        Name, voller Name, vollständiger Name, Anzeigename, Name des Gastes, Vor- und Nachname,
        Vorname und Nachname, Vorname Nachname
        nom complet, nom, nom et prénom, prénom et nom, nom prénom, prénom nom, nom de l'invité, nom affiché
        nombre completo, nombre, nombre y apellidos, nombre y apellido, nombre apellidos
        nome completo, nome, nome e cognome, cognome e nome, nominativo, nome cognome
        naam, volledige naam, voor- en achternaam, voornaam en achternaam, weergavenaam
        imię i nazwisko, nazwisko i imię, pełne imię i nazwisko, nazwa, imię nazwisko
        nome, nome completo, nome e apelido, nome e sobrenome
    """,
    Field.FIRST_NAME: """
        first name, given name, forename, first, given names
        Vorname, Vornamen, Rufname
        prénom, prénoms
        nombre de pila, primer nombre
        nome di battesimo, primo nome
        voornaam, roepnaam
        imię, imiona
        nome próprio, primeiro nome
    """,
    Field.LAST_NAME: """
        last name, surname, family name, last
        Nachname, Familienname, Zuname
        nom de famille, patronyme
        apellido, apellidos
        cognome
        achternaam, familienaam
        nazwisko
        apelido, apelidos, sobrenome, último nome
    """,
    Field.EMAIL: """
        e-mail, mail, e-mail address, mail address, electronic mail
        E-Mail, E-Mail-Adresse, Mail, Mailadresse, Mail-Adresse, Emailadressen, elektronische Post
        courriel, adresse e-mail, adresse électronique, adresse mail, mél, adresse courriel,
        adresse de courriel, adresse de messagerie
        correo electrónico, correo, dirección de correo, dirección de correo electrónico, correo-e
        e-mail, posta elettronica, indirizzo e-mail, indirizzo di posta elettronica, indirizzo mail,
        indirizzo email
        e-mailadres, mailadres, e-mail adres
        adres e-mail, poczta elektroniczna, adres poczty elektronicznej, adres mailowy, e-mail adres
        e-mail, correio eletrónico, correio eletrônico, endereço de e-mail, endereço de correio eletrónico,
        endereço eletrónico
    """,
    Field.ROLE: """
        role, access, permission, user role
        Rolle, Berechtigung, Zugang
        rôle, accès, autorisation
        rol, función, permiso
        ruolo, permesso
        rol, functie, toegang
        rola, uprawnienia
        papel, função, permissão, perfil
    """,
    Field.LANGUAGE: """
        language, locale, preferred language, lang
        Sprache, bevorzugte Sprache
        langue, langue préférée
        idioma, lengua
        lingua
        taal, voorkeurstaal
        język
        idioma, língua, linguagem
    """,
    Field.START: """
        start, starts, starts at, start date, start time, opens, opens on, opens at, from, valid from,
        begin, begins, not before
        Start, Beginn, Startdatum, Startzeit, Anfang, von, ab, gültig ab, gültig von, öffnet, öffnet am,
        Startzeitpunkt, Beginndatum
        début, date de début, commence, commence le, de, du, à partir du, à partir de, valable à partir du,
        ouvre, ouvre le, ouverture
        inicio, comienzo, fecha de inicio, empieza, desde, válido desde, abre, abre el, apertura
        inizio, data di inizio, data inizio, comincia, da, dal, dalle, valido dal, valido da, apre,
        apre il, apertura
        start, begin, startdatum, begindatum, vanaf, van, geldig vanaf, opent, opent op, aanvang
        początek, rozpoczęcie, data rozpoczęcia, start, od, ważne od, ważny od, otwarcie, otwiera się
        início, começo, data de início, começa, de, desde, válido desde, a partir de, abre, abre em, abertura
    """,
    Field.END: """
        end, ends, ends at, end date, end time, closes, closes on, closes at, until, to, till, valid until,
        valid to, expires, expiry, expiry date
        Ende, Enddatum, Endzeit, Schluss, bis, gültig bis, schließt, schließt am, Ablauf, Ablaufdatum,
        läuft ab, läuft ab am, Endzeitpunkt
        fin, date de fin, finit, se termine, jusqu'au, jusqu'à, au, valable jusqu'au, ferme, ferme le,
        fermeture, expire, expire le, expiration
        fin, final, fecha de fin, fecha final, termina, hasta, válido hasta, cierra, cierra el, cierre,
        caduca, vencimiento
        fine, data di fine, data fine, finisce, termina, a, al, fino a, fino al, valido fino al,
        valido fino a, chiude, chiude il, chiusura, scade, scade il, scadenza
        einde, eind, einddatum, eindigt, tot, tot en met, t/m, geldig tot, sluit, sluit op, verloopt,
        verloopt op, vervaldatum
        koniec, zakończenie, data zakończenia, do, ważne do, ważny do, zamknięcie, wygasa, zamyka się
        fim, término, data de fim, data de término, data final, termina, até, válido até, fecha, fecha em,
        fecho, encerramento, expira, expira em
    """,
}
FIELDS = {word: field for field, text in WORDS.items() for word in read_words(text)}


@dataclass(frozen=True)
class Columns:
    """One field or none for each column; `above` counts the lines above the header."""

    has_header: bool
    fields: list[Field | None]
    above: int = 0

    def below_header(self, rows: Sequence[Row]) -> Sequence[Row]:
        return rows[self.above + self.has_header :]


def recognise(rows: Sequence[Row]) -> Columns:
    width = max((len(cells) for _number, cells in rows), default=0)
    for above, (_number, cells) in enumerate(rows[: MOST_ABOVE + 1]):
        if any("@" in cell for cell in cells):
            break
        fields = _of_header(cells, width)
        if _is_header(cells, fields):
            fields = _with_guessed_address(fields, rows[above + 1 :])
            return Columns(has_header=True, fields=fields, above=above)
    return _without_words(rows, width)


def headers(fields: Iterable[Field]) -> list[str]:
    """The headers in the language that is active, for a template or an export."""
    return [str(HEADERS[field]) for field in fields]


def _of_header(cells: Sequence[str], width: int) -> list[Field | None]:
    found: list[Field | None] = []
    for cell in cells:
        field = FIELDS.get(plain(cell))
        found.append(None if field in found else field)
    return _with_half_names(found + [None] * (width - len(found)))


def _with_half_names(fields: list[Field | None]) -> list[Field | None]:
    """ "Name" beside a first name is the last name, as in Name, Vorname; beside a last name the first."""
    halves = {Field.FIRST_NAME: Field.LAST_NAME, Field.LAST_NAME: Field.FIRST_NAME}
    for half, other in halves.items():
        if half in fields and other not in fields:
            return [other if field is Field.NAME else field for field in fields]
    return fields


def _is_header(cells: Sequence[str], fields: Sequence[Field | None]) -> bool:
    known, filled = sum(field is not None for field in fields), sum(cell != "" for cell in cells)
    return known >= 2 or (known == 1 and (filled == 1 or Field.EMAIL in fields))


def _without_words(rows: Sequence[Row], width: int) -> Columns:
    """A first line without an address above lines that have one is a header whose words are unknown."""
    fields = _guess(rows, [None] * width)
    address = fields.index(Field.EMAIL) if Field.EMAIL in fields else None
    has_header = (
        address is not None
        and len(rows) > 1
        and "@" not in "".join(rows[0][1])
        and rows[0][1][address : address + 1] not in ([], [""])
    )
    return Columns(has_header=has_header, fields=_guess(rows[has_header:], [None] * width))


def _with_guessed_address(fields: list[Field | None], rows: Sequence[Row]) -> list[Field | None]:
    if Field.EMAIL in fields:
        return fields
    guessed = _guess(rows, list(fields))
    return [
        Field.EMAIL if guess is Field.EMAIL else field for field, guess in zip(fields, guessed, strict=True)
    ]


def _guess(rows: Sequence[Row], fields: list[Field | None]) -> list[Field | None]:
    columns = [_cells_of(rows, column) for column in range(len(fields))]
    kinds: list[tuple[Callable[[str], object], list[Field]]] = [
        (_looks_like_address, [Field.EMAIL]),
        (role_of, [Field.ROLE]),
        (dates.looks_like_date, [Field.START, Field.END]),
        (language_of, [Field.LANGUAGE]),
        (_looks_like_name, [Field.NAME]),
    ]
    for is_one, candidates in kinds:
        free = [field for field in candidates if field not in fields]
        for column, cells in enumerate(columns):
            if free and fields[column] is None and _mostly(is_one, cells):
                fields[column] = free.pop(0)
    return _with_two_names(fields, columns)


def _with_two_names(fields: list[Field | None], columns: Sequence[Sequence[str]]) -> list[Field | None]:
    """Two columns of single words side by side are a first and a last name."""
    if Field.NAME not in fields:
        return fields
    column = fields.index(Field.NAME)
    if column + 1 == len(fields) or fields[column + 1] is not None:
        return fields
    if all(_mostly(_looks_like_word, columns[each]) for each in (column, column + 1)):
        fields[column : column + 2] = [Field.FIRST_NAME, Field.LAST_NAME]
    return fields


def _cells_of(rows: Sequence[Row], column: int) -> list[str]:
    cells = (cells[column] for _number, cells in rows[:SAMPLE] if column < len(cells))
    return [cell for cell in cells if cell]


def _mostly(is_one: Callable[[str], object], cells: Sequence[str]) -> bool:
    return bool(cells) and sum(bool(is_one(cell)) for cell in cells) * 2 > len(cells)


def _looks_like_address(text: str) -> bool:
    return len(text) <= LONGEST_ADDRESS and ADDRESS.search(text) is not None


def _looks_like_name(text: str) -> bool:
    return any(character.isalpha() for character in text) and "@" not in text and "://" not in text


def _looks_like_word(text: str) -> bool:
    return _looks_like_name(text) and " " not in text
