"""Where seats change hands: nowhere else.

Each verb is one short transaction that holds the room's row. Its counters say how many are in, how many
hold a seat and how many wait for one, so that nothing is counted on the way in. Nobody waits while a seat is
free (the database holds that), and therefore "does anybody wait, now that I am in?" tells whether I got one.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.db.models import F, FilteredRelation, Q
from django.db.models.functions import Coalesce, Greatest, Least, Now

from rooms.models import Activity, Administrator, Knock, Participant, Role, Room
from rooms.models.activity import Deed
from rooms.models.participant import (
    JOIN_LEASE,
    LEASE,
    RETURN_LEASE,
    Ending,
    ParticipantQuerySet,
    Tally,
    counts,
    free_number,
)
from rooms.models.room import RoomQuerySet
from rooms.names import name_key, split_number
from rooms.wakeup import wake_followers

TRIES = 20


@dataclass(frozen=True, slots=True)
class Admission:
    """Who asks to come in, and what the door has granted them."""

    room_id: int
    door_revision: int
    link_id: int | None
    link_version: int
    exclusive: bool
    browser: str
    name: str
    role: Role


class NotAdmitted(Exception):
    """The room is full, or the door has changed since it was read."""


class AlreadyIn(Exception):
    """This guest link is in use, or this browser is in the room."""


def admit(asked: Admission) -> Participant:
    """Take a place, and a seat if the role takes one and one is free: two statements, however many are in.

    Raises NotAdmitted and AlreadyIn; then nothing has changed.
    """
    try:
        with transaction.atomic():
            return _enter(asked, *_take_place(asked))
    except IntegrityError as error:
        raise AlreadyIn from error


def admit_administrator(room: Room, name: str, browser: str) -> None:
    """Without a link, as a moderator. Who is in already with this browser stays who they are.

    Raises NotAdmitted when the room is full.
    """
    for _attempt in range(TRIES):
        room.refresh_from_db()
        if room.is_full and sweep(room.pk) == 0:
            break
        asked = Admission(
            room_id=room.pk,
            door_revision=room.door_revision,
            link_id=None,
            link_version=1,
            exclusive=False,
            browser=browser,
            name=name,
            role=Role.MODERATOR,
        )
        try:
            admit(asked)
        except NotAdmitted:
            continue  # a door was changed meanwhile
        except AlreadyIn:
            pass
        return
    raise NotAdmitted


def renew(participant: Participant, *, connected: bool) -> bool:
    """A sign of life: of a page that is open, or only of one that was loaded. False when they are out."""
    theirs = _only(participant).present()
    if connected:
        return bool(theirs.update(lease_until=Now() + LEASE, connected_at=Coalesce("connected_at", Now())))
    return bool(theirs.update(lease_until=Greatest("lease_until", Now() + JOIN_LEASE)))


def renew_all(pks: Collection[int]) -> None:
    """A sign of life of all open pages of a process. Who is being moved just now is renewed the next time."""
    theirs = Participant.objects.present().filter(pk__in=pks).select_for_update(skip_locked=True)
    Participant.objects.filter(pk__in=theirs.values("pk")).update(
        lease_until=Now() + LEASE, connected_at=Coalesce("connected_at", Now())
    )


def await_return(pks: Collection[int]) -> None:
    """Their connections are lost: so long they may come back to the same seat."""
    theirs = Participant.objects.present().filter(pk__in=pks).select_for_update(skip_locked=True)
    Participant.objects.filter(pk__in=theirs.values("pk")).update(lease_until=Now() + RETURN_LEASE)


def leave(participant: Participant, ending: Ending = Ending.LEFT) -> None:
    with _hold(participant.room_id) as room:
        _let_go(room, _only(participant), ending)


def remove(participant: Participant, *, by: Administrator | None = None) -> None:
    """Put somebody out and keep them out for a while."""
    with _hold(participant.room_id) as room:
        Activity.objects.of_people(Deed.REMOVED, _only(participant).present(), by)
        _let_go(room, _only(participant), Ending.REMOVED)
        bar = timedelta(hours=settings.BAR_HOURS)
        Participant.objects.filter(pk=participant.pk).update(barred_until=Now() + bar)
        room.door_revision += 1


def let_back(participant: Participant, *, by: Administrator | None = None) -> None:
    """Lift the bar of somebody who was removed."""
    with transaction.atomic():
        if _only(participant).barred().update(barred_until=None):
            Activity.objects.of_people(Deed.LET_BACK, [participant], by)
            Room.objects.filter(pk=participant.room_id).recheck_doors()


def let_go(room_id: int, people: ParticipantQuerySet, ending: Ending) -> int:
    """Put these people out, and nobody else in through a door that was read before. How many they were."""
    with _hold(room_id) as room:
        people_in = room.people_in
        _let_go(room, people, ending)
        room.door_revision += 1
    return people_in - room.people_in


def regrant(room_id: int, people: ParticipantQuerySet, role: Role) -> None:
    """Those who are in through a link have its new role, save who was given one by hand."""
    with _hold(room_id) as room:
        room.door_revision += 1
        if role.may_enter:
            _grant(room, people.filter(by_hand=False), role)
        else:
            _let_go(room, people, Ending.NO_ACCESS)


def give_role(participant: Participant, role: Role, *, by: Administrator | None = None) -> None:
    """Change one person's role. It holds, whatever their link grants, until they leave."""
    with _hold(participant.room_id) as room:
        Activity.objects.of_people(Deed.GIVEN_ROLE, _only(participant).present(), by, role=role)
        _grant(room, _only(participant), role)
        _only(participant).update(by_hand=True, revision=room.revision)


