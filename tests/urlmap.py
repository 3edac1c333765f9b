"""Every address of the site: the whole URL map, filled in with what is on the stage."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.contrib.sessions.models import Session
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from invitations import optout
from invitations.importing import preview
from invitations.models import Import, Invitation
from invitations.spreadsheets import read_pasted
from links.models import AccessRequest, BulkChange, GroupLink, GuestLink
from rooms import seating
from rooms.models import Activity, Administrator, Participant, Room
from tests.doors import address_of, join

# What stands in a part of an address, by the part before it (`/links/7/`), else by the part's own name.
Known = dict[str, object]
# Addresses that are written as a regular expression. Whoever adds one says here what fits it.
EXAMPLES = {
    "^confirm-email/(?P<key>[-:\\w]+)/$": "confirm-email/x/",
    "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/0-a-b/",
    "^mailgun/inbound(_mime)?/$": "mailgun/inbound/",
    "(?P<url>.*)$": "no/such/page/",
    "^(?P<provider_id>[^/]+)/": "openid/",
}
PART = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")


@dataclass(frozen=True)
class Address:
    name: str  # as in "rooms:edit"; of one without a name its route
    path: str


def addresses(known: Known) -> list[Address]:
    return [Address(name, f"/{_filled_in(route, known)}") for name, route in _routes(get_resolver())]


def _routes(
    resolver: URLResolver, before: str = "", names: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        route = before + _plain(str(pattern.pattern))
        if isinstance(pattern, URLPattern):
            yield ":".join([*names, pattern.name or route]), route
        else:
            own = (pattern.namespace,) if pattern.namespace else ()
            yield from _routes(pattern, route, names + own)


def _plain(route: str) -> str:
    if route.startswith("^(?P<app_label>"):  # the admin's, of all its apps
        return "rooms/"
    return EXAMPLES.get(route, route)


def _filled_in(route: str, known: Known) -> str:
    parts = route.split("/")
    for number, part in enumerate(parts):
        before = parts[number - 1] if number else ""
        parts[number] = PART.sub(
            lambda found, before=before: str(known.get(before, known.get(found["name"], 1))), part
        )
    return "/".join(parts)


def set_the_stage(room: Room, alice: Administrator) -> Known:
    """One of everything in alice's room; its door of a group is open."""
    group = GroupLink.objects.create(room=room, description="Everybody", created_by=alice)
    guest = GuestLink.objects.create(room=room, name="Gina", email="gina@example.org", created_by=alice)
    letter = Invitation.objects.create(link=guest, recipient=guest.email, state="sent", due_at=None)
    guest.switch(on=False, by=alice)
    AccessRequest.objects.ask(guest, "b" * 32, note="please")
    table = read_pasted("Name,E-Mail\nAda,ada@example.org\n")
    its_import = preview.begin(room, alice, table, language="en", file_name="guests.csv")
    bulk = BulkChange.objects.create(
        room=room, kind="guest", by=alice, action="switch_off", values={"is_active": False}, number=0
    )
    person = stay(join(group, "Ana"))
    barred = stay(join(group, "Mallory"))
    seating.remove(barred)
    return {
        "rooms": room.pk,
        "r": room.pk,
        "links": group.pk,
        "j": address_of(group),
        "n": optout.address_of(letter).rpartition("/")[2],
        "bulk": bulk.pk,
        "activity": Activity.objects.filter(room=room).earliest("pk").pk,
        "requests": AccessRequest.objects.get(link=guest).pk,
        "imports": its_import.pk,
        "rows": its_import.rows.get().pk,
        "people": person.pk,
        "administrators": alice.pk,
        "administrator": alice.pk,  # of the admin, by the model's name; and so on
        "room": room.pk,
        "participant": person.pk,
        "link": group.pk,
        "invitation": letter.pk,
        "ending": "csv",
        "version": "0",
        "token": "wrong",
        "guest link": guest.pk,
        "person": person,
        "barred": barred,
        "import": Import.objects.get(pk=its_import.pk),
    }


def stay(participant: Participant) -> Participant:
    """As if their page were open all day."""
    now = timezone.now()
    lease = {"lease_until": now + timedelta(days=1), "connected_at": now}
    Participant.objects.filter(pk=participant.pk).update(**lease)
    return participant


def everything() -> dict[str, list[dict[str, object]]]:
    """All rows of all tables, but sessions: one's own remembers where one wanted to go."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in apps.get_models(include_auto_created=True)
        if model is not Session
    }
