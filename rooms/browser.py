"""The signed cookie by which a guest's browser is recognised. Guests have no session row."""

import secrets
from collections.abc import Mapping
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

KEPT_FOR = timedelta(days=30)
SALT = "rooms.browser"


def browser_of(request: HttpRequest) -> str:
    """The id of the browser; empty without a cookie, and for one that is forged or expired."""
    return browser_in(request.COOKIES)


def browser_in(cookies: Mapping[str, str]) -> str:
    try:
        return _signer().unsign(cookies.get(_name(), ""), max_age=KEPT_FOR)
    except signing.BadSignature:
        return ""


def new_browser() -> str:
    return secrets.token_hex(16)


def remember(response: HttpResponse, browser: str) -> None:
    response.set_cookie(
        _name(),
        _signer().sign(browser),
        max_age=KEPT_FOR,
        path="/",
        secure=_is_secure(),
        httponly=True,
        samesite="Lax",
    )


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=SALT)


def _name() -> str:
    """Under https a name that no neighbour below our domain can set (RFC 6265bis, 4.1.3.2)."""
    return "__Host-browser" if _is_secure() else "browser"


def _is_secure() -> bool:
    return str(settings.PUBLIC_URL).startswith("https://")
