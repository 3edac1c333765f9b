"""Spreadsheets as they are: each is read right, or refused in words; what is written comes back."""

import io
import struct
import tracemalloc
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st

from invitations.cells import Defaults, date_order, parse
from invitations.columns import Field, recognise
from invitations.spreadsheets import (
    MOST_BYTES,
    MOST_ROWS,
    Unreadable,
    bombs,
    csv_of,
    read,
    read_pasted,
    xlsx_of,
)
from rooms.models import Role

pytestmark = pytest.mark.once
FILES = sorted(path for path in (Path(__file__).parent / "spreadsheets").iterdir() if path.suffix != ".py")
BERLIN = ZoneInfo("Europe/Berlin")
DEFAULTS = Defaults(Role.PARTICIPANT, "en")


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN).astimezone(UTC)


GUESTS = [
    ("Jörg Müller", "joerg@example.org", "moderator", "de", at(2026, 11, 30, 9), at(2026, 11, 30, 17, 30)),
    ("Jane Doe", "jane@example.org", "guest", "en", at(2026, 12, 1), at(2027, 1, 1)),
    ("Zoë O'Neil", "zoe@example.org", "participant", "fr", None, None),
]


def guests_in(table) -> list[tuple]:
    columns = recognise(table.rows)
    rows = columns.below_header(table.rows)
    dates = [at for at, field in enumerate(columns.fields) if field in (Field.START, Field.END)]
    order = date_order(cells[at] for _number, cells in rows for at in dates)
    found = []
    for _number, cells in rows:
        named = {field: cell for field, cell in zip(columns.fields, cells, strict=True) if field}
        parsed = parse(named, DEFAULTS, BERLIN, order)
        assert parsed.errors == {}
        found.append(
            (parsed.name, parsed.email, parsed.role, parsed.language, parsed.starts_at, parsed.ends_at)
        )
    return found


def cells_of(table) -> list[list[str]]:
    return [cells for _number, cells in table.rows]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_file_of_any_program_holds_the_same_guests(path):
    assert guests_in(read(path.read_bytes(), path.name)) == GUESTS


def test_polish_letters_of_an_old_excel_are_read_right():
    data = "Imię i nazwisko;E-mail\r\nPaweł Żak;pawel@example.org\r\n".encode("cp1250")
    assert cells_of(read(data))[1] == ["Paweł Żak", "pawel@example.org"]


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", ",;\t")
def test_any_encoding_goes_with_any_delimiter_and_any_line_end(delimiter, encoding, end):
    lines = [["Name", "E-mail"], ["Zoë", "zoe@example.org"], ["Jörg Müller", "joerg@example.org"]]
    text = end.join(delimiter.join(cells) for cells in lines)
    assert cells_of(read(text.encode(encoding))) == lines


@pytest.mark.parametrize("lines", [["Name;E-Mail"], []], ids=["with a header", "without"])
def test_a_comma_in_names_does_not_make_it_the_delimiter(lines):
    lines = [*lines, "Doe, Jane;jane@example.org", "Roe, Richard;richard@example.org"]
    assert cells_of(read("\n".join(lines).encode()))[-2:] == [
        ["Doe, Jane", "jane@example.org"],
        ["Roe, Richard", "richard@example.org"],
    ]


def test_a_first_line_may_name_any_delimiter_and_is_no_row():
    assert read(b"sep=|\r\nName|E-mail\r\nA, B; C|a@example.org").rows == [
        (1, ["Name", "E-mail"]),
        (2, ["A, B; C", "a@example.org"]),
    ]


def test_a_line_break_in_quotes_is_in_the_cell_and_rows_are_counted_as_a_spreadsheet_does():
    assert read(b'Name,E-mail\r\n\r\n"Jane\r\nDoe",jane@example.org\r\nZoe,zoe@example.org').rows == [
        (1, ["Name", "E-mail"]),
        (3, ["Jane\nDoe", "jane@example.org"]),
        (4, ["Zoe", "zoe@example.org"]),
    ]


def test_cells_are_trimmed_and_rows_are_of_one_width():
    assert cells_of(read("a , b\u00a0,,\n 1\n".encode())) == [["a", "b"], ["1", ""]]


def test_rows_of_a_workbook_have_the_numbers_that_excel_shows():
    path = Path(__file__).parent / "spreadsheets" / "libreoffice-empty-first-row.xlsx"
    assert [number for number, _cells in read(path.read_bytes()).rows] == [2, 3, 4, 5]


