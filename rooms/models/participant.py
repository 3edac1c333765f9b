from datetime import datetime, timedelta
from typing import Any, ClassVar, Self, TypedDict

from django.db import models
from django.db.models import Case, Count, F, Max, OuterRef, Q, Value, When
from django.db.models.functions import SHA256, Concat, Now, Substr
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from rooms.clock import LeaseTime
from rooms.models.role import SEATED, Role
from rooms.models.room import Room
from rooms.names import shown

JOIN_LEASE = timedelta(seconds=30)
RETURN_LEASE = timedelta(seconds=20)
LEASE = timedelta(seconds=45)


class Tally(TypedDict):
    people_in: int
    seats_taken: int
    waiting: int


def counts(prefix: str = "") -> dict[str, Count]:
    """What each of a tally's numbers counts. The prefix leads to the participants, as in `participants__`."""
    return {
        "people_in": Count(f"{prefix}pk"),
        "seats_taken": Count(f"{prefix}pk", filter=Q(**{f"{prefix}role__in": SEATED})),
        "waiting": Count(f"{prefix}ticket"),
    }


class Ending(models.TextChoices):
    """How a participant came to be out."""

    LEFT = "left", _("left")
    LOST = "lost", _("connection lost")
    REMOVED = "removed", _("removed by an administrator")
    NO_ACCESS = "no_access", _("access withdrawn")
    DELETED = "deleted", _("link deleted")
    ELSEWHERE = "elsewhere", _("joined again as somebody else")


class ParticipantQuerySet(models.QuerySet["Participant"]):
    def present(self) -> Self:
        return self.filter(left_at__isnull=True)

    def of_browser(self, browser: str, room: int | OuterRef) -> Self:
        """Those of this browser in this room, found at once however many are in.

        The sum keeps PostgreSQL from an index by room: as long as it has not counted who is in, it takes that
        for as short a way, and reads everybody.
        """
        return self.filter(browser=browser).alias(its_room=F("room_id") + 0).filter(its_room=room)

    def seated(self) -> Self:
        return self.filter(role__in=SEATED)

    def crowd(self) -> Self:
        """Those who may moderate, then those who may speak, then the others, each as they came."""
        rank = Case(When(role=Role.MODERATOR, then=0), When(role__in=SEATED, then=1), default=2)
        return self.order_by(rank, "pk")

    def changed_since(self, revision: int) -> Self:
        """Of a room: who is in and has changed, and who has gone, after that revision of it."""
        gone = self.filter(departure__gt=revision)
        return self.present().filter(revision__gt=revision).union(gone, all=True)

    def in_line(self) -> Self:
        """Those who wait for a seat, the longest first."""
        return self.filter(ticket__isnull=False).order_by("ticket", "pk")

    def expired(self) -> Self:
        return self.present().filter(lease_until__lt=LeaseTime())

    def stays(self) -> Self:
        """Those that were somebody's time in a room, and not only a trace of it."""
        return self.filter(is_trace=False)

    def during(self, start: datetime, end: datetime) -> Self:
        """Those who were in at some time from the one up to, not including, the other."""
        left_later = Q(left_at__isnull=True) | Q(left_at__gt=start) | Q(joined_at__gte=start)
        return self.filter(left_later, joined_at__lt=end)

    def barred(self) -> Self:
        return self.filter(barred_until__gt=Now())

    def named(self) -> Self:
        """Those who are not former guests."""
        return self.exclude(name="")

    def forget(self) -> int:
        """Those of them who have left become former guests. How many rows they were.

        What their browser was called is replaced by what no browser knows, but that still tells the stays
        of one person from another's.
        """
        gone = self.filter(left_at__isnull=False).named()
        browser = Substr(_Digest(Concat(Value(_salt()), "browser")), 1, 32)
        return gone.update(name="", name_key="", number=1, browser=browser)

    def tally(self) -> Tally:
        return self.aggregate(**counts())  # type: ignore[return-value]  # the stubs know no TypedDict


