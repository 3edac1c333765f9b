"""A link's address is signed, not stored: a copy of the database opens no door.

`<id><signature>` in base 62: the link's id, and the HMAC-SHA-256 (RFC 2104) of its id and version, cut to 128
bits and always 22 digits long.
"""

import hashlib
import hmac
import string

from django.conf import settings

DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
SIGNATURE_LENGTH = 22
LONGEST_ID = 11  # the digits of the largest 64-bit id


def sign(pk: int, version: int) -> str:
    """The address of a link: letters and digits, to be put behind `/j/`."""
    return _encode(pk) + _signature(digests(f"{pk}:{version}")[0])


def sign_for(purpose: str, pk: int) -> str:
    """An address of another kind, that no link's address passes for: as in sign_for("letters", 7)."""
    return _encode(pk) + _signature(digests(f"{purpose}:{pk}")[0])


def read(address: str) -> tuple[int, str] | None:
    """A link's id and what claims to be its signature; None for what can't be an address at all."""
    digits, signature = address[:-SIGNATURE_LENGTH], address[-SIGNATURE_LENGTH:]
    if not 1 <= len(digits) <= LONGEST_ID or any(digit not in DIGITS for digit in address):
        return None
    pk = _decode(digits)
    return (pk, signature) if pk < 2**63 and _encode(pk) == digits else None


def is_genuine(signature: str, pk: int, version: int) -> bool:
    return _is_signed(signature, f"{pk}:{version}")


def read_for(purpose: str, address: str) -> int | None:
    """The id in an address that was signed for this purpose; None for a forged one."""
    if (claim := read(address)) is None:
        return None
    pk, signature = claim
    return pk if _is_signed(signature, f"{purpose}:{pk}") else None


def digests(words: str) -> list[bytes]:
    """The HMAC-SHA-256 (RFC 2104) of these words: with today's LINK_KEY, then with those that it replaced."""
    keys = [settings.LINK_KEY, *settings.LINK_KEY_FALLBACKS]
    return [hmac.digest(key.encode(), words.encode(), hashlib.sha256) for key in keys]


def _is_signed(signature: str, words: str) -> bool:
    # In constant time, and a list, so that every key is tried, whichever fits.
    return any([hmac.compare_digest(signature, _signature(digest)) for digest in digests(words)])  # noqa: C419


def _signature(digest: bytes) -> str:
    return _encode(int.from_bytes(digest[:16])).rjust(SIGNATURE_LENGTH, DIGITS[0])


def _encode(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, len(DIGITS))
        digits = DIGITS[digit] + digits
    return digits or DIGITS[0]


def _decode(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * len(DIGITS) + DIGITS.index(digit)
    return number
