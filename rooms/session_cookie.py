"""The signed cookie of an administrator's session: a copy of the database has its key, and lets nobody in."""

from collections.abc import Mapping

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.core import signing
from django.http import HttpRequest, HttpResponse

SALT = "rooms.session"


def signed(session_key: str) -> str:
    """What a browser is given."""
    return signing.Signer(salt=SALT).sign(session_key)


def session_key_in(cookies: Mapping[str, str]) -> str | None:
    """None without a cookie, and for one that is forged."""
    try:
        return signing.Signer(salt=SALT).unsign(cookies.get(settings.SESSION_COOKIE_NAME, ""))
    except signing.BadSignature:
        return None


class SignedSessionMiddleware(SessionMiddleware):
    def process_request(self, request: HttpRequest) -> None:
        request.session = self.SessionStore(session_key_in(request.COOKIES))

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response = super().process_response(request, response)
        given = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if given and given.value:  # it has none when the browser is to forget it
            response.cookies[settings.SESSION_COOKIE_NAME] = signed(given.value)
        return response
