"""Alice at her desk, logged in."""

import time
from http.client import HTTPConnection
from urllib.parse import urlencode

from tests.bench.figures import claim
from tests.bench.people import TOKEN
from tests.webs import Site

LOG_IN = """
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from rooms.session_cookie import signed
alice, _is_new = Administrator.objects.get_or_create(email="alice@example.org", name="Alice")
for each in Room.objects.all():
    each.administrators.add(alice)
session = SessionStore()
session[SESSION_KEY] = str(alice.pk)
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session[HASH_SESSION_KEY] = alice.get_session_auth_hash()
session.save()
"""


class Alice:
    """Manages all rooms there are when she comes."""

    def __init__(self, site: Site) -> None:
        key = site.desk.do(LOG_IN, "signed(session.session_key)")
        self.cookies = {"Cookie": f"sessionid={key}; csrftoken={TOKEN}"}
        self.connection = HTTPConnection("127.0.0.1", site.ports[0], timeout=60)

    def see(self, path: str) -> tuple[float, str]:
        """Seconds, and the page."""
        return self._ask("GET", path, None, 200)

    def press(self, path: str, **form: str) -> float:
        """When she did, by time.monotonic(). The answer is there when this returns."""
        begin = time.monotonic()
        self._ask("POST", path, urlencode({"csrfmiddlewaretoken": TOKEN, **form}), 302)
        return begin

    def _ask(self, method: str, path: str, form: str | None, status: int) -> tuple[float, str]:
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        begin = time.perf_counter()
        self.connection.request(method, path, form, self.cookies | kind)
        with self.connection.getresponse() as answer:
            page = answer.read().decode()
        self.connection.close()  # the server closes one that is quiet for 5 s
        claim(answer.status == status, f"{method} {path} was answered {answer.status}")
        return time.perf_counter() - begin, page