def hand_over(participant: Participant, browser: str, link_version: int) -> bool:
    """The same person on another device. False when somebody else was quicker, or they are out."""
    with _hold(participant.room_id) as room:
        others = Participant.objects.filter(room=room, browser=browser).exclude(pk=participant.pk)
        _let_go(room, others, Ending.ELSEWHERE)
        theirs = _only(participant).present().filter(browser=participant.browser)
        moved = {"browser": browser, "link_version": link_version}
        lease = {"lease_until": Now() + JOIN_LEASE, "connected_at": None}
        if not theirs.update(**moved, **lease, revision=room.revision):
            return False
        _leave_trace(participant)
    participant.browser = browser
    return True


def rename(room_id: int, people: ParticipantQuerySet, name: str) -> None:
    """Those who are in through a guest link have its new name."""
    base, wanted = split_number(name)
    key = name_key(base)
    with _hold(room_id) as room:
        for participant in people.present():
            number = free_number(room_id, key, wanted, besides=participant.pk)
            named = {"name": base, "name_key": key, "number": number}
            _only(participant).update(**named, revision=room.revision)


def limit(room_id: int, quota: int | None = None, capacity: int | None = None) -> None:
    """Seats as many as a larger quota holds; a smaller one unseats nobody."""
    with _hold(room_id) as room:
        room.quota = room.quota if quota is None else quota
        room.capacity = room.capacity if capacity is None else capacity


def sweep(room_id: int) -> int:
    """Free what belongs to people who have gone without a word. How many they were."""
    gone = Participant.objects.expired().filter(room_id=room_id)
    if not gone.exists():
        return 0
    with _hold(room_id) as room:
        # Locked, lest one is renewed between the count and the end; who is renewing just now is skipped.
        pks = list(gone.select_for_update(skip_locked=True).values_list("pk", flat=True))
        _let_go(room, Participant.objects.filter(pk__in=pks), Ending.LOST)
    return len(pks)


def sweep_all() -> int:
    """Free what was left in all rooms, and forget who waited at a door and has gone."""
    Knock.objects.forgotten().delete()
    rooms = Participant.objects.expired().order_by("room").values_list("room", flat=True).distinct()
    return sum(sweep(room_id) for room_id in rooms)


def recount(room_id: int, *, fix: bool = False) -> tuple[Tally, Tally]:
    """What a room's counters say, and what is so; mended on demand."""
    with _hold(room_id) as room:
        said = Tally(people_in=room.people_in, seats_taken=room.seats_taken, waiting=room.waiting)
        so = room.participants.present().tally()
        if fix:
            room.people_in, room.seats_taken, room.waiting = so["people_in"], so["seats_taken"], so["waiting"]
    return said, so


def miscounted() -> RoomQuerySet:
    """Rooms whose counters say something else than is so: in one statement, which holds nobody up."""
    present = FilteredRelation("participants", condition=Q(participants__left_at__isnull=True))
    so = {f"{counter}_so": count for counter, count in counts("present__").items()}
    right = {counter: F(f"{counter}_so") for counter in counts()}
    return Room.objects.annotate(present=present).annotate(**so).exclude(**right)


def empty(room_id: int) -> int:
    """After its database was restored: nobody is in who was. How many they were.

    Each has left when their last sign of life ran out, and not today.
    """
    recount(room_id, fix=True)
    with _hold(room_id) as room:
        pks = list(room.participants.present().values_list("pk", flat=True))
        gone = Participant.objects.filter(pk__in=pks)
        _let_go(room, gone, Ending.LOST)
        gone.update(left_at=Least("lease_until", Now()))
    return len(pks)


TAKE_PLACE = """
    UPDATE rooms_room SET
        people_in = people_in + 1,
        seats_taken = seats_taken + %(always)s + CASE WHEN seats_taken < quota THEN %(if_free)s ELSE 0 END,
        waiting = waiting + CASE WHEN seats_taken < quota THEN 0 ELSE %(if_free)s END,
        revision = revision + 1
    WHERE id = %(room_id)s AND door_revision = %(door_revision)s AND people_in < capacity
    RETURNING waiting, revision
"""
# Presence is worth little after a crash, so that its commit need not wait for the disk.
TAKE_PLACE_POSTGRESQL = TAKE_PLACE + ", set_config('synchronous_commit', 'off', true)"


