"""XLSX (ECMA-376): the cells of one sheet as the person sees them. openpyxl knows what their styles mean."""

import io
import warnings
from collections.abc import Iterator
from zipfile import BadZipFile, ZipFile

from django.utils.translation import gettext as _
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet

from invitations.spreadsheets.bombs import TooLarge, refuse_bomb, refuse_crowd
from invitations.spreadsheets.sheet import Row, rows_in
from invitations.spreadsheets.table import Table, Unreadable, rows_of
from invitations.spreadsheets.values import Values


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


def _open(data: bytes) -> ExcelReader:
    """As openpyxl.load_workbook, but for the sheets, each of which it would read from end to end."""
    refuse_crowd(data)
    with ZipFile(io.BytesIO(data)) as archive:
        if "[Content_Types].xml" not in archive.namelist():
            raise BadZipFile("none of Office's")
        refuse_bomb(archive)
    reader = ExcelReader(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    return reader


def _table(reader: ExcelReader, wanted: str) -> Table:
    shown = _shown_sheets(reader)
    if wanted and wanted not in shown:
        raise Unreadable(
            _("There is no sheet “%(sheet)s” in this file. Please choose another.") % {"sheet": wanted}
        )
    for title in [wanted] if wanted else shown:
        with reader.archive.open(shown[title]) as stream:
            if rows := rows_of(_cells(rows_in(stream), Values(reader))):
                return Table(list(shown), title, rows)
    raise Unreadable(_("There is nothing in it. Please choose a spreadsheet with a row for each guest."))


def _shown_sheets(reader: ExcelReader) -> dict[str, str]:
    """Their names, and where in the file they are. Charts are no sheets."""
    return {
        sheet.name: relation.target
        for sheet, relation in reader.parser.find_sheets()
        if sheet.state == "visible" and relation.Type.endswith("/worksheet")
    }


def _cells(rows: Iterator[Row], values: Values) -> Iterator[tuple[int, list[str]]]:
    for row in rows:
        last = max(row.cells, default=0)
        yield (
            row.number,
            [values.shown(row.cells[at]) if at in row.cells else "" for at in range(1, last + 1)],
        )
