"""What others say of an error may name what we have sent them: no secret is ever shown."""

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from django.conf import settings

HIDDEN = "…"
IN_AN_ADDRESS = re.compile(r"(?<=://)[^/\s@]+@")
SHORTEST = 4  # characters: less is no secret, and would be found in any word


def without_secrets(words: str) -> str:
    for secret in sorted(_secrets(), key=len, reverse=True):
        words = words.replace(secret, HIDDEN)
    return IN_AN_ADDRESS.sub(f"{HIDDEN}@", words)


def _secrets() -> set[str]:
    return {secret for secret in _all() if len(secret) >= SHORTEST}


def _all() -> Iterator[str]:
    yield from (settings.SECRET_KEY, settings.LINK_KEY, settings.EMAIL_HOST_PASSWORD or "")
    yield from (settings.DATABASES["default"].get("PASSWORD") or "", *map(str, settings.ANYMAIL.values()))
    for address in (settings.REDIS_URL, settings.BOUNCE_IMAP_URL):
        password = urlsplit(address).password or ""
        yield from (password, unquote(password))
