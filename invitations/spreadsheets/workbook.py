"""XLSX (ECMA-376), through openpyxl: the cells of one sheet as the person sees them."""

import datetime as dt
import io
import re
import warnings
from collections.abc import Iterator
from itertools import islice
from zipfile import BadZipFile, ZipFile

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.cell.read_only import ReadOnlyCell
from openpyxl.styles.numbers import is_datetime
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from invitations.spreadsheets.bombs import TooLarge, refuse_bomb, refuse_crowd
from invitations.spreadsheets.table import Table, Unreadable, rows_of

LAST_ROW = 1_048_576
HALF_A_SECOND = dt.timedelta(milliseconds=500)
# What XML can't say is _x000D_, and what only looks like that is _x005F_x000D_ (ECMA-376, 22.9.2.19).
ESCAPED = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)|_x000[9AaDd]_")
ESCAPES = {"_x005F_": "_", "_x0009_": "\t", "_x000A_": "\n", "_x000D_": "\n"}


def read(data: bytes, sheet: str = "") -> Table:
    """The sheet of this name, else the first that shows and is not empty. Raises Unreadable."""
    try:
        with warnings.catch_warnings(action="ignore"):  # of what openpyxl leaves out: we leave out more
            return _table(_open(data), sheet)
    except Unreadable:
        raise
    except TooLarge as error:
        raise Unreadable(
            _(
                "Unpacked, this file is too large. "
                "Please copy the rows into a new spreadsheet, and upload that."
            )
        ) from error
    except Exception as error:  # openpyxl has no exception of its own for what is wrong with a file
        raise Unreadable(
            _(
                "This file is damaged or not an Excel workbook. "
                "Please save it as .xlsx or .csv once more, and upload that."
            )
        ) from error


def _open(data: bytes) -> Workbook:
    refuse_crowd(data)
    with ZipFile(io.BytesIO(data)) as archive:
        if "xl/workbook.xml" not in archive.namelist() and "[Content_Types].xml" not in archive.namelist():
            raise BadZipFile("not Excel's")
        refuse_bomb(archive)
    return openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)


def _table(book: Workbook, wanted: str) -> Table:
    shown = {sheet.title: sheet for sheet in book.worksheets if sheet.sheet_state == "visible"}
    if wanted and wanted not in shown:
        raise Unreadable(
            _("There is no sheet “%(sheet)s” in this file. Please choose another.") % {"sheet": wanted}
        )
    for title in [wanted] if wanted else shown:
        if rows := rows_of(_rows(shown[title])):
            return Table(list(shown), title, rows)
    raise Unreadable(_("There is nothing in it. Please choose a spreadsheet with a row for each guest."))


def _rows(sheet: ReadOnlyWorksheet) -> Iterator[tuple[int, list[str]]]:
    # The size that a sheet claims to have may be wrong.
    sheet.reset_dimensions()
    rows: Iterator[tuple[ReadOnlyCell, ...]] = sheet.iter_rows()  # type: ignore[misc, assignment]  # its stub's
    for number, cells in enumerate(islice(rows, LAST_ROW), start=1):
        yield number, [_shown(cell) for cell in cells]


def _shown(cell: ReadOnlyCell) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return (
            ESCAPED.sub(lambda match: ESCAPES[match[0].upper().replace("X", "x", 1)], value)
            if "_x" in value
            else value
        )
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, dt.datetime):
        return _moment(value, shows_time=is_datetime(cell.number_format) != "date")
    if isinstance(value, int | float):
        return f"{value:.15g}"
    return str(value)


def _moment(value: dt.datetime, *, shows_time: bool) -> str:
    """ISO 8601: a date where the cell shows no time and has none."""
    value = (value + HALF_A_SECOND).replace(microsecond=0)
    if value.time() == dt.time() and not shows_time:
        return value.date().isoformat()
    return value.isoformat(timespec="seconds" if value.second else "minutes")
