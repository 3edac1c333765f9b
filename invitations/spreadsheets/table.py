"""What was read: rows of text, with the numbers that the person's spreadsheet program shows."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from invitations import columns
from invitations.spreadsheets.guard import unguarded

MOST_BYTES = 10_000_000
MOST_ROWS = 10_000
MOST_COLUMNS = 100
MOST_CHARACTERS = 2_000

LINE_BREAK = re.compile(r"\r\n?")


class Unreadable(Exception):
    """A file that is not read. In words: what is wrong, and what to do."""


@dataclass(frozen=True)
class Table:
    """One sheet, of a workbook of `sheets`. `rows` are numbered from 1; the empty ones are left out.

    All rows have as many cells as the widest.
    """

    sheets: list[str] = field(default_factory=list)
    sheet: str = ""
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


def rows_of(numbered: Iterable[tuple[int, Sequence[str]]]) -> list[tuple[int, list[str]]]:
    """Raises Unreadable as soon as they are too many, too wide or too long."""
    rows = list(_within_bounds(_filled(numbered)))
    if len(columns.recognise(rows).below_header(rows)) > MOST_ROWS:
        raise _too_many_rows()
    width = max((len(cells) for _number, cells in rows), default=0)
    return [(number, cells + [""] * (width - len(cells))) for number, cells in rows]


def _filled(numbered: Iterable[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, list[str]]]:
    for number, raw in numbered:
        cells = [_clean(cell) for cell in raw]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield number, cells


def _within_bounds(rows: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    for index, (number, cells) in enumerate(rows):
        if index > MOST_ROWS + columns.MOST_ABOVE:
            raise _too_many_rows()
        if len(cells) > MOST_COLUMNS:
            raise Unreadable(
                _("Row %(row)d has more than %(most)d columns. Please keep only the columns that are needed.")
                % {"row": number, "most": MOST_COLUMNS}
            )
        if any(len(cell) > MOST_CHARACTERS for cell in cells):
            raise Unreadable(
                _("Row %(row)d has a cell with more than %(most)s characters. Please shorten it.")
                % {"row": number, "most": number_format(MOST_CHARACTERS, force_grouping=True)}
            )
        yield number, cells


def _clean(cell: str) -> str:
    return LINE_BREAK.sub("\n", unguarded(cell.strip()).strip()) if cell else ""


def _too_many_rows() -> Unreadable:
    return Unreadable(
        _("There are more than %(most)s rows. Please split the file and import one part after the other.")
        % {"most": number_format(MOST_ROWS, force_grouping=True)}
    )
