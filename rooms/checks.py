"""What can't be shown to people, or a provider that can't be asked: said at the start, not on every page."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from rooms.brand import KINDS
from rooms.colour import WRITTEN

# It is the sender's name in letters as well, where these would have a meaning of their own.
NAME = re.compile(r'[^<>"\\\x00-\x1f\x7f]{1,40}')

# RFC 9116, 2.5.3.
CONTACT = re.compile(r"mailto:[^\s@]+@[^\s@]+|https://\S+|tel:\S+")


@register
def check_security_contact(**_more: Any) -> list[CheckMessage]:
    if not settings.SECURITY_CONTACT or CONTACT.fullmatch(settings.SECURITY_CONTACT):
        return []
    words = "SECURITY_CONTACT must be an address such as mailto:security@example.org or https://example.org/report."
    return [Error(words, id="rooms.E008")]


@register
def check_brand(**_more: Any) -> list[CheckMessage]:
    return [
        *_name_is_wrong(settings.BRAND_NAME),
        *_colour_is_wrong(settings.BRAND_COLOUR),
        *_logo_is_wrong(settings.BRAND_LOGO),
    ]


def _name_is_wrong(name: str) -> list[CheckMessage]:
    if NAME.fullmatch(name) and name.strip():
        return []
    return [Error('BRAND_NAME must have 1 to 40 characters, none of them < > " or \\.', id="rooms.E001")]


def _colour_is_wrong(colour: str) -> list[CheckMessage]:
    if not colour or WRITTEN.fullmatch(colour):
        return []
    return [Error("BRAND_COLOUR must be a colour such as #2563eb.", id="rooms.E002")]


def _logo_is_wrong(path: str) -> list[CheckMessage]:
    if not path:
        return []
    if Path(path).suffix.lower() not in KINDS:
        return [Error("BRAND_LOGO must be the path of a file that ends in .svg or .png.", id="rooms.E003")]
    try:
        Path(path).read_bytes()
    except OSError as error:
        return [Error(f"BRAND_LOGO names {path}, which cannot be read: {error.strerror}.", id="rooms.E004")]
    return []


@register
def check_openid(**_more: Any) -> list[CheckMessage]:
    """All of OIDC_… or none of it."""
    openid: dict[str, str] = settings.OIDC
    missing = [f"OIDC_{name}" for name, value in openid.items() if not value]
    if len(missing) == len(openid):
        return []
    if missing:
        *most, last = [f"OIDC_{name}" for name in openid]
        words = f"{', '.join(missing)} is missing: give all of {', '.join(most)} and {last}, or none."
        return [Error(words, id="rooms.E005")]
    return [*_issuer_is_wrong(openid["ISSUER"]), *_claim_is_wrong(openid["ADMIN_CLAIM"])]


def _issuer_is_wrong(url: str) -> list[CheckMessage]:
    address = urlsplit(url)
    if address.scheme == "https" or (address.scheme == "http" and address.hostname in settings.LOOPBACK):
        return []
    return [Error("OIDC_ISSUER must be an address that begins with https://.", id="rooms.E006")]


def _claim_is_wrong(claim: str) -> list[CheckMessage]:
    if all(claim.partition("=")):
        return []
    return [Error("OIDC_ADMIN_CLAIM must be a claim and its value, as in groups=foyer.", id="rooms.E007")]
