"""Django's test client, which gives and takes a session's cookie as our middleware does."""

import django.test
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from rooms.session_cookie import session_key_in, signed


class Client(django.test.Client):
    @property
    def session(self) -> SessionStore:
        cookies = {name: cookie.value for name, cookie in self.cookies.items()}
        session = SessionStore(session_key_in(cookies))
        if session.session_key is None:
            session.save()
            self.cookies[settings.SESSION_COOKIE_NAME] = signed(session.session_key)
        return session

    def _set_login_cookies(self, request: HttpRequest) -> None:
        super()._set_login_cookies(request)
        self.cookies[settings.SESSION_COOKIE_NAME] = signed(request.session.session_key)
