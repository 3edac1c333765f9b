"""How tests come in."""

import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from links import addresses, door
from links.models import Link
from rooms import seating
from rooms.models import Participant, Room
from tests.sessions import in_another_session


def address_of(link: Link) -> str:
    return addresses.sign(link.pk, link.version)


def join(link: Link, name: str = "Ana", browser: str = "", **how: bool) -> Participant:
    """Come in through the door, with a browser of one's own unless one is given."""
    address, browser = address_of(link), browser or secrets.token_hex(16)
    return door.join(door.find(address, browser), address, browser, name, **how)


def roles(room: Room) -> dict[str, str]:
    """Who is in, with which role."""
    present = Participant.objects.present().filter(room=room).order_by("pk")
    return {participant.shown_name: participant.role for participant in present}


def counters(room: Room) -> tuple[int, int, int]:
    """People in, seats taken, waiting: as the room says, after a recount has agreed."""
    said, so = seating.recount(room.pk)
    assert said == so
    return said["people_in"], said["seats_taken"], said["waiting"]


def meanwhile(verb: Callable[..., Any], *args: Any, **kwargs: Any) -> "Future[Any]":
    """Start the verb in another session, and give it time to come to where it waits for our commit."""
    future = in_another_session(verb, *args, **kwargs)
    deadline = time.monotonic() + 0.3
    while not future.done() and time.monotonic() < deadline:
        time.sleep(0.01)
    return future
