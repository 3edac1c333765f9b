"""What a cell of a workbook shows: text, a number, a date, yes or no, an error."""

import datetime as dt
import re
from typing import Any

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.utils.datetime import from_excel, from_ISO8601

from invitations.spreadsheets.sheet import Cell

HALF_A_SECOND = dt.timedelta(milliseconds=500)
# What XML can't say is _x000D_, and what only looks like that is _x005F_x000D_ (ECMA-376, 22.9.2.19).
ESCAPED = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)|_x000[9AaDd]_")
ESCAPES = {"_x005F_": "_", "_x0009_": "\t", "_x000A_": "\n", "_x000D_": "\n"}
# In a number format: text, colours and languages, escaped characters.
NO_PLACEHOLDERS = re.compile(r'"[^"]*"|\[[^]]*\]|\\.')


class Values:
    """The values of one workbook: its strings, its styles, and the day from which it counts."""

    def __init__(self, reader: ExcelReader) -> None:
        # openpyxl keeps these to itself, and its stubs do as well.
        book: Any = reader.wb
        self.strings = reader.shared_strings
        self.epoch: dt.datetime = book.epoch
        self.date_styles = set(book._date_formats)  # noqa: SLF001
        self.dates_with_time = {style for style in self.date_styles if _shows_time(_format_of(book, style))}

    def shown(self, cell: Cell) -> str:
        match cell.kind:
            case "s":
                return _unescaped(self.strings[int(cell.text)])
            case "n":
                return self._number(cell)
            case "b":
                return "TRUE" if cell.text == "1" else "FALSE"
            case "d":
                return _moment(from_ISO8601(cell.text), shows_time="T" in cell.text)  # type: ignore[no-untyped-call]
            case _:  # text in its place, of a formula, or an error
                return _unescaped(cell.text)

    def _number(self, cell: Cell) -> str:
        if cell.style not in self.date_styles:
            return f"{float(cell.text):.15g}"
        try:
            value = from_excel(float(cell.text), self.epoch)
        except (OverflowError, ValueError):
            return "#VALUE!"
        return _moment(value, shows_time=cell.style in self.dates_with_time)


def _format_of(book: Any, style: int) -> str:
    number = book._cell_styles[style].numFmtId  # noqa: SLF001
    if number < BUILTIN_FORMATS_MAX_SIZE:
        return BUILTIN_FORMATS.get(number, "General")
    return str(book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])  # noqa: SLF001


def _shows_time(number_format: str) -> bool:
    return bool(set("hs") & set(NO_PLACEHOLDERS.sub("", number_format).lower()))


def _unescaped(text: str) -> str:
    if "_x0" not in text:
        return text
    return ESCAPED.sub(lambda match: ESCAPES[match[0].upper().replace("X", "x")], text)


def _moment(value: Any, *, shows_time: bool) -> str:
    """ISO 8601, to the second: a date where the cell shows no time and has none."""
    if not isinstance(value, dt.datetime):
        return str(value)
    value = (value + HALF_A_SECOND).replace(microsecond=0)
    if value.time() == dt.time() and not shows_time:
        return f"{value:%Y-%m-%d}"
    return f"{value:%Y-%m-%dT%H:%M:%S}" if value.second else f"{value:%Y-%m-%dT%H:%M}"
