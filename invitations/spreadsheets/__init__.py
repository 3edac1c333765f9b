"""Spreadsheets as they are: read from CSV, XLSX and the clipboard, written so that no cell can be run."""

from invitations.spreadsheets.reading import read, read_pasted
from invitations.spreadsheets.table import (
    MOST_BYTES,
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_ROWS,
    Table,
    Unreadable,
)
from invitations.spreadsheets.writing import csv_lines, csv_of, xlsx_of

__all__ = [
    "MOST_BYTES",
    "MOST_CHARACTERS",
    "MOST_COLUMNS",
    "MOST_ROWS",
    "Table",
    "Unreadable",
    "csv_lines",
    "csv_of",
    "read",
    "read_pasted",
    "xlsx_of",
]
