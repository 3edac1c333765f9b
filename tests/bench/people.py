"""People at doors: rooms with a group link, and for each person a browser, a request and a name."""

import itertools
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tests.bench.figures import claim
from tests.webs import Site, path_of

ROOMS = """
from django.http import HttpResponse
import secrets
made = []
for _ in range({rooms}):
    room = Room.objects.create(name="Physics", time_zone="UTC", quota={quota}, capacity={capacity})
    link = GroupLink.objects.create(room=room, description="Everybody", role="participant")
    made.append([room.pk, link.pk, link.address])
"""
COOKIES = """
def cookie():
    answer = HttpResponse()
    browser.remember(answer, secrets.token_hex(16))
    return "; ".join(f"{{morsel.key}}={{morsel.value}}" for morsel in answer.cookies.values())
cookies = [cookie() for _ in range({number})]
"""
FILL = """
Participant.objects.bulk_create(
    Participant(
        room_id=pk, link_id=link, browser=secrets.token_hex(16), connected_at=Now(),
        name=f"Guest {{n}}", name_key=f"guest {{n}}", granted_role="spectator", role="spectator",
    )
    for pk, link, _address in made for n in range({number})
)
Participant.objects.filter(left_at=None).update(lease_until=Now() + timedelta(hours=1))
for pk, *_ in made:
    seating.recount(pk, fix=True)
"""
networks = itertools.count(1)
TOKEN = "t" * 32  # in the cookie and in the form alike


@dataclass(frozen=True)
class Rooms:
    """Some rooms alike, and how many seats and places each has."""

    site: Site
    made: list[tuple[int, int, str]]
    quota: int
    capacity: int
    present: int = 0

    @property
    def doors(self) -> list[str]:
        return [path_of(address) for _pk, _link, address in self.made]

    def counters(self) -> list[tuple[dict[str, int], dict[str, int]]]:
        """What each room says, and what a recount finds."""
        return self.site.desk.say(f"[seating.recount(pk) for pk in {[pk for pk, *_ in self.made]}]")

    def claim_full(self) -> None:
        """Everybody who pressed is in, each seat is taken, the rest wait; the recount agrees."""
        people = {"people_in": self.capacity, "seats_taken": self.quota}
        so = people | {"waiting": self.capacity - self.quota - self.present}
        for pair in self.counters():
            claim(list(pair) == [so, so], f"a room is {pair} and should be {so}")


def make_rooms(site: Site, rooms: int, people: int, present: int = 0) -> Rooms:
    """Rooms in which so many people have a place, half of them a seat; spectators are in already."""
    quota, capacity = people // 2, people + present
    made = site.desk.do(ROOMS.format(rooms=rooms, quota=quota, capacity=capacity), "made")
    if present:
        site.desk.do(FILL.format(number=present))
    return Rooms(site, made, quota, capacity, present)


def requests(site: Site, paths: list[str], number: int) -> list[bytes]:
    """One press of *Join* each, by so many people, at one path after the other."""
    cookies = site.desk.do(COOKIES.format(number=number), "cookies")
    network = next(networks)
    return [
        press(path, cookie, {"name": f"Person {n}"}, f"10.{network % 256}.{n // 256 % 256}.{n % 256}")
        for n, (path, cookie) in enumerate(zip(itertools.cycle(paths), cookies, strict=False))
    ]


def press(path: str, cookies: str, form: dict[str, Any], address: str) -> bytes:
    """The request of who presses a button."""
    body = urlencode({"csrfmiddlewaretoken": TOKEN, **form})
    lines = [
        f"POST {path} HTTP/1.1",
        "Host: 127.0.0.1",
        f"X-Forwarded-For: {address}",  # as behind a proxy: everybody comes from an address of their own
        "Accept-Language: en",
        f"Cookie: csrftoken={TOKEN}; {cookies}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", body]).encode()
