"""Past meetings for the demo, so that its attendance shows something."""

from datetime import datetime, timedelta

from django.utils import timezone

from invitations.models import Invitation, State
from links.models import GroupLink, GuestLink, Link
from rooms.models import Participant, Role, Room
from rooms.models.participant import Ending
from rooms.names import name_key

GUESTS = (
    ("Prof. Ada Nowak", "ada.nowak@example.org", Role.MODERATOR, State.DELIVERED),
    ("Dr. Emil Brandt", "emil.brandt@example.org", Role.PARTICIPANT, State.DELIVERED),
    ("Lotte de Vries", "lotte.devries@example.org", Role.PARTICIPANT, State.SENT),
    ("Tomás Herrera", "tomas.herrera@example.org", Role.GUEST, State.DELIVERED),
    ("Yuki Tanaka", "yuki.tanaka@example.org", Role.GUEST, State.BOUNCED),
)
LISTENERS = (
    *("Ana", "Ben", "Chiara", "Daniel", "Elif", "Finn", "Greta", "Hannah", "Ivo", "Jana", "Kofi", "Lena"),
    *("Malik", "Nora", "Oskar", "Paula", "Quentin", "Rosa", "Samir", "Tilda", "Uwe", "Vera", "Wanda", "Zoë"),
)
# From when to when, in minutes of the meeting: most are there early, some late, some leave before the end.
ARRIVALS, LEAVES = (-9, -6, -4, -2, -1, 0, 1, 3, 6, 14, 22), (92, 95, 90, 91, 61, 93, 90, 97, 48, 94)


def hold_meetings(room: Room, listeners: GroupLink, *, ago: tuple[int, ...] = (1, 8, 15)) -> None:
    """One each so many days ago, at 19:00 in the room's zone."""
    guests = [_guest(room, *guest) for guest in GUESTS]
    evening = timezone.now().astimezone(room.zone).replace(hour=19, minute=0, second=0, microsecond=0)
    for number, days in enumerate(ago):
        begin = evening - timedelta(days=days)
        came = [*guests[: 3 - number], *([listeners] * (len(LISTENERS) - 6 * number))]
        names = [guest.name for guest in guests[: 3 - number]] + [*LISTENERS]
        people = (_stay(place, begin, *pair) for place, pair in enumerate(zip(came, names, strict=False)))
        Participant.objects.bulk_create(people)


def _guest(room: Room, name: str, email: str, role: Role, state: State) -> GuestLink:
    link = GuestLink.objects.create(room=room, name=name, email=email, role=role, language="en")
    GuestLink.objects.filter(pk=link.pk).update(created_at=timezone.now() - timedelta(days=20))
    reason = "Unknown mailbox" if state == State.BOUNCED else ""
    Invitation.objects.create(link=link, recipient=email, state=state, reason=reason, due_at=None)
    return link


def _stay(place: int, begin: datetime, link: Link, name: str) -> Participant:
    is_downgraded = place == 20
    return Participant(
        room=link.room,
        link=link,
        exclusive=link.is_for_one,
        browser=f"demo-{begin:%d}-{place}",
        name=name,
        name_key=name_key(name),
        granted_role=Role.PARTICIPANT if is_downgraded else link.role,
        role=link.role,
        was_downgraded=is_downgraded,
        joined_at=begin + timedelta(minutes=ARRIVALS[place % len(ARRIVALS)], seconds=7 * place % 60),
        left_at=begin + timedelta(minutes=LEAVES[place % len(LEAVES)], seconds=11 * place % 60),
        ending=Ending.LEFT,
    )
