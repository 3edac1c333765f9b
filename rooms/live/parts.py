"""What open pages are shown: parts that the server has drawn, as server-sent events (WHATWG HTML, 9.2)."""

from functools import lru_cache

from django.template.loader import render_to_string
from django.utils import translation

from rooms.farewell import farewell
from rooms.models import Participant, Role

Fate = tuple[object, ...]
FATE = ("ending", "exclusive", "link_id", "link_version", "barred_until")  # what the last words depend on
PLACE = "{place}"  # put in afterwards: a thousand who wait are shown one part with a thousand numbers


def event(name: str, content: str) -> bytes:
    lines = "".join(f"data: {line}\n" for line in content.strip().splitlines() or [""])
    return f"event: {name}\n{lines}\n".encode()


def me(role: str, granted_role: str, waits: bool, place: int | None, language: str) -> bytes:
    """One's own role, and the place in the line for a seat."""
    if place is None:
        return _me(role, granted_role, waits, "", language)
    return _me(role, granted_role, waits, PLACE, language).replace(PLACE.encode(), str(place).encode())


def crowd(people: list[Participant], people_in: int, language: str) -> bytes:
    with translation.override(language):
        context = {"people": people, "more": max(0, people_in - len(people))}
        return event("people", render_to_string("rooms/_crowd.html", context))


def at_door(place: int, language: str) -> bytes:
    """The place in the line of those who wait at the door; not even the first: come in."""
    if place <= 0:
        return event("go", "")
    return _at_door(language).replace(PLACE.encode(), str(place).encode())


def changed(room_id: int, revision: int | None) -> bytes:
    """For administrators' pages, which fetch themselves again. No revision: it is deleted."""
    return event("changed", f"{room_id} {'deleted' if revision is None else revision}")


def out(participant: Participant, language: str, said: dict[Fate, bytes]) -> bytes:
    """Why one is out. `said`: what others of the room were told just now, for thousands hear the same."""
    fate = (language, *(getattr(participant, name) for name in FATE))
    if fate not in said:
        with translation.override(language):
            said[fate] = event("out", render_to_string("rooms/_out.html", farewell(participant)))
    return said[fate]


@lru_cache(maxsize=100)
def room_deleted(language: str) -> bytes:
    with translation.override(language):
        return event("out", render_to_string("rooms/_room_deleted.html"))


@lru_cache(maxsize=1000)
def _me(role: str, granted_role: str, waits: bool, place: str, language: str) -> bytes:
    with translation.override(language):
        context = {"role": Role(role), "granted_role": Role(granted_role), "waits": waits, "place": place}
        return event("me", render_to_string("rooms/_me.html", context))


@lru_cache(maxsize=100)
def _at_door(language: str) -> bytes:
    with translation.override(language):
        return event("place", render_to_string("rooms/_place.html", {"place": PLACE}))
