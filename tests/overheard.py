"""What is logged while tests run: nothing in it may open a door."""

import logging
import re

LINK = re.compile(r"(?:/|%2F)[jn](?:/|%2F)[0-9A-Za-z]{23,33}")
WORD = re.compile(r"[0-9A-Za-z]{23,33}")
ON_CONSOLE = "| "  # a letter's lines there (config/eml.py), which a person is meant to click on

leaks: list[str] = []


def opens_a_door(line: str) -> bool:
    """It holds what has the form of a link's address, and is no letter on the console."""
    return not line.startswith(ON_CONSOLE) and bool(LINK.search(line))


def _is_genuine(word: str) -> bool:
    from links import addresses

    if (parts := addresses.read(word)) is None:
        return False
    pk, signature = parts
    versions = (addresses.is_genuine(signature, pk, version) for version in range(5))
    return any(versions) or addresses.read_for("letters", word) is not None


class Listener(logging.Handler):
    """Reads along what this process logs, as it would be written."""

    def __init__(self, formatter: logging.Formatter) -> None:
        super().__init__()
        self.setFormatter(formatter)

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if opens_a_door(line) or any(_is_genuine(word) for word in WORD.findall(line)):
            leaks.append(line)


def take_leaks() -> list[str]:
    taken = leaks.copy()
    leaks.clear()
    return taken
