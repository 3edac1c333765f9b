"""Bytes that somebody's spreadsheet program wrote as text, and which text they are."""

import codecs
import re

# The longer ones first: a mark of UTF-32 begins like one of UTF-16.
MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
SAMPLE = 4_000
# In no text; but a line break within a cell may be a vertical tab, and old files end with ^Z.
CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f]")
# Polish letters of Windows-1250, read as Windows-1252, are signs in the midst of words: Paweł becomes Pawe³.
POLISH = re.compile("[A-Za-z][³¹¿£¯]|[³¹¿£¯][a-z]")
OLD_MAC_LETTERS, WINDOWS_LETTERS = re.compile(rb"[\x80-\x9f]"), re.compile(rb"[\xc0-\xff]")


def decode(data: bytes) -> str:
    """By its byte order mark; else UTF-16 that shows; else UTF-8; else what old programs write.

    Raises UnicodeDecodeError, or ValueError for what is no text.
    """
    for mark, encoding in MARKS.items():
        if data.startswith(mark):
            return _text(data[len(mark) :].decode(encoding))
    if b"\0" in data:
        return _text(data.decode(_kind_of_utf16(data)))
    try:
        return _text(data.decode())
    except UnicodeDecodeError:
        return _text(_decode_old(data))


def _kind_of_utf16(data: bytes) -> str:
    """Western text has a zero in every other byte. Raises ValueError for what is not that."""
    even, odd = data[:SAMPLE:2].count(0), data[1:SAMPLE:2].count(0)
    most = len(data[:SAMPLE]) // 2
    if not even and odd * 2 > most:
        return "utf-16-le"
    if not odd and even * 2 > most:
        return "utf-16-be"
    raise ValueError("binary")


def _decode_old(data: bytes) -> str:
    lines_end_as_on_old_macs = b"\r" in data and b"\n" not in data
    if lines_end_as_on_old_macs and len(OLD_MAC_LETTERS.findall(data)) > len(WINDOWS_LETTERS.findall(data)):
        return data.decode("mac-roman")
    text = data.decode("cp1252")
    return data.decode("cp1250") if POLISH.search(text) else text


def _text(text: str) -> str:
    if CONTROL.search(text):
        raise ValueError("binary")
    return text