def workbook(**sheets: list[list[object]]) -> bytes:
    book, file = openpyxl.Workbook(), io.BytesIO()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(file)
    return file.getvalue()


def test_the_first_sheet_with_rows_is_read_unless_another_is_named():
    data = workbook(Empty=[], One=[["1"]], Two=[["2"]])
    assert (read(data).sheet, read(data).sheets, cells_of(read(data))) == (
        "One",
        ["Empty", "One", "Two"],
        [["1"]],
    )
    assert cells_of(read(data, sheet="Two")) == [["2"]]
    with pytest.raises(Unreadable, match="no sheet “Three”"):
        read(data, sheet="Three")


def test_a_sheet_that_is_hidden_is_not_offered():
    path = Path(__file__).parent / "spreadsheets" / "numbers-hidden-sheet.xlsx"
    assert read(path.read_bytes()).sheets == ["Empty", "Guests"]


def test_numbers_flags_and_errors_are_as_excel_shows_them():
    numbers = [5, 5.0, 0.1, 491701234567, 1e-7]
    assert cells_of(read(workbook(Sheet=[[*numbers, True, "#N/A", "_x0041_"]]))) == [
        ["5", "5", "0.1", "491701234567", "1e-07", "TRUE", "#N/A", "_x0041_"]
    ]


def test_a_time_near_a_minute_is_that_minute():
    assert cells_of(read(workbook(Sheet=[[datetime(2026, 11, 30, 8, 59, 59, 999_700)]]))) == [  # noqa: DTZ001
        ["2026-11-30T09:00"]
    ]


def test_midnight_that_is_shown_is_a_time_and_a_day_alone_is_none():
    book, file = openpyxl.Workbook(), io.BytesIO()
    for place, shown in (("A1", "dd/mm/yyyy hh:mm"), ("B1", "dd/mm/yyyy")):
        book.active[place] = datetime(2026, 11, 30)  # noqa: DTZ001
        book.active[place].number_format = shown
    book.save(file)
    assert cells_of(read(file.getvalue())) == [["2026-11-30T00:00", "2026-11-30"]]


# Pasted


@pytest.mark.parametrize(
    ("pasted", "cells"),
    [
        ("Name\tE-mail\nGina\tgina@example.org", [["Name", "E-mail"], ["Gina", "gina@example.org"]]),
        ('"Gina\nGuest"\tgina@example.org', [["Gina\nGuest", "gina@example.org"]]),
        ("Gina;gina@example.org\n", [["Gina", "gina@example.org"]]),
        ("a@example.org\n\nb@example.org\n", [["a@example.org"], ["b@example.org"]]),
        ("a@example.org, b@example.org; c@example.org", [[f"{name}@example.org"] for name in "abc"]),
        ("Gina Guest <gina@example.org>", [["Gina Guest", "gina@example.org"]]),
        (
            'Doe, Jane <jane@example.org>; "Zoe" <zoe@example.org>, c@example.org\nGina <gina@example.org>',
            [
                ["Doe, Jane", "jane@example.org"],
                ["Zoe", "zoe@example.org"],
                ["", "c@example.org"],
                ["Gina", "gina@example.org"],
            ],
        ),
        ("a@example.org, Guest", [["a@example.org", "Guest"]]),
    ],
)
def test_what_is_pasted_may_be_cells_or_addresses(pasted, cells):
    assert cells_of(read_pasted(pasted)) == cells


# What is refused


def refusal(data: bytes, name: str = "") -> str:
    with pytest.raises(Unreadable) as refused:
        read(data, name)
    return str(refused.value)


OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (OLD_EXCEL, "save it as .xlsx"),
        (OLD_EXCEL + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "not a spreadsheet"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not a spreadsheet"),
        (b"\xff\xd8\xff\xe0 JFIF", "not a spreadsheet"),
        (b"\x7fELF\x02\x01\x01\0\0\0", "not a spreadsheet"),
        (b"a,b\n\x01\x02", "not a spreadsheet"),
        (b"a,b\n\x81\x8d\xff", "not a spreadsheet"),
        (b"<!DOCTYPE html><table><tr><td>gina@example.org", "not a spreadsheet"),
        (b"PK\x03\x04 no zip", "damaged"),
        (b"", "nothing in it"),
        (b"\xef\xbb\xbf", "nothing in it"),
        (b" ;\r\n;;\r\n", "nothing in it"),
        (b"a," * 101, "more than 100 columns"),
        (b"Name\n" + b"a" * 2001, "Row 2 has a cell with more than 2,000 characters"),
        (b'Name\n"' + b"a" * 200_000, "quotation mark is missing"),
        (b"a" * (MOST_BYTES + 1), "larger than 10 MB"),
    ],
    ids=lambda value: None if isinstance(value, bytes) else value,
)
def test_what_cannot_be_read_is_refused_with_what_to_do(data, words):
    assert words in refusal(data)
    assert "Please" in refusal(data)


