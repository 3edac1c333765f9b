"""May this link open now, and if not, why."""

import enum
from datetime import datetime

from links import addresses
from links.models import Link, LinkQuerySet
from links.models.prepared import Prepared
from rooms import seating
from rooms.models import Knock, Participant
from rooms.models.participant import Ending
from rooms.seating import Admission, AlreadyIn, NotAdmitted

TRIES = 20

SOME_LINK, SOME_BROWSER = 2**62, "some browser"


def _some_door() -> LinkQuerySet[Link]:
    return Link.objects.at_the_door(SOME_BROWSER).filter(pk=SOME_LINK).order_by()


TO_COME_IN: Prepared[Link] = Prepared(lambda: _some_door()[:1])
TO_BE_GREETED: Prepared[Link] = Prepared(lambda: _some_door().with_inviter()[:1])


class Reason(enum.StrEnum):
    """Why a door is shut, in the order in which it is asked."""

    NO_ACCESS = "no_access"
    INACTIVE = "inactive"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    BARRED = "barred"
    FULL = "full"
    IN_USE = "in_use"

    @property
    def is_the_links(self) -> bool:
        """It is the link that is shut: an administrator can be asked to open it."""
        return self in (Reason.NO_ACCESS, Reason.INACTIVE, Reason.NOT_YET, Reason.EXPIRED)


class Shut(Exception):
    """Nobody comes in, for a reason that they are told; at a full room with their place in the line."""

    def __init__(self, reason: Reason, place: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place


class Unknown(Exception):
    """There is no such link: unknown, forged and deleted are one."""


def find(address: str, browser: str, door: Prepared[Link] = TO_COME_IN) -> Link:
    """The link with this address, with all that its door must know. One statement. Raises Unknown."""
    parts = addresses.read(address)
    if parts is None:
        raise Unknown
    pk, signature = parts
    link = door.first({SOME_LINK: pk, SOME_BROWSER: browser})
    genuine = addresses.is_genuine(signature, pk, link.version if link else 0)
    if link is None or not genuine:
        raise Unknown
    return link


def why_shut(link: Link, moment: datetime) -> Reason | None:
    """What keeps everybody from coming in; a full room is another question."""
    if not link.granted_role.may_enter:
        return Reason.NO_ACCESS
    if not link.is_active:
        return Reason.INACTIVE
    if link.starts_at and moment < link.starts_at:
        return Reason.NOT_YET
    if link.ends_at and moment >= link.ends_at:
        return Reason.EXPIRED
    return Reason.BARRED if link.is_barred else None


def is_full(link: Link) -> bool:
    """No place is left by those who are in and those who came to the door before.

    Asked before anybody is told so: places of those who have gone are freed first.
    """
    free_places = link.room.capacity - link.room.people_in
    return free_places <= link.ahead and free_places + seating.sweep(link.room_id) <= link.ahead


def join(
    link: Link,
    address: str,
    browser: str,
    name: str,
    *,
    take_over: bool = False,
    as_somebody_else: bool = False,
) -> Participant:
    """Come in through a link that was just found, or come back to where one was.

    Two statements when nothing stands in the way. Raises Unknown, and Shut with the reason.
    """
    for attempt in range(TRIES):
        if attempt:  # Something has changed since the door was read.
            link = find(address, browser)
        if reason := why_shut(link, link.read_at):
            raise Shut(reason)
        own = Participant.objects.filter(pk=link.own_pk).first() if link.own_pk else None
        if own and own.link_id == link.pk and (link.is_for_one or not as_somebody_else):
            return own
        if own:
            seating.leave(own, Ending.ELSEWHERE)
            continue
        try:
            return _take_over(link, browser, take_over) or _come_in(link, browser, name)
        except (NotAdmitted, AlreadyIn):
            continue
    raise Shut(Reason.FULL)


def _take_over(link: Link, browser: str, wanted: bool) -> Participant | None:
    """A guest link that is in use: the same person goes on here, if they say so or never arrived there."""
    if link.occupant_pk is None:
        return None
    if link.occupant_connected_at and not wanted:
        raise Shut(Reason.IN_USE)
    occupant = Participant.objects.get(pk=link.occupant_pk)
    if not seating.hand_over(occupant, browser, link.version):
        raise AlreadyIn
    return occupant


def _come_in(link: Link, browser: str, name: str) -> Participant:
    if is_full(link):
        Knock.objects.knock(link.room_id, browser, name)
        raise Shut(Reason.FULL, place=link.ahead + 1)
    participant = seating.admit(_admission(link, browser, name))
    if link.own_knock:
        Knock.objects.filter(pk=link.own_knock).delete()
    return participant


def _admission(link: Link, browser: str, name: str) -> Admission:
    return Admission(
        room_id=link.room_id,
        door_revision=link.room.door_revision,
        link_id=link.pk,
        link_version=link.version,
        exclusive=link.is_for_one,
        browser=browser,
        name=link.name if link.is_for_one else name,
        role=link.granted_role,
    )
