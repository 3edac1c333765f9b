from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from invitations import outbox
from invitations.management.meeting import hold_meetings
from invitations.tasks import wake_outbox
from links.models import GroupLink, GuestLink
from rooms.models import Administrator, Role, Room

EMAIL = "demo@example.org"
GUESTS = (
    ("Gina Marchetti", "gina.marchetti@example.org", Role.PARTICIPANT, "en"),
    ("Hugo Lindqvist", "hugo.lindqvist@example.org", Role.MODERATOR, "en"),
    ("Ida Bergmann", "ida.bergmann@example.org", Role.GUEST, "de"),
    ("Jonas Weber", "jonas.weber@example.org", Role.PARTICIPANT, "de"),
    ("Karin Sørensen", "karin@example.org", Role.SPECTATOR, "en"),
    ("Luca Moretti", "luca.moretti@example.org", Role.PARTICIPANT, "en"),
    ("Mira Novák", "mira.novak@example.org", Role.NO_ACCESS, "en"),
    ("Noé Lefèvre", "noe.lefevre@example.org", Role.GUEST, "en"),
)


class Command(BaseCommand):
    help = "Makes sample rooms, links and letters, once, and an administrator with a new password."

    def handle(self, *_args: Any, **_options: Any) -> None:
        password = get_random_string(12)
        alice = Administrator.objects.filter(email=EMAIL).first()
        if alice is None:
            alice = make_rooms(password)
        alice.set_password(password)
        alice.save()
        self.stdout.write(f"Log in to the demo as {EMAIL} with the password {password}")


@transaction.atomic
def make_rooms(password: str) -> Administrator:
    alice = Administrator.objects.create_superuser(EMAIL, password, name="Alice Moreau")
    board = _room(alice, "Weekly board", "Half an hour: what went well, what hurts, what is next.", 5, 40)
    lecture = _room(
        alice, "Open lecture: the night sky", "Everybody is welcome. Questions at the end.", 20, 500
    )
    for name, email, role, language in GUESTS:
        link = GuestLink(room=board, name=name, email=email, role=role, language=language)
        link.add(by=alice)
        outbox.invite(link, by=alice)
    wake_outbox()
    _give_windows(board, alice)
    _group(alice, board, "Colleagues of the institute", "institute list", Role.PARTICIPANT)
    _group(alice, board, "Everybody who wants to listen", "", Role.SPECTATOR)
    listeners = _group(alice, lecture, "Everybody who likes the stars", "poster", Role.SPECTATOR)
    hold_meetings(lecture, listeners)
    return alice


def _room(alice: Administrator, name: str, description: str, quota: int, capacity: int) -> Room:
    room = Room.objects.create(
        name=name, description=description, time_zone="Europe/Berlin", quota=quota, capacity=capacity
    )
    room.administrators.add(alice)
    return room


def _group(alice: Administrator, room: Room, description: str, label: str, role: Role) -> GroupLink:
    link = GroupLink(room=room, description=description, label=label, role=role)
    link.add(by=alice)
    return link


def _give_windows(board: Room, alice: Administrator) -> None:
    """One opens later, one closes, one has expired, one is off."""
    now = timezone.now().replace(minute=0, second=0, microsecond=0)
    gina, hugo, ida, jonas, *_rest = GuestLink.objects.filter(room=board).order_by("pk")
    gina.set_window(starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=1, hours=2), by=alice)
    hugo.set_window(ends_at=now + timedelta(days=30), by=alice)
    ida.set_window(ends_at=now - timedelta(days=2), by=alice)
    jonas.switch(on=False, by=alice)
