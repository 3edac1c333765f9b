"""What must be so after each fault: nobody's seat is lost or doubled, and each guest has one letter."""

import asyncio
import contextlib
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from tests.mailserver import Mailserver
from tests.pages import Answer, Person, Stream, eventually
from tests.scene import Link, Scene, role_in

AWAY = "Something went wrong on our side"
# As the page does it: with each guest a letter and a call to the worker.
INVITE = """
from django.db import transaction
from invitations import outbox
from invitations.tasks import wake_outbox
from links.models import GuestLink
for number in range({first}, {first} + {number}):
    with transaction.atomic():
        email = f"gina{{number}}@example.org"
        link = GuestLink.objects.create(room_id={room}, name="Gina", email=email, language="en")
        outbox.invite(link, by=None)
        wake_outbox()
"""


@dataclass
class Crowd:
    """People who press *Join* until they are in or told that the room is full."""

    room: Scene
    link: Link
    answers: Counter[int] = field(default_factory=Counter)
    pages: dict[str, Stream] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    async def come(self, name: str, port: int) -> None:
        person, settled = Person(name), False
        while not settled:
            await asyncio.sleep(0.1)
            with contextlib.suppress(OSError, asyncio.IncompleteReadError):  # as when a connection is cut
                answer = await self.press(person, port)
                self.answers[answer.status] += 1
                settled = await self.is_settled(person, port, answer)

    async def press(self, person: Person, port: int) -> Answer:
        """The button of the door's page; or the page that came instead of it."""
        page = await person.get(port, self.link.door)
        shows_a_form = page.status == 200 and 'name="name"' in page.text
        return await person.post(port, self.link.door, name=person.name) if shows_a_form else page

    async def is_settled(self, person: Person, port: int, answer: Answer) -> bool:
        """Whether they are in, with their page open, or were told that nobody comes in any more."""
        if answer.status == 302:
            page = await person.open(port, self.room.stream)
            assert page.status == 200
            self.pages[person.name] = page
            return True
        if answer.status == 503:
            assert AWAY in answer.text
            return False
        assert (answer.status, "<h1>The room is full</h1>" in answer.text) == (200, True), answer.status
        self.refused.add(person.name)
        return True

    def roles(self) -> Counter[str]:
        """What the pages of all who are in say."""
        return Counter(role_in(page.heard("me")[-1]).partition(",")[0] for page in self.pages.values())

    async def is_told(self, seats: int, others: int) -> None:
        """Each page says what its person is, and nobody was put out."""
        await eventually(lambda: all(page.heard("me") for page in self.pages.values()), 20)
        await eventually(lambda: self.roles()["Participant"] == seats, 5)
        assert self.roles() == Counter({"Participant": seats, "Spectator": others})
        assert [page.heard("out") for page in self.pages.values()] == [[]] * (seats + others)


def assert_each_has_one_letter(mailserver: Mailserver, numbers: range) -> None:
    """Perhaps twice, but then with the same Message-ID."""
    ids = defaultdict(set)
    for letter in mailserver.letters:
        ids[letter.recipients[0]].add(letter.message["Message-ID"])
    assert ids.keys() == {f"gina{number}@example.org" for number in numbers}
    assert {len(of_one) for of_one in ids.values()} == {1}
