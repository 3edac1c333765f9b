"""Issue 6: every place where something about a person can stand, and what retention does there."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.utils import timezone

from invitations import again, outbox
from invitations.models import Import, Invitation, LinkWanted, TrackingEvent
from links.models import AccessRequest, BulkChange, GroupLink, GuestLink, Link
from operation.person import Person
from operation.tasks import forget_people
from rooms import seating
from rooms.models import Activity, Participant, Room
from tests.browsers import Client
from tests.doors import address_of
from tests.dumps import dump
from tests.imports import work

TEXTS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.BinaryField,
)  # an EmailField is a CharField

# Emptied when the link is over, or the person has left, for as many days as the room says; and by `Person`.
PERSONAL = {
    "rooms.Participant.name": "emptied",
    "rooms.Participant.name_key": "emptied",
    "rooms.Participant.browser": "replaced by a hash that no cookie leads to",
    "rooms.Activity.about": "emptied, where it is a person and not a group link, a file or an administrator",
    "rooms.Activity.before": "loses name, address, note and reason",
    "rooms.Activity.after": "loses name, address, note and reason",
    "links.Link.name": "emptied",
    "links.Link.email": "emptied",
    "links.Link.note": "emptied",
    "links.AccessRequest.name": "the row is deleted, after 30 days at the latest",
    "links.AccessRequest.email": "the row is deleted, after 30 days at the latest",
    "links.AccessRequest.note": "the row is deleted, after 30 days at the latest",
    "links.AccessRequest.browser": "the row is deleted, after 30 days at the latest",
    "links.BulkChange.query": "what was searched for: the row is deleted after 30 days",
    "invitations.Invitation.recipient": "emptied",
    "invitations.Invitation.reason": "emptied",
    "invitations.TrackingEvent.event_id": "the row is deleted, after 30 days at the latest",
    "invitations.LinkWanted.email": "the row is deleted when it is answered, after a day at the latest",
    "invitations.Import.source": "emptied when it is confirmed; else the row is deleted after 7 days",
    "invitations.Import.sheets": "the row is deleted after 30 days",
    "invitations.Import.sheet": "the row is deleted after 30 days",
    "invitations.Import.file_name": "the row is deleted after 30 days",
    "invitations.Import.first_row": "emptied where it is a guest's; the row is deleted after 30 days",
    "invitations.ImportRow.cells": "emptied; the row is deleted after 30 days",
    "invitations.ImportRow.mended": "emptied; the row is deleted after 30 days",
    "invitations.ImportRow.email": "emptied; the row is deleted after 30 days",
    "rooms.Knock.name": "the row is deleted half a minute after the page was closed",
    "rooms.Knock.browser": "the row is deleted half a minute after the page was closed",
}
A_CHOICE = "one of our own words"
OF_THE_ROOM = "what administrators write about a room or for many"
OF_AN_ACCOUNT = "an administrator's account: as long as there is the account"
NOT_PERSONAL = {
    "operation.Heartbeat.part": "a word of ours",
    "operation.Heartbeat.name": "a machine's name, and tasks of ours",
    "rooms.Participant.granted_role": A_CHOICE,
    "rooms.Participant.role": A_CHOICE,
    "rooms.Participant.joined_as": A_CHOICE,
    "rooms.Participant.ending": A_CHOICE,
    "rooms.Activity.deed": A_CHOICE,
    "rooms.Room.name": OF_THE_ROOM,
    "rooms.Room.description": OF_THE_ROOM,
    "rooms.Room.note": OF_THE_ROOM,
    "rooms.Room.time_zone": A_CHOICE,
    "rooms.Room.forgets": A_CHOICE,
    "rooms.Administrator.email": OF_AN_ACCOUNT,
    "rooms.Administrator.name": OF_AN_ACCOUNT,
    "rooms.Administrator.password": OF_AN_ACCOUNT,
    "rooms.SetupKey.digest": "a hash of a key",
    "links.Link.kind": A_CHOICE,
    "links.Link.role": A_CHOICE,
    "links.Link.role_before": A_CHOICE,
    "links.Link.language": A_CHOICE,
    "links.Link.description": OF_THE_ROOM,
    "links.Link.label": OF_THE_ROOM,
    "links.AccessRequest.answer": A_CHOICE,
    "links.BulkChange.kind": A_CHOICE,
    "links.BulkChange.action": A_CHOICE,
    "links.BulkChange.values": "a role, dates, or whether it is on",
    "links.BulkChange.chosen": "numbers of links",
    "links.BulkChange.state": A_CHOICE,
    "links.BulkFailure.reason": A_CHOICE,
    "invitations.Invitation.occasion": A_CHOICE,
    "invitations.Invitation.state": A_CHOICE,
    "invitations.Invitation.message_id": "a random number",
    "invitations.Invitation.provider_id": "the provider's number of a letter",
    "invitations.TrackingEvent.kind": A_CHOICE,
    "invitations.Suppression.address_hash": "a keyed hash: the wish for no letters outlives the address",
    "invitations.Import.columns": A_CHOICE,
    "invitations.Import.date_order": A_CHOICE,
    "invitations.Import.role": A_CHOICE,
    "invitations.Import.language": A_CHOICE,
    "invitations.Import.duplicates": A_CHOICE,
    "invitations.Import.state": A_CHOICE,
    "invitations.ImportRow.state": A_CHOICE,
    "invitations.ImportRow.problem": A_CHOICE,
}
OUR_APPS = ("rooms", "links", "invitations", "operation")


@pytest.mark.once
def test_of_every_text_it_is_known_whether_it_is_about_a_person():
    texts = {
        f"{model._meta.label}.{field.name}"
        for app in OUR_APPS
        for model in apps.get_app_config(app).get_models()
        if not model._meta.proxy
        for field in model._meta.get_fields()
        if isinstance(field, TEXTS)
    }

    assert set(PERSONAL) & set(NOT_PERSONAL) == set()
    assert set(PERSONAL) | set(NOT_PERSONAL) == texts


NAME, EMAIL = "Nadelika Heuhaufen", "nadelika@heuhaufen.example"
NEEDLES = ("nadelika", "heuhaufen")
FILE = f"Name,E-mail\n{NAME},{EMAIL}\nHugo,hugo@example.org\n"


@pytest.fixture
def desk(login, alice) -> Client:
    return login(alice)


@pytest.fixture
def found(tmp_path) -> Callable[[], list[str]]:
    """found(): what a dump still has of her, in whatever letter case, with a little around it."""

    def find() -> list[str]:
        text = dump(tmp_path).decode("utf-8", "replace")
        low = text.lower()
        return [text[max(0, low.find(needle) - 60) :][:120] for needle in NEEDLES if needle in low]

    return find


def lead_a_life(desk: Client, room: Room, smtp) -> None:
    """Everything that people do here leaves something about her: all by the real ways."""
    add, her = f"/rooms/{room.pk}/guests/new/", {"name": NAME, "email": EMAIL, "language": "en"}
    assert desk.post(add, {**her, "role": "guest", "send": "on", "note": f"Dear {NAME}"}).status_code == 302
    link = GuestLink.objects.get()
    outbox.drain()
    guest = Client()
    assert guest.post(f"/j/{address_of(link)}").status_code == 302
    bounce(link)
    person = Participant.objects.get()
    desk.post(f"/rooms/{room.pk}/people/{person.pk}/role/", {"role": "spectator"})
    desk.post(f"/rooms/{room.pk}/people/{person.pk}/removal/")
    seating.let_back(person)
    desk.post(f"/links/{link.pk}/", {**her, "name": f"{NAME} B", "role": "guest", "note": f"My {NAME}"})
    desk.post(f"/links/{link.pk}/role/", {"role": "no_access"})
    assert guest.post(f"/j/{address_of(link)}/requests/", {"note": f"It is {NAME}"}).status_code == 302
    come_through_a_group_link(desk, room)
    Client().post("/again/", {"email": EMAIL})
    search = f"/rooms/{room.pk}/bulk/?q=nadelika"
    desk.post(search, {"kind": "guest", "action": "switch_off", "query": "q=nadelika", "all": "on"})
    upload(desk, room)


def bounce(link: GuestLink) -> None:
    from invitations.models import State
    from invitations.tracking import Report, note

    letter = Invitation.objects.select_related("link").get(link=link)
    note(Report(f"x:{EMAIL}", "bounced", State.BOUNCED, f"550 <{EMAIL}> unknown", timezone.now()), letter)


def come_through_a_group_link(desk: Client, room: Room) -> None:
    group = GroupLink.objects.create(room=room, description="Everybody")
    guest = Client()
    assert guest.post(f"/j/{address_of(group)}", {"name": NAME}).status_code == 302
    person = Participant.objects.get(link=group)
    desk.post(f"/rooms/{room.pk}/people/{person.pk}/role/", {"role": "spectator"})
    seating.leave(person)
    GroupLink.objects.filter(pk=group.pk).update(is_active=False)
    asked = {"name": NAME, "email": EMAIL, "note": f"{NAME} again"}
    assert guest.post(f"/j/{address_of(group)}/requests/", asked).status_code == 302


def upload(desk: Client, room: Room) -> None:
    """One that is done, and one that waits."""
    for _ in range(2):
        file = SimpleUploadedFile("guests.csv", FILE.encode())
        answer = desk.post(f"/rooms/{room.pk}/guests/import/", {"file": file, "text": ""})
        if not Import.objects.exclude(state="preview").exists():
            assert desk.post(f"{answer.url}confirmation/").status_code == 302
            work()


def places() -> set[str]:
    """Which of the personal places say something."""
    said = set()
    for place in PERSONAL:
        label, _dot, name = place.rpartition(".")
        rows = apps.get_model(label).objects.exclude(**{f"{name}__isnull": True}).values_list(name, flat=True)
        if any(any(needle in str(value).lower() for needle in NEEDLES) for value in rows):
            said.add(place)
    return said


EVERYWHERE = {
    *("rooms.Participant.name", "rooms.Participant.name_key"),
    *("rooms.Activity.about", "rooms.Activity.before", "rooms.Activity.after"),
    *("links.Link.name", "links.Link.email", "links.Link.note"),
    *("links.AccessRequest.name", "links.AccessRequest.email", "links.AccessRequest.note"),
    *("invitations.Invitation.recipient", "invitations.Invitation.reason"),
    *("invitations.TrackingEvent.event_id", "invitations.LinkWanted.email"),
    *("invitations.ImportRow.cells", "invitations.ImportRow.email"),
}


@pytest.mark.django_db(transaction=True)
def test_retention_leaves_nothing_of_a_person_in_a_dump(desk, room, found, smtp):
    lead_a_life(desk, room, smtp)
    assert places() >= EVERYWHERE
    assert len(found()) == len(NEEDLES)
    make_old()
    stays, letters = Participant.objects.count(), Invitation.objects.count()

    forget_people()
    again.send()
    work()
    AccessRequest.objects.sweep()
    BulkChange.objects.forgotten().delete()

    assert places() == set()
    assert found() == []
    assert (Participant.objects.count(), Invitation.objects.count()) == (stays, letters)


def make_old() -> None:
    """As if it had been a hundred days ago, and the link had ended then."""
    then = timezone.now() - timedelta(days=100)
    Link.objects.filter(kind="guest").update(ends_at=then)
    Participant.objects.update(left_at=then, barred_until=None)
    Activity.objects.update(at=then)
    AccessRequest.objects.update(asked_at=then)
    TrackingEvent.objects.update(created_at=then)
    Import.objects.update(created_at=then)
    Import.objects.filter(state="done").update(ended_at=then)
    LinkWanted.objects.update(asked_at=then)
    BulkChange.objects.update(created_at=then)


@pytest.mark.django_db(transaction=True)
def test_erasing_leaves_nothing_of_a_person_in_a_dump_at_once(desk, room, alice, found, smtp):
    lead_a_life(desk, room, smtp)
    assert places() >= EVERYWHERE

    Person(EMAIL).erase(by=alice)

    # What was searched for is nobody's in particular, and gone with its change.
    BulkChange.objects.all().delete()
    assert places() == set()
    assert found() == []


@pytest.mark.once
def test_what_a_provider_reports_without_a_number_is_known_again_and_names_nobody():
    from anymail.signals import AnymailTrackingEvent

    from invitations.tracking import _id_of

    def event(recipient: str) -> AnymailTrackingEvent:
        said = {"event_type": "bounced", "message_id": "m", "recipient": recipient, "event_id": None}
        return AnymailTrackingEvent(**said, timestamp=None)

    assert _id_of(event(EMAIL), "Brevo") == _id_of(event(EMAIL), "Brevo")
    assert _id_of(event(EMAIL), "Brevo") != _id_of(event("hugo@example.org"), "Brevo")
    assert EMAIL not in _id_of(event(EMAIL), "Brevo")
