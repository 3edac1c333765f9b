"""Everybody at once: over real HTTP, against the real `manage.py serve`."""

import http.client
import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.cookies import SimpleCookie
from threading import Barrier
from urllib.parse import urlencode, urlsplit

import pytest

pytestmark = pytest.mark.served

ROOMS, PEOPLE, CAPACITY, QUOTA = 20, 50, 15, 10
MAKE_ROOMS = f"""
from links.models import GroupLink
from rooms.models import Role, Room
for number in range({ROOMS}):
    room = Room.objects.create(name=f"Room {{number}}", time_zone="UTC", quota={QUOTA}, capacity={CAPACITY})
    print(GroupLink.objects.create(room=room, description="Everybody", role=Role.PARTICIPANT).address)
"""


class Person:
    """One browser, with cookies of its own."""

    def __init__(self, port: int, name: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self.name = name
        self.cookies: SimpleCookie = SimpleCookie()
        self.token = ""

    def look(self, path: str) -> str:
        status, _location, page = self.ask("GET", path)
        assert status == 200
        if token := re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page):
            self.token = token[1]
        return page

    def join(self, path: str, all_ready: Barrier) -> str:
        """What they got: the role that their page names, or "full"."""
        form = urlencode({"csrfmiddlewaretoken": self.token, "name": self.name})
        self.connection.connect()
        all_ready.wait(30)
        status, location, page = self.ask("POST", path, form)
        if status == 200:
            return "full" if "<h1>The room is full</h1>" in page else page
        assert status == 302, page
        inside = self.look(location)
        return re.search(r"Your role: <strong>(\w+)</strong>", inside)[1] + ", waits" * (
            "All seats are taken" in inside
        )

    def ask(self, method: str, path: str, form: str | None = None) -> tuple[int, str, str]:
        cookie = "; ".join(f"{morsel.key}={morsel.value}" for morsel in self.cookies.values())
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request(method, path, form, headers)
        with self.connection.getresponse() as answer:
            page = answer.read().decode()
        self.connection.close()
        for line in answer.headers.get_all("Set-Cookie", []):
            self.cookies.load(line)
        return answer.status, answer.headers.get("Location", ""), page


def test_fifty_at_once_make_ten_seats_five_spectators_and_thirty_five_refused(serve):
    foyer = serve()
    made = foyer.manage("shell", "--verbosity", "0", "-c", MAKE_ROOMS)
    doors = [urlsplit(address).path for address in made.stdout.split()]
    assert len(doors) == ROOMS, made.stderr
    people = [Person(foyer.port, f"Person {number}") for number in range(PEOPLE)]

    with ThreadPoolExecutor(PEOPLE) as crowd:
        assert all('name="name"' in page for page in crowd.map(lambda person: person.look(doors[0]), people))
        got = [rush(crowd, people, door) for door in doors]

    each = Counter({"full": PEOPLE - CAPACITY, "Participant": QUOTA, "Spectator, waits": CAPACITY - QUOTA})
    assert got == [each] * ROOMS
    assert len({person.cookies["browser"].value for person in people}) == PEOPLE
    recount = foyer.manage("check_seats")
    assert (recount.returncode, recount.stdout) == (0, "All counters are right.\n")


def rush(crowd: ThreadPoolExecutor, people: list[Person], door: str) -> Counter[str]:
    """They press *Join* when the last of them is there."""
    all_ready = Barrier(PEOPLE)
    return Counter(crowd.map(lambda person: person.join(door, all_ready), people))