def _take_place(asked: Admission) -> tuple[Role, int | None, int]:
    """The role that they enter with, their ticket if they have to wait, and the room's revision."""
    sql = TAKE_PLACE_POSTGRESQL if connection.vendor == "postgresql" else TAKE_PLACE
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            {
                "room_id": asked.room_id,
                "door_revision": asked.door_revision,
                "always": int(asked.role is Role.MODERATOR),
                "if_free": int(asked.role.may_wait),
            },
        )
        row = cursor.fetchone()
    if row is None:
        raise NotAdmitted
    waiting, revision, *_setting = row
    downgraded = asked.role.may_wait and waiting > 0
    wake_followers(asked.room_id)
    return (Role.SPECTATOR, revision, revision) if downgraded else (asked.role, None, revision)


# A number is looked for when there is a namesake, and not before: that takes longer than all the rest.
ENTER = """
    INSERT INTO rooms_participant (
        room_id, link_id, link_version, exclusive, browser, name, name_key, number,
        granted_role, role, joined_as, by_hand, was_downgraded, ticket, revision, ending, lease_until
    ) VALUES (
        %(room_id)s, %(link_id)s, %(link_version)s, %(exclusive)s, %(browser)s,
        %(name)s, %(name_key)s, %(number)s, %(granted_role)s, %(role)s, %(role)s,
        %(by_hand)s, %(was_downgraded)s, %(ticket)s, %(revision)s, '', {lease_end}
    )
    ON CONFLICT (room_id, name_key, number) WHERE left_at IS NULL DO NOTHING
    RETURNING *
"""
LEASE_END = {
    "postgresql": f"STATEMENT_TIMESTAMP() + INTERVAL '{JOIN_LEASE.seconds} seconds'",
    "sqlite": f"STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'NOW', '+{JOIN_LEASE.seconds} seconds')",
}


def _enter(asked: Admission, role: Role, ticket: int | None, revision: int) -> Participant:
    base, wanted = split_number(asked.name)
    key = name_key(base)
    row = {
        "room_id": asked.room_id,
        "link_id": asked.link_id,
        "link_version": asked.link_version,
        "exclusive": asked.exclusive,
        "browser": asked.browser,
        "name": base,
        "name_key": key,
        "number": wanted,
        "granted_role": asked.role,
        "role": role,
        "by_hand": False,
        "was_downgraded": ticket is not None,
        "ticket": ticket,
        "revision": revision,
    }
    sql = ENTER.format(lease_end=LEASE_END[connection.vendor])
    entered = list(Participant.objects.raw(sql, row))
    if not entered:
        row["number"] = free_number(asked.room_id, key, wanted)
        entered = list(Participant.objects.raw(sql, row))
    return entered[0]


@contextmanager
def _hold(room_id: int) -> Iterator[Room]:
    """The room under its lock, at a new revision. At the end free seats are given away, counters written."""
    with transaction.atomic():
        room = Room.objects.select_for_update(no_key=True).get(pk=room_id)
        room.revision += 1
        wake_followers(room_id)
        yield room
        _give_free_seats(room)
        room.save(
            update_fields=[
                "quota", "capacity", "people_in", "seats_taken", "waiting", "revision", "door_revision"
            ]
        )  # fmt: skip


def _give_free_seats(room: Room) -> None:
    free = min(room.waiting, room.quota - room.seats_taken)
    if free > 0:
        next_in_line = list(room.participants.present().in_line()[:free])
        Participant.objects.filter(pk__in=[person.pk for person in next_in_line]).update(
            role=F("granted_role"), ticket=None, revision=room.revision
        )
        Activity.objects.of_people(Deed.SEATED, next_in_line)
        room.seats_taken += len(next_in_line)
        room.waiting -= len(next_in_line)


def _grant(room: Room, people: ParticipantQuerySet, role: Role) -> None:
    people, given = people.present(), {"granted_role": role, "revision": room.revision}
    if role.may_wait:
        people.seated().update(role=role, **given)
        people.filter(ticket__isnull=False).update(**given)
        left_over = people.filter(role=Role.SPECTATOR, ticket__isnull=True)
        room.waiting += left_over.update(ticket=room.revision, **given)
    else:
        were = people.tally()
        people.update(role=role, ticket=None, **given)
        room.seats_taken += (were["people_in"] if role.takes_seat else 0) - were["seats_taken"]
        room.waiting -= were["waiting"]


def _let_go(room: Room, people: ParticipantQuerySet, ending: Ending) -> None:
    people = people.present()
    gone = people.tally()
    people.update(left_at=Now(), ending=ending, ticket=None, revision=room.revision)
    room.people_in -= gone["people_in"]
    room.seats_taken -= gone["seats_taken"]
    room.waiting -= gone["waiting"]


def _leave_trace(participant: Participant) -> None:
    """A row by which the browser that was let go finds out where its person went."""
    gone = Participant.objects.get(pk=participant.pk)
    gone.pk = None
    gone.browser, gone.left_at, gone.ending = participant.browser, Now(), Ending.ELSEWHERE
    gone.ticket, gone.is_trace = None, True
    gone.save(force_insert=True)


def _only(participant: Participant) -> ParticipantQuerySet:
    return Participant.objects.filter(pk=participant.pk)
