"""Rows → a file that opens right with a double click, that runs nothing, and that reads back as it was."""

import csv
import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice

from django.utils.translation import get_language
from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from invitations.spreadsheets.guard import guarded, is_run

Value = str | datetime | None

LINE_BREAK = re.compile(r"\r\n?")
# What XML 1.0 can't carry, and no name needs.
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
FONT = Font(bold=True)
SAMPLE, NARROWEST, WIDEST = 100, 12, 60


def csv_of(rows: Iterable[Sequence[Value]]) -> bytes:
    return b"".join(csv_lines(rows))


def csv_lines(rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """UTF-8 with a byte order mark, for Excel; every cell in quotes, lines that end with CR LF (RFC 4180).

    Separated as Excel expects it where the active language is spoken: by commas in English, else by
    semicolons, for there the comma is in numbers.
    """
    delimiter = "," if (get_language() or "en").startswith("en") else ";"
    return chain([BOM_UTF8], (_csv_line(row, delimiter) for row in rows))


def xlsx_of(rows: Iterable[Sequence[Value]]) -> bytes:
    """One sheet of text. The first row is the header: bold, and it stays when one scrolls."""
    book = Workbook(write_only=True)
    sheet: WriteOnlyWorksheet = book.create_sheet()
    texts = ([_text(value) for value in row] for row in rows)
    first = list(islice(texts, SAMPLE))
    sheet.freeze_panes = "A2"
    for column, width in enumerate(_widths(first), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width  # type: ignore[attr-defined]
    for index, row in enumerate(chain(first, texts)):
        sheet.append([_cell(sheet, text, is_header=index == 0) for text in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _csv_line(row: Sequence[Value], delimiter: str) -> bytes:
    line = io.StringIO(newline="")
    writer = csv.writer(line, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([guarded(_text(value)) for value in row])
    return line.getvalue().encode()


def _text(value: Value) -> str:
    """Dates in ISO 8601, as text: a spreadsheet program knows neither offsets nor a day without a time."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return UNWRITABLE.sub("", LINE_BREAK.sub("\n", value))


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    columns = max((len(row) for row in rows), default=0)
    longest = (
        max((len(row[column]) for row in rows if column < len(row)), default=0) for column in range(columns)
    )
    return [min(max(length + 2, NARROWEST), WIDEST) for length in longest]


def _cell(sheet: WriteOnlyWorksheet, text: str, *, is_header: bool) -> Cell | str | None:
    """Text, whatever it looks like, and, thanks to the quote prefix, after somebody has edited it, too."""
    if text.startswith("'"):
        text = guarded(text)
    text = LOOKS_ESCAPED.sub("_x005F_", text)
    if not (is_header or is_run(text) or text in ERROR_CODES):
        return text or None  # as it is: a cell of its own would take five times as long
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    if is_run(text):
        cell.quotePrefix = True
    if is_header:
        cell.font = FONT
    return cell
