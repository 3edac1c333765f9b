"""What is on the stage besides the demo: a room or a link for each state that a page can be in.

Laid out in a process of the site that is served (`Stage` in tests/stage.py asks for it), with real parts.
"""

from datetime import timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.urls import reverse
from django.utils import timezone

from invitations import optout
from invitations.importing import preview, run, undo
from invitations.models import Import, Invitation
from invitations.spreadsheets import read_pasted
from links.models import GroupLink, GuestLink
from rooms import seating, second_factors
from rooms.models import Administrator, Participant, Role, Room
from tests.doors import join
from tests.stage import ALICE, KEEPER, NEWCOMER, PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
GUESTS = "Name,E-Mail,Role\nAda,ada@example.org,Guest\nBea,bea@example.org,\n"
FAULTY = (
    "Name,E-Mail,Role,Start\nAda,ada@example,Guest,\nBea,bea@example.org,King,2040-01-01 09:00\n"
    "Cleo,cleo@example.org,Guest,\nCleo,cleo@example.org,Guest,\nOlga,open@example.org,Guest,\n"
)
NEW = "Flora,flora@example.org,,\n"


def lay_out() -> dict[str, str]:
    """Where everything is: paths of rooms, links, imports, doors."""
    alice = Administrator.objects.get(email=ALICE)
    alice.set_password(PASSWORD)
    alice.save()
    Administrator.objects.create_user(NEWCOMER, PASSWORD, name="Nora Newcomer")
    Administrator.objects.create_user(KEEPER, PASSWORD, name="Kim Keeper")
    board = Room.objects.get(name="Weekly board")
    come_in(board)
    return {
        "board": f"/rooms/{board.pk}",
        "new_password": path_of_new_password(alice),
        "empty": f"/rooms/{make_room(alice, 'Empty seminar').pk}",
        **lay_out_doors(alice),
        **lay_out_imports(alice, make_room(alice, "Summer school")),
    }


def give_second_factors(*, passkey: bool = False) -> None:
    """To the keeper, who is logged in: an app, recovery codes, and a passkey to look at."""
    keeper = take_second_factors()
    TOTP.activate(keeper, SECRET)
    RecoveryCodes.activate(keeper)
    if passkey:
        WebAuthn.add(keeper, "My laptop", {"clientExtensionResults": {"credProps": {"rk": True}}})


def take_second_factors() -> Administrator:
    keeper = Administrator.objects.get(email=KEEPER)
    second_factors.remove_all(keeper)
    return keeper


def lay_out_doors(alice: Administrator) -> dict[str, str]:
    room, now, hour = make_room(alice, "Physics colloquium"), timezone.now(), timedelta(hours=1)
    open_link = guest(room, "Olga", "open")
    doors = {
        "open": open_link,
        "not_yet": guest(room, "Nils", "later", starts_at=now + hour, ends_at=now + 3 * hour),
        "expired": guest(room, "Emil", "over", ends_at=now - hour),
        "inactive": guest(room, "Ines", "off", is_active=False),
        "no_access": guest(room, "Nadia", "none", role=Role.NO_ACCESS),
        "barred": guest(room, "Bert", "barred"),
        "former": guest(room, "Frida", "former", ends_at=now - timedelta(days=88)),
        "in_use": guest(room, "Ulla", "used"),
        "group": GroupLink.objects.create(room=room, description="All of maths", label="maths list"),
        "full": full_room(alice),
        "seats": room_without_seats(alice),
    }
    seating.remove(stay(join(doors["barred"])))
    stay(join(doors["in_use"]))
    lost = write_to(guest(room, "Lotte", "lost"), "bounced", "The mailbox does not exist")
    write_to(guest(room, "Dora", "slow"), "deferred", "The mail server asks to try later")
    write_to(open_link, "delivered")
    return {
        "room": f"/rooms/{room.pk}",
        "inside": f"/r/{room.pk}/",
        "lost_link": f"/links/{lost.link_id}",
        "letters": path_of(optout.address_of(lost)),
        **{f"{name}_link": f"/links/{link.pk}" for name, link in doors.items()},
        **{f"{name}_door": path_of(link.address) for name, link in doors.items()},
    }


def lay_out_imports(alice: Administrator, room: Room) -> dict[str, str]:
    guest(room, "Olga", "open")
    tables = {"done": FAULTY, "undone": GUESTS, "running": GUESTS, "preview": GUESTS, "faulty": FAULTY + NEW}
    imports = {}
    for name, text in tables.items():
        imports[name] = preview.begin(room, alice, read_pasted(text), language="en", file_name=f"{name}.csv")
        if name in ("done", "undone"):
            imports[name].confirm()
            run(lambda: None)
    undo.undo(imports["undone"])
    imports["running"].confirm()
    # As if a worker were at it all day.
    Import.objects.filter(pk=imports["running"].pk).update(due_at=timezone.now() + timedelta(days=1))
    paths = {f"{name}_import": f"/imports/{its.pk}" for name, its in imports.items()}
    return {"school": f"/rooms/{room.pk}", **paths}


def come_in(board: Room) -> None:
    """Some through their own links and some through a group link: more than there are seats, one by hand."""
    group = GroupLink.objects.filter(room=board, role=Role.PARTICIPANT).first()
    for email in ("hugo.lindqvist@example.org", "luca.moretti@example.org", "karin@example.org"):
        stay(join(GuestLink.objects.get(room=board, email=email)))
    *_others, ben, _clara, mallory = [stay(join(group, name)) for name in ("Ana", "Ben", "Clara", "Mallory")]
    seating.give_role(ben, Role.GUEST)
    seating.remove(mallory)
    for name in ("David", "Eva"):
        stay(join(group, name))


def full_room(alice: Administrator) -> GroupLink:
    """With one place, and somebody in it."""
    group = GroupLink.objects.create(room=make_room(alice, "Small studio", 1, 1), description="Everybody")
    stay(join(group))
    return group


def room_without_seats(alice: Administrator) -> GroupLink:
    room = make_room(alice, "Panel", 0, 50)
    return GroupLink.objects.create(room=room, description="The audience")


def make_room(alice: Administrator, name: str, quota: int = 10, capacity: int = 50) -> Room:
    room = Room.objects.create(name=name, time_zone="Europe/Berlin", quota=quota, capacity=capacity)
    room.administrators.add(alice)
    return room


def guest(room: Room, name: str, mailbox: str, **fields) -> GuestLink:
    fields = {"language": "en", **fields}
    return GuestLink.objects.create(room=room, name=name, email=f"{mailbox}@example.org", **fields)


def write_to(link: GuestLink, state: str, reason: str = "") -> Invitation:
    return Invitation.objects.create(link=link, recipient=link.email, state=state, reason=reason, due_at=None)


def stay(participant: Participant) -> Participant:
    """As if their page were open all day."""
    now = timezone.now()
    lease = {"lease_until": now + timedelta(days=1), "connected_at": now}
    Participant.objects.filter(pk=participant.pk).update(**lease)
    return participant


def path_of_new_password(alice: Administrator) -> str:
    parts = [user_pk_to_url_str(alice), default_token_generator.make_token(alice)]
    return reverse("account_reset_password_from_key", args=parts)


def path_of(address: str) -> str:
    return "/" + address.split("/", 3)[3]