class Participant(models.Model):
    """One person in a room, from the join until they leave."""

    # Indexes below begin with these columns too; one more each would only slow the join.
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="participants", db_index=False)
    link = models.ForeignKey(
        "links.Link", on_delete=models.CASCADE, related_name="participants", null=True, db_index=False
    )
    link_version = models.PositiveIntegerField(db_default=1)  # of the address that they came by
    # Through a link for one person. Kept here so that the database can hold "one guest link, one person".
    exclusive = models.BooleanField(default=False)
    browser = models.CharField(max_length=32)
    # Only tells a browser where its person went: `seating.hand_over` leaves it.
    is_trace = models.BooleanField(db_default=False)
    name = models.CharField(_("name"), max_length=80)
    name_key = models.CharField(max_length=255)
    number = models.PositiveIntegerField(db_default=1)

    granted_role = models.CharField(_("granted role"), max_length=16, choices=Role.choices)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices)
    # The role that they came in with, whatever became of it.
    joined_as = models.CharField(max_length=16, choices=Role.choices, blank=True, db_default="")
    by_hand = models.BooleanField(default=False)
    was_downgraded = models.BooleanField(db_default=False)  # on coming in
    # The room's revision at which the wait for a seat began: an order that needs no clock.
    ticket = models.PositiveBigIntegerField(null=True)

    # The room's revision at which this row changed last: by it followers find what is new. It is in no index,
    # so that PostgreSQL writes a change of somebody who is in beside the old row, and no index anew ("HOT").
    revision = models.PositiveBigIntegerField(db_default=0)

    joined_at = models.DateTimeField(_("since"), db_default=Now())
    connected_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(db_default=Now() + JOIN_LEASE)
    left_at = models.DateTimeField(null=True)
    # The revision of who is out: by it followers find them among all who ever were in.
    departure = models.GeneratedField(
        expression=Case(When(left_at__isnull=False, then=F("revision"))),
        output_field=models.PositiveBigIntegerField(null=True),
        db_persist=True,
    )
    ending = models.CharField(max_length=16, choices=Ending.choices, blank=True)
    barred_until = models.DateTimeField(null=True)

    objects: ClassVar = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        indexes: ClassVar = [
            models.Index(
                fields=["room", "ticket"], condition=Q(left_at__isnull=True), name="participant_line"
            ),
            models.Index(
                fields=["room", "departure"],
                condition=Q(departure__isnull=False),
                name="participant_departure",
            ),
            models.Index(fields=["lease_until"], condition=Q(left_at__isnull=True), name="participant_lease"),
            models.Index(fields=["room"], condition=Q(barred_until__isnull=False), name="participant_barred"),
            models.Index(fields=["link", "joined_at"], name="participant_link_joined"),
            models.Index(fields=["browser"], name="participant_browser"),
            models.Index(fields=["room", "joined_at"], name="participant_joined"),
            models.Index(
                fields=["room", "left_at"], condition=Q(left_at__isnull=False), name="participant_left"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["link"],
                condition=Q(exclusive=True, left_at__isnull=True),
                name="one_present_participant_a_guest_link",
            ),
            models.UniqueConstraint(
                fields=["room", "browser"],
                condition=Q(left_at__isnull=True),
                name="one_present_participant_a_browser",
            ),
            models.UniqueConstraint(
                fields=["room", "name_key", "number"],
                condition=Q(left_at__isnull=True),
                name="a_name_once_in_a_room",
            ),
            models.CheckConstraint(
                condition=Q(ticket__isnull=True) | Q(role=Role.SPECTATOR), name="only_spectators_wait"
            ),
        ]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        return shown(self.name, self.number)

    @property
    def place_in_line(self) -> int | None:
        """1 for who gets the next seat that falls free; None for who does not wait."""
        if self.ticket is None:
            return None
        line = Participant.objects.present().filter(room=self.room_id, ticket__isnull=False)
        return line.filter(Q(ticket__lt=self.ticket) | Q(ticket=self.ticket, pk__lt=self.pk)).count() + 1

    @property
    def present_role(self) -> Role:
        return Role(self.role)

    @property
    def promised_role(self) -> Role:
        return Role(self.granted_role)

    @property
    def is_present(self) -> bool:
        return self.left_at is None

    @property
    def is_downgraded(self) -> bool:
        return self.is_present and self.ticket is not None


class _Digest(SHA256):
    """Django's, without the extension that PostgreSQL needed for it before it had its own."""

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "ENCODE(SHA256(CONVERT_TO(%(expressions)s, 'UTF8')), 'hex')"
        return self.as_sql(compiler, connection, template=template, **context)


def _salt() -> str:
    return salted_hmac("rooms.former", "browser", algorithm="sha256").hexdigest()


def free_number(room_id: int, name_key: str, wanted: int, besides: int = 0) -> int:
    """The wanted number for a name, or the next free one. Exact under the room's lock only."""
    namesakes = Participant.objects.present().filter(room=room_id, name_key=name_key).exclude(pk=besides)
    numbers = namesakes.aggregate(taken=Count("pk", filter=Q(number=wanted)), last=Max("number"))
    return int(numbers["last"]) + 1 if numbers["taken"] else wanted
