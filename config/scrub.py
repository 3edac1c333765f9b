"""What no log and no report may hold: addresses that open something, and the passwords of servers."""

import re
from collections.abc import Callable

SIGNATURE_LENGTH = 22  # as in links/addresses.py
SLASH = r"(?:/|%2[Ff])"
ADDRESS = re.compile(r"[0-9A-Za-z]{23,33}")
SHORTENED = "…"

# /j/<address> and /n/<address>, genuine or not, in a path or in a query.
LINK = re.compile(rf"({SLASH}[jn]{SLASH})([^\s/?#&,;)\]}}\"'<>\\]+)")
# The same without its path, as in the words of an exception: letters of both kinds and digits.
BARE = re.compile(r"\b(?=[0-9A-Za-z]{23,33}\b)(?=[a-z\d]*[A-Z])(?=[A-Z\d]*[a-z])(?=[A-Za-z]*\d)[0-9A-Za-z]+")
# Keys that make the first administrator, reset a password, or confirm an e-mail address.
KEY = re.compile(rf"({SLASH}(?:setup|reset{SLASH}key|confirm-email){SLASH})[^\s/?#&\"'<>\\%]+")
PASSWORD = re.compile(r"(://)[^\s/@:]*:[^\s/@]*(?=@)")

RULES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (LINK, lambda found: found[1] + _id_in(found[2])),
    (KEY, lambda found: found[1] + SHORTENED),
    (BARE, lambda found: _id_in(found[0])),
    (PASSWORD, lambda found: found[1] + SHORTENED),
)


def scrub(text: str) -> str:
    """The text, with the address of a link shortened to the link's id; a key is left out whole."""
    for pattern, shortened in RULES:
        text = pattern.sub(shortened, text)
    return text


def _id_in(address: str) -> str:
    """The id of what has the form of an address, with a mark behind it; of anything else the mark alone."""
    address = re.sub(r"[^0-9A-Za-z]+$", "", address)
    return (address[:-SIGNATURE_LENGTH] if ADDRESS.fullmatch(address) else "") + SHORTENED