def test_an_empty_workbook_is_refused():
    assert "nothing in it" in refusal(workbook(Sheet=[], Other=[[None, ""]]))


@pytest.mark.parametrize("write", [csv_of, xlsx_of])
def test_ten_thousand_rows_below_the_header_are_read_and_no_more(write):
    rows = [["E-mail"], *([f"{number}@example.org"] for number in range(MOST_ROWS))]
    assert len(read(write(rows)).rows) == MOST_ROWS + 1
    assert "more than 10,000 rows" in refusal(write([*rows, ["one-more@example.org"]]))
    assert "more than 10,000 rows" in refusal(write([*rows[1:], ["one-more@example.org"]]))


def package(**parts: bytes) -> bytes:
    """A workbook with one part more, or with another sheet."""
    file = io.BytesIO()
    with (
        ZipFile(io.BytesIO(workbook(Sheet=[["a"]]))) as old,
        ZipFile(file, "w", ZIP_DEFLATED) as new,
    ):
        for part in old.namelist():
            new.writestr(
                part, parts.pop("sheet") if "sheet1" in part and "sheet" in parts else old.read(part)
            )
        for name, data in parts.items():
            new.writestr(name, data)
    return file.getvalue()


def peak_while_refused(data: bytes) -> tuple[str, int]:
    tracemalloc.start()
    try:
        return refusal(data), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def with_lie(data: bytes, name: bytes, size: int) -> bytes:
    """The zip file, whose directory now says that this part is small."""
    entry = data.rindex(name) - 46
    assert data[entry : entry + 4] == b"PK\x01\x02"
    return data[: entry + 24] + struct.pack("<L", size) + data[entry + 28 :]


def test_a_zip_bomb_is_refused_by_what_its_directory_says():
    bomb = package(**{"xl/media/image1.png": bytes(160_000_000)})
    words, peak = peak_while_refused(bomb)
    assert "too large" in words
    assert peak < 5_000_000


def test_a_zip_bomb_that_lies_is_refused_by_what_comes_out_of_it():
    bomb = with_lie(package(**{"xl/media/image1.png": bytes(160_000_000)}), b"xl/media/image1.png", 10)
    words, peak = peak_while_refused(bomb)
    assert "too large" in words
    assert peak < 5_000_000


def test_a_part_that_is_larger_than_its_directory_says_is_refused_however_small():
    assert "damaged" in refusal(with_lie(package(note=bytes(1000)), b"note", 10))


@pytest.mark.parametrize(
    "sheet",
    [
        b"<worksheet><sheetData><row>" + b"<c/>" * 300_000,
        b"<worksheet>" + b"<a>" * 110_000,
    ],
    ids=["one row of cells", "nested"],
)
def test_a_small_file_that_is_a_large_tree_is_refused(sheet):
    words, peak = peak_while_refused(package(sheet=sheet))
    assert "too large" in words
    assert peak < 30_000_000


def test_a_small_file_of_very_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr(bombs, "MOST_CELL_TAGS", 50_000)
    assert "too large" in refusal(package(sheet=b"<worksheet><sheetData>" + b"<row/>" * 50_001))


def test_entities_are_not_expanded():
    lol = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><worksheet><sheetData/>&b;</worksheet>'
    assert "damaged" in refusal(package(sheet=lol))


def test_a_row_or_a_column_that_excel_does_not_have_is_refused():
    for place in (b'<row r="2"><c r="ZZZ2" t="str"><v>a</v></c></row>', b'<row r="many"/>'):
        assert "damaged" in refusal(
            package(sheet=b"<worksheet><sheetData>" + place + b"</sheetData></worksheet>")
        )


def test_a_row_number_far_away_costs_nothing():
    sheet = b'<worksheet><sheetData><row r="999999999"><c t="str"><v>a</v></c></row></sheetData></worksheet>'
    assert read(package(sheet=sheet)).rows == [(999999999, ["a"])]


