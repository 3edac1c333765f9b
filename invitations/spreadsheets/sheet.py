"""The cells of one sheet (ECMA-376, 18.3), row by row as they are unpacked.

openpyxl builds a tree of each row: that takes several times as long, and as much memory as the row's author
likes.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, NamedTuple
from xml.parsers import expat

from openpyxl.utils import column_index_from_string

LAST_COLUMN = 16_384
PIECE = 1 << 16
DIGITS = "0123456789"


class Cell(NamedTuple):
    """A cell's value as it is written in the file; `kind` and `style` say what it means."""

    kind: str
    style: int
    text: str


@dataclass(frozen=True)
class Row:
    """`cells` by column, from 1; those without a value are not there."""

    number: int
    cells: dict[int, Cell]


def rows_in(stream: IO[bytes]) -> Iterator[Row]:
    """Raises ExpatError or ValueError for what is no sheet."""
    parser = SheetParser()
    while piece := stream.read(PIECE):
        parser.expat.Parse(piece)
        yield from parser.finished
        parser.finished.clear()
    parser.expat.Parse(b"", True)  # noqa: FBT003  (expat's: this was all)


class SheetParser:
    def __init__(self) -> None:
        self.finished: list[Row] = []
        self.row = Row(0, {})
        self.column = 0
        self.kind, self.style = "n", 0
        self.text: list[str] = []
        self.is_in_cell = self.is_in_text = self.is_phonetic = False
        self.expat = expat.ParserCreate()
        self.expat.buffer_text = True
        self.expat.StartElementHandler = self._start
        self.expat.EndElementHandler = self._end
        self.expat.CharacterDataHandler = self._hear

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            self._start_cell(attributes)
        elif tag == "row":
            self.row = Row(int(attributes.get("r", self.row.number + 1)), {})
            self.column = 0
        elif tag in {"v", "t"}:
            self.is_in_text = self.is_in_cell and not self.is_phonetic
        elif tag == "rPh":  # how a Japanese word is spoken
            self.is_phonetic = True

    def _start_cell(self, attributes: dict[str, str]) -> None:
        place = attributes.get("r", "").rstrip(DIGITS)
        self.column = column_index_from_string(place) if place else self.column + 1
        if self.column > LAST_COLUMN:
            raise ValueError(self.column)
        self.kind, self.style = attributes.get("t", "n"), int(attributes.get("s", 0))
        self.text.clear()
        self.is_in_cell = True

    def _hear(self, text: str) -> None:
        if self.is_in_text:
            self.text.append(text)

    def _end(self, name: str) -> None:
        tag = name.rpartition(":")[2]
        if tag in {"v", "t"}:
            self.is_in_text = False
        elif tag == "c":
            self.is_in_cell = False
            if self.text:
                self.row.cells[self.column] = Cell(self.kind, self.style, "".join(self.text))
        elif tag == "row":
            self.finished.append(self.row)
        elif tag == "rPh":
            self.is_phonetic = False
