"""A room on a served site, with alice's hand on it and a group link into it."""

import asyncio
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.pages import Answer, Person, Stream, eventually
from tests.webs import Site, path_of

PASSWORD = "a long pass phrase 42"
ROOM = """
alice, is_new = Administrator.objects.get_or_create(email="alice@example.org", name="Alice")
if is_new:
    alice.set_password({password!r})
    alice.save()
room = Room.objects.create(name="Physics", time_zone="UTC", quota={quota}, capacity={capacity})
room.administrators.add(alice)
"""
PEOPLE = """[
    [person.name, person.role, person.place_in_line]
    for person in Participant.objects.present().filter(room={room}).order_by("pk")
]"""


@dataclass
class Link:
    pk: int
    door: str


@dataclass
class Scene:
    site: Site
    room: int

    @property
    def stream(self) -> str:
        return f"/r/{self.room}/stream?language=en"

    @property
    def door_stream(self) -> str:
        return f"/r/{self.room}/door/stream?language=en"

    async def do(self, code: str, say: str = "None") -> Any:
        return await asyncio.to_thread(self.site.desk.do, code, say)

    async def say(self, expression: str) -> Any:
        return await self.do("", expression)

    async def link(self, role: str = "participant", guest: str = "") -> Link:
        kind = (
            f"GuestLink, name={guest!r}, email='{guest}@example.org', language='en'" if guest else "GroupLink"
        )
        kind, *fields = kind.split(", ", 1)
        fields = fields or ["description='Everybody'"]
        code = f"link = {kind}.objects.create(room_id={self.room}, role={role!r}, {fields[0]})"
        pk, address = await self.do(code, "[link.pk, link.address]")
        return Link(pk, path_of(address))

    async def counters(self) -> tuple[int, int, int]:
        """People in, seats taken, waiting: as the room says, after a recount has agreed."""
        said, so = await self.say(f"seating.recount({self.room})")
        assert said == so
        return said["people_in"], said["seats_taken"], said["waiting"]

    async def people(self) -> list[list[Any]]:
        """Name, role and place in the line of those who are in, as they came."""
        return await self.say(PEOPLE.format(room=self.room))

    async def come_in(self, link: Link, *names: str) -> list[tuple[Person, Stream]]:
        """One after the other, each through the next web process; then they open their pages."""
        ports = list(itertools.islice(itertools.cycle(self.site.ports), len(names)))
        people = [await Person(name).join(port, link.door) for name, port in zip(names, ports, strict=True)]
        return list(zip(people, await self.look_all(people, ports), strict=True))

    async def look_all(self, people: list[Person], ports: Iterable[int]) -> list[Stream]:
        return await asyncio.gather(*(self.look(*pair) for pair in zip(people, ports, strict=False)))

    async def look(self, person: Person, port: int) -> Stream:
        stream = await person.open(port, self.stream)
        assert stream.status == 200
        await stream.until("me")
        return stream

    async def page_says(self, inside: list[tuple[Person, Stream]], roles: list[str]) -> None:
        """What each page says by now, or within a few seconds."""

        def said() -> list[str]:
            return [role_in(page.heard("me")[-1]) if page.heard("me") else "" for _person, page in inside]

        await eventually(lambda: said() == roles, 5)
        assert said() == roles

    async def administrator(self) -> Person:
        """Alice, logged in over HTTP."""
        alice, port = Person("Alice"), self.site.ports[0]
        if not hasattr(self.site, "login"):
            await alice.get(port, "/accounts/login/")
            form = {"login": "alice@example.org", "password": PASSWORD}
            assert (await alice.post(port, "/accounts/login/", **form)).status == 302
            self.site.login = dict(alice.cookies)
        alice.cookies = dict(self.site.login)
        assert (await alice.get(port, f"/rooms/{self.room}/guests/")).status == 200
        return alice

    async def change(self, alice: Person, path: str, **form: str) -> Answer:
        answer = await alice.post(self.site.ports[0], path, **form)
        assert answer.status == 302, answer
        return answer


async def scene(site: Site, quota: int = 10, capacity: int = 15) -> Scene:
    code = ROOM.format(password=PASSWORD, quota=quota, capacity=capacity)
    return Scene(site, await asyncio.to_thread(site.desk.do, code, "room.pk"))


def role_in(words: str) -> str:
    """The role that a page or a part names, and "…, n" for who waits as the n-th."""
    role = re.search(r"Your role: <strong>(\w+)</strong>", words)[1]
    place = re.search(r"You are number (\d+) in the line for a seat", words)
    return f"{role}, {place[1]}" if place else role