def test_zips_of_other_kinds_are_refused():
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_BZIP2) as archive:
        archive.writestr("[Content_Types].xml", b"a" * 1000)
    assert "damaged" in refusal(file.getvalue())
    file = io.BytesIO()
    with ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "a letter")
    assert "not an Excel workbook" in refusal(file.getvalue())


def test_a_damaged_workbook_is_refused_wherever_it_is_cut_or_changed():
    data = workbook(Sheet=[["a", "b"]] * 20)
    for place in range(100, len(data), 300):
        for broken in (data[:place], data[:place] + b"\xff" * 8 + data[place + 8 :]):
            with suppress(Unreadable):
                read(broken)


# What is written


def written_cells(data: bytes) -> list[str]:
    if not data.startswith(b"PK"):
        return data.decode("utf-8-sig").splitlines()
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    return [cell.data_type for row in sheet for cell in row]


def test_a_cell_that_a_spreadsheet_would_run_is_guarded():
    cells = ["=1+1", "+49", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", " =1", "\uff1d1"]
    guarded = csv_of([cells]).decode("utf-8-sig").replace("\n", "\r\n")
    for cell in ("'=1+1", "'+49", "'-1", "'@SUM(A1)", "'\t=1", "''=1", "' =1", "'\uff1d1"):
        assert f'"{cell}"' in guarded
    assert set(written_cells(xlsx_of([["Header"], cells]))) <= {"s", "n"}


def test_a_workbooks_text_stays_text_when_it_is_edited():
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_of([["Header"], ["=1+1", "Gina"]]))).active
    assert (sheet["A2"].data_type, sheet["A2"].quotePrefix, sheet["B2"].quotePrefix) == ("s", True, False)


def test_a_name_that_begins_with_an_apostrophe_keeps_it_both_ways():
    assert b'"\'t Hooft"' in csv_of([["'t Hooft"]])
    assert cells_of(read(b"Name\n't Hooft")) == [["Name"], ["'t Hooft"]]


def test_csv_is_separated_as_excel_expects_it_in_the_language():
    with translation.override("en"):
        assert csv_of([["a", "b"]]) == b'\xef\xbb\xbf"a","b"\r\n'
    with translation.override("de"):
        assert csv_of([["a", "b"]]) == b'\xef\xbb\xbf"a";"b"\r\n'


def test_dates_are_written_so_that_they_mean_the_same_when_read():
    at = datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=BERLIN)
    for write in (csv_of, xlsx_of):
        assert cells_of(read(write([[at, None, "x"]]))) == [["2026-10-25 02:30+01:00", "", "x"]]


def test_a_header_is_bold_and_stays_in_sight():
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_of([["Name"], ["Gina"]]))).active
    assert (sheet["A1"].font.bold, sheet["A2"].font.bold, sheet.freeze_panes) == (True, False, "A2")


letters = st.characters(exclude_categories=["Cs", "Cc", "Cn"]) | st.sampled_from("\n\t;,'\"=+-@ab_x0041_")
texts = st.text(letters, max_size=12) | st.sampled_from(
    [
        "=1+1",
        "'=1",
        "''@",
        "'",
        "+1",
        "#N/A",
        "a@example.org",
        "sep=;",
        "Name",
        '"',
        "2026-11-30",
        "1.0",
        "TRUE",
    ]
)
tables = st.lists(st.lists(texts.map(str.strip), min_size=1, max_size=5), min_size=1, max_size=8)


@settings(deadline=None, max_examples=150)
@given(tables, st.sampled_from([csv_of, xlsx_of]), st.sampled_from(["en", "de"]))
@example([["x", "a;b;c;d"]], csv_of, "en")
@example([["sep=;"]], csv_of, "de")
def test_whatever_table_is_written_comes_back_the_same(table, write, language):
    with translation.override(language):
        data = write(table)
    filled = [(number, cells) for number, cells in enumerate(table, start=1) if any(cells)]
    if not filled:
        assert "nothing in it" in refusal(data)
        return
    width = max(place + 1 for _number, cells in filled for place, cell in enumerate(cells) if cell)
    assert read(data).rows == [(number, (cells + [""] * width)[:width]) for number, cells in filled]


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200))
def test_no_file_at_all_breaks_the_reading(data):
    for beginning in (b"", b"PK\x03\x04", b"\xff\xfe", b"Name;E-mail\r\n"):
        with suppress(Unreadable):
            read(beginning + data)


@settings(deadline=None, max_examples=100)
@given(st.text(max_size=60))
def test_nothing_that_is_pasted_breaks_the_reading(text):
    with suppress(Unreadable):
        read_pasted(text)
