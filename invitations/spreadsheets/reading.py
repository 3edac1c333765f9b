"""A file or a text → a table, or a sentence that says why not."""

import csv

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from invitations.spreadsheets import separated, workbook
from invitations.spreadsheets.addresses import addresses_in
from invitations.spreadsheets.encodings import decode
from invitations.spreadsheets.table import MOST_BYTES, Table, Unreadable, rows_of

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# A password makes of an .xlsx file one of this kind, with a stream of this name (MS-OFFCRYPTO).
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
OTHERS = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"\x1f\x8b", b"PK\x05\x06")
PAGE = ("<!doctype", "<html", "<table", "<?xml")
TABBED = (".tsv", ".tab")


def read(data: bytes, name: str = "", sheet: str = "") -> Table:
    """The first sheet that shows and is not empty, unless one is named. Raises Unreadable."""
    if len(data) > MOST_BYTES:
        megabytes = number_format(MOST_BYTES // 1_000_000)
        raise Unreadable(
            _("The file is larger than %(most)s MB. Please split it, or keep only what is needed.")
            % {"most": megabytes}
        )
    if data.startswith(ZIP):
        return workbook.read(data, sheet)
    if data.startswith(OLE):
        raise _locked_or_old(data)
    if data.startswith(OTHERS):
        raise _no_spreadsheet()
    return _table(_text_of(data), "\t" if name.lower().endswith(TABBED) else "")


def read_pasted(text: str) -> Table:
    """Cells copied from a spreadsheet, CSV, or addresses with or without names. Raises Unreadable."""
    if len(text.encode(errors="replace")) > MOST_BYTES:
        raise Unreadable(_("This is too much to paste. Please upload it as a file."))
    text = text.replace("\0", "").removeprefix("\ufeff")
    if rows := addresses_in(text):
        return Table(rows=rows_of(enumerate(rows, start=1)))
    return _table(text, "\t" if "\t" in text else "")


def _text_of(data: bytes) -> str:
    try:
        text = decode(data)
    except ValueError as error:
        raise _no_spreadsheet() from error
    if text[:100].lstrip().lower().startswith(PAGE):
        raise _no_spreadsheet()
    return text


def _table(text: str, delimiter: str) -> Table:
    try:
        rows = rows_of(separated.split(text, delimiter))
    except csv.Error as error:
        raise Unreadable(
            _(
                "A cell is much too long; perhaps a quotation mark is missing. "
                "Please save the file as .xlsx instead."
            )
        ) from error
    if not rows:
        raise Unreadable(_("There is nothing in it. Please choose a spreadsheet with a row for each guest."))
    return Table(rows=rows)


def _locked_or_old(data: bytes) -> Unreadable:
    if ENCRYPTED in data:
        return Unreadable(
            _("This file is protected with a password. Please save it without one, and upload that.")
        )
    return Unreadable(
        _(
            "This is an old Excel file (.xls), which cannot be read. "
            "Please open it, save it as .xlsx, and upload that."
        )
    )


def _no_spreadsheet() -> Unreadable:
    return Unreadable(_("This is not a spreadsheet. Please save yours as .xlsx or .csv, and upload that."))
