"""The cast: alice manages `room`, bob manages another, gina is a guest. Plain factories around them."""

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.browsers import Client

if TYPE_CHECKING:
    from links.models import GroupLink, GuestLink
    from rooms.models import Administrator, Room

# Nothing of the apps is imported up here: pytest may load this before Django's settings are chosen.
number = itertools.count(1)

PASSWORD = "a long pass phrase"


@pytest.fixture
def make_administrator(db) -> Callable[..., "Administrator"]:
    """make_administrator(name="Carol", **fields): logs in as carol@example.org with PASSWORD."""
    from rooms.models import Administrator

    def make(name: str = "", **fields: Any) -> "Administrator":
        name = name or f"Administrator {next(number)}"
        email = fields.pop("email", f"{name.lower().replace(' ', '.')}@example.org")
        password = fields.pop("password", PASSWORD)
        return Administrator.objects.create_user(email, password, name=name, **fields)

    return make


@pytest.fixture
def alice(make_administrator) -> "Administrator":
    return make_administrator("Alice")


@pytest.fixture
def bob(make_administrator) -> "Administrator":
    return make_administrator("Bob")


@pytest.fixture
def make_room(alice) -> Callable[..., "Room"]:
    """make_room(*administrators, **fields): alice's unless somebody else is named."""
    from rooms.models import Room

    def make(*administrators: "Administrator", **fields: Any) -> "Room":
        fields = {
            "name": f"Room {next(number)}",
            "time_zone": "Europe/Berlin",
            "quota": 10,
            "capacity": 15,
            **fields,
        }
        room = Room.objects.create(**fields)
        room.administrators.set(administrators or [alice])
        return room

    return make


@pytest.fixture
def room(make_room) -> "Room":
    """Alice's: in Berlin's time, with 10 seats and 15 places."""
    return make_room(name="Physics colloquium")


@pytest.fixture
def bobs_room(make_room, bob) -> "Room":
    return make_room(bob, name="Bob's room")


@pytest.fixture
def make_guest_link(request) -> Callable[..., "GuestLink"]:
    """make_guest_link(**fields): Gina's to `room`, as Participant."""
    from links.models import GuestLink
    from rooms.models import Role

    def make(**fields: Any) -> "GuestLink":
        fields.setdefault("email", f"gina{next(number)}@example.org")
        fields = {"name": "Gina", "language": "en", "role": Role.PARTICIPANT, **fields}
        fields["room"] = fields.get("room") or request.getfixturevalue("room")
        return GuestLink.objects.create(**fields)

    return make


@pytest.fixture
def make_group_link(request) -> Callable[..., "GroupLink"]:
    """make_group_link(**fields): for everybody to `room`, as Participant."""
    from links.models import GroupLink
    from rooms.models import Role

    def make(**fields: Any) -> "GroupLink":
        fields = {"description": f"Everybody {next(number)}", "role": Role.PARTICIPANT, **fields}
        fields["room"] = fields.get("room") or request.getfixturevalue("room")
        return GroupLink.objects.create(**fields)

    return make


@pytest.fixture
def make_link(make_guest_link, make_group_link) -> Callable[..., "GuestLink | GroupLink"]:
    """make_link(kind="guest", **fields)"""

    def make(kind: str = "guest", **fields: Any) -> "GuestLink | GroupLink":
        return {"guest": make_guest_link, "group": make_group_link}[kind](**fields)

    return make


@pytest.fixture
def gina(make_guest_link) -> "GuestLink":
    """The link of Gina, a guest of `room`."""
    return make_guest_link(email="gina@example.org")


@pytest.fixture
def client() -> Client:
    """Anybody's browser."""
    return Client()


@pytest.fixture
def login() -> Callable[["Administrator"], Client]:
    """login(alice): a browser in which alice is logged in."""

    def log_in(administrator: "Administrator") -> Client:
        client = Client()
        client.force_login(administrator)
        return client

    return log_in


@pytest.fixture
def browser_in() -> Callable[[str], Client]:
    """browser_in(participant.browser): the browser of somebody who came in."""
    from django.http import HttpResponse

    from rooms.browser import remember

    def open_browser(browser: str) -> Client:
        client, answer = Client(), HttpResponse()
        remember(answer, browser)
        client.cookies.update(answer.cookies)
        return client

    return open_browser
