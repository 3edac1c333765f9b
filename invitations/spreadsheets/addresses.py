"""Addresses as they are copied from a mail program, or listed one a line."""

import re

ADDRESS = re.compile(r"[^@\s,;<>\"'()]+@[^@\s,;<>\"'()]+")
BETWEEN = re.compile(r"[,;\s]+")
AROUND_NAME = " \t,;\"'"


def addresses_in(text: str) -> list[list[str]]:
    """[name, address] of each, or [address] where none has a name; nothing for another kind of text."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        of_line = _addresses_of(line)
        if of_line is None:
            return []
        found += of_line
    if any(name for name, _address in found):
        return [[name, address] for name, address in found]
    return [[address] for _name, address in found]


def _addresses_of(line: str) -> list[tuple[str, str]] | None:
    *named, rest = line.split(">")
    found: list[tuple[str, str]] = []
    for each in named:
        before, _bracket, address = each.rpartition("<")
        bare, name = _bare_then_name(before)
        if not ADDRESS.fullmatch(address.strip()) or "@" in name or "<" in name:
            return None
        found += [("", other) for other in bare] + [(name, address.strip())]
    bare, left = _bare_then_name(rest)
    return None if left else found + [("", other) for other in bare]


def _bare_then_name(text: str) -> tuple[list[str], str]:
    """The addresses at the beginning, and what comes after them."""
    bare: list[str] = []
    text = text.strip(AROUND_NAME)
    while match := ADDRESS.match(text):
        bare.append(match[0])
        rest = text[match.end() :]
        if rest and not BETWEEN.match(rest):
            break
        text = rest.strip(AROUND_NAME)
    return bare, text
