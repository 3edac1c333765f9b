"""A zip file may be a thousand times larger inside than outside, and lie about it. What comes out is counted.

Everything is unpacked once, in small pieces that are thrown away, before openpyxl sees the file: as bytes,
and as XML, because a small file of nothing but tags becomes a large tree. DTDs are refused (OOXML has none).
"""

import zlib
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from typing import NoReturn
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

MOST_PARTS = 2_000
MOST_UNPACKED = 150_000_000
MOST_CELL_TAGS = 2_500_000
MOST_OTHER_TAGS = 100_000
MOST_TAGS_IN_A_ROW = 60_000
CELL_TAGS = {"row", "c", "v", "f", "is", "t", "si"}
PIECE = 1 << 16
DIRECTORY_ENTRY = b"PK\x01\x02"


class TooLarge(Exception):
    """More comes out of it than we are willing to take."""


def refuse_bomb(archive: ZipFile) -> None:
    """Raises TooLarge, or BadZipFile for a file that is damaged, lies or is none of Excel's."""
    parts = archive.infolist()
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise TooLarge
    left, tags = MOST_UNPACKED, Tags()
    for part in parts:
        left -= _unpack(archive, part, left, TagCounter(tags))


def refuse_crowd(data: bytes) -> None:
    """Before the directory is read: each of its entries becomes an object."""
    if data.count(DIRECTORY_ENTRY) > MOST_PARTS:
        raise TooLarge


def _unpack(archive: ZipFile, part: ZipInfo, left: int, counter: "TagCounter") -> int:
    size = 0
    for piece in _pieces(archive, part, left):
        size += len(piece)
        if size > left:
            raise TooLarge
        counter.feed(piece)
    if size != part.file_size:
        raise BadZipFile(part.filename)
    return size


def _pieces(archive: ZipFile, part: ZipInfo, left: int) -> Iterator[bytes]:
    if part.compress_type not in {ZIP_STORED, ZIP_DEFLATED} or part.flag_bits & 1:
        raise BadZipFile(part.filename)
    honest = copy(part)
    # zipfile stops at the size that the directory names. We want to see what comes after it.
    honest.file_size = left + 2 * PIECE
    try:
        with archive.open(honest) as stream:
            while piece := stream.read(PIECE):
                yield piece
    except (zlib.error, EOFError) as error:
        raise BadZipFile(part.filename) from error


@dataclass
class Tags:
    """How many there are in the whole file."""

    of_cells: int = 0
    others: int = 0


class TagCounter:
    """Counts the tags of one part as openpyxl would meet them, and keeps none."""

    def __init__(self, tags: Tags) -> None:
        self.tags = tags
        self.depth = 0
        self.in_row = 0
        self.is_xml = True
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype

    def feed(self, piece: bytes) -> None:
        """What is no XML, as a picture, is none for openpyxl either."""
        if self.is_xml:
            try:
                self.parser.Parse(piece)
            except expat.ExpatError:
                self.is_xml = False

    def _start(self, name: str, attributes: object) -> None:
        self.depth += 1
        self.in_row = self.in_row + 1 if self.depth > 3 else 0
        if name.rpartition(":")[2] in CELL_TAGS:
            self.tags.of_cells += 1
        else:
            self.tags.others += 1
        if (
            self.tags.of_cells > MOST_CELL_TAGS
            or self.tags.others > MOST_OTHER_TAGS
            or self.in_row > MOST_TAGS_IN_A_ROW
        ):
            raise TooLarge

    def _end(self, name: str) -> None:
        self.depth -= 1

    def _refuse_doctype(self, *declaration: object) -> NoReturn:
        raise BadZipFile("a DTD")
