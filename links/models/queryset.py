from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.apps import apps
from django.db import models
from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    FilteredRelation,
    Max,
    OrderBy,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils import timezone

from links.models.change import change
from rooms.clock import Moment, Now
from rooms.models import Activity, Administrator, Knock, Participant, Role
from rooms.models.activity import Deed

if TYPE_CHECKING:
    from links.models.link import Link

LAST = 2**63 - 1
# The states of a letter that did not reach its guest. Letters live a floor above: known here by name only.
NOT_ARRIVED = ("failed", "rejected", "bounced")
Kind = TypeVar("Kind", bound="Link")


class LinkQuerySet(models.QuerySet[Kind]):
    def kept(self) -> Self:
        return self.filter(deleted_at__isnull=True)

    def managed_by(self, administrator: Administrator) -> Self:
        return self.kept().filter(room__administrators=administrator)

    def living(self, moment: Moment) -> Self:
        """Those whose address is worth a letter: it opens now or later."""
        return self.kept().usable().filter(_ends_after(moment))

    def search(self, words: str) -> Self:
        fields = ("name", "email", "description", "label")
        matches = (Q(**{f"{field}__icontains": words}) for field in fields)
        return self.filter(Q(*matches, _connector=Q.OR)) if words else self

    def with_person(self) -> Self:
        """Guest links that still say whose they are: not those of former guests."""
        return self.filter(kind="guest").exclude(email="")

    def over_by(self, moment: datetime) -> Self:
        """Those that ended or were deleted by then. One without an end is over when it is deleted."""
        return self.filter(Q(ends_at__lte=moment) | Q(deleted_at__lte=moment))

    def usable(self) -> Self:
        """On, and for who may enter."""
        return self.filter(is_active=True).exclude(role=Role.NO_ACCESS)

    def open_at(self, moment: Moment) -> Self:
        """Those whose door is not shut then, whoever is in: what `door.why_shut` says of one."""
        return self.living(moment).filter(Q(starts_at__isnull=True) | Q(starts_at__lte=moment))

    def scheduled_at(self, moment: datetime) -> Self:
        return self.usable().filter(starts_at__gt=moment)

    def expired_at(self, moment: datetime) -> Self:
        return self.usable().filter(ends_at__lte=moment)

    def inactive(self) -> Self:
        """Switched off; but those without access are named by that, as at the door."""
        return self.filter(is_active=False).exclude(role=Role.NO_ACCESS)

    def without_access(self) -> Self:
        return self.filter(role=Role.NO_ACCESS)

    def not_arrived(self) -> Self:
        """Those whose newest letter did not reach its guest."""
        # The few with a lost letter are found once, by a question that PostgreSQL cannot take into its own.
        # The sum keeps it from reading all letters from the newest on. It may have counted none of them yet.
        letters: Any = apps.get_model("invitations", "Invitation").objects
        lost = letters.filter(state__in=NOT_ARRIVED).order_by().values("link")
        newest = letters.filter(link=OuterRef("pk")).order_by((F("pk") + 0).desc()).values("state")[:1]
        was_lost = Case(When(pk__in=lost, then=True), default=False)
        links = self.alias(was_lost=was_lost, letter_state=Subquery(newest))
        return links.filter(was_lost=True, letter_state__in=NOT_ARRIVED)

    def never_joined(self) -> Self:
        return self.filter(~Exists(Participant.objects.filter(link=OuterRef("pk"))))

    def with_addresses(self, emails: Collection[str]) -> Self:
        """Those to these e-mail addresses, which are given in small letters."""
        return self.alias(address_key=Lower("email")).filter(Q(address_key__in=emails))

    def discard(self, room_id: int, by: Administrator | None, part_of: Activity | None = None) -> int:
        """Delete these links of one room, as `Link.discard` does one. How many they were."""
        now = timezone.now()
        gone = change(
            self.kept(), room_id, Deed.DELETED, lambda _link: {"deleted_at": now}, by=by, part_of=part_of
        )
        return len(gone)

    def by_age(self, *, falling: bool = False) -> Self:
        """The newest first; falling, the oldest."""
        return self.order_by("pk" if falling else "-pk")

    def by_name(self, *, falling: bool = False) -> Self:
        """By what stands in the list: the name, or the label, or else the description."""
        shown = Coalesce(NullIf("name", Value("")), NullIf("label", Value("")), "description")
        return self._ordered(Lower(shown), falling)

    def by_role(self, *, falling: bool = False) -> Self:
        """Who may most first."""
        ranks = (When(role=role, then=rank) for rank, role in enumerate(Role))
        return self._ordered(Case(*ranks, output_field=models.IntegerField()), falling)

    def by_opening(self, *, falling: bool = False) -> Self:
        """No start: from ever."""
        return self._ordered(F("starts_at"), falling, none_is_last=False)

    def by_closing(self, *, falling: bool = False) -> Self:
        """No end: for ever."""
        return self._ordered(F("ends_at"), falling, none_is_last=True)

    def by_last_join(self, *, falling: bool = False) -> Self:
        """The longest ago first, and before them those who never came."""
        came = Participant.objects.filter(link__isnull=False).order_by().values("link")
        return self._ordered(Case(When(pk__in=came, then=_last_join())), falling, none_is_last=False)

    def by_presence(self, *, falling: bool = False) -> Self:
        """The emptiest first."""
        # Few are in: those are found once, and only theirs are counted.
        present = Participant.objects.present().filter(link__isnull=False).order_by().values("link")
        return self._ordered(Case(When(pk__in=present, then=_people_in()), default=0), falling)

    def _ordered(self, key: Any, falling: bool, *, none_is_last: bool | None = None) -> Self:
        """The newest first among equals."""
        if none_is_last is None:
            return self.order_by(OrderBy(key, descending=falling), "-pk")
        is_last = none_is_last is not falling
        return self.order_by(
            OrderBy(key, descending=falling, nulls_last=is_last or None, nulls_first=not is_last or None),
            "-pk",
        )

    def as_rows(self, pks: Collection[int]) -> "list[Kind]":
        """These, in this order, with all that their rows in a list show."""
        rows = self.with_presence().select_related("room").prefetch_related("invitations").in_bulk(pks)
        return [rows[pk] for pk in pks if pk in rows]

    def with_presence(self) -> Self:
        """Adds `people_in` and `last_joined_at`, for a list."""
        return self.annotate(people_in=_people_in(), last_joined_at=_last_join())

    def at_the_door(self, browser: str) -> Self:
        """Adds all that a door must know, in one statement: its room, who is in, and who is barred.

        `read_at` is when that was, by the clock of the database, which is the same for all processes,
        `occupant` is who is in through this guest link, `own` who is in the room with this browser,
        `own_knock` this browser's place at the door of a full room, and `ahead` how many came before.
        """
        through_it = Participant.objects.barred().filter(link=OuterRef("pk"), exclusive=True)
        theirs = Participant.objects.of_browser(browser, OuterRef("room"))
        # In words that no partial index has, which PostgreSQL would take for almost empty.
        is_in = Case(When(left_at__isnull=True, then=True), default=False)
        own = theirs.alias(is_in=is_in).filter(is_in=True).order_by()
        knocks = Knock.objects.filter(room=OuterRef("room"))
        earlier = knocks.living().order_by().filter(pk__lt=Coalesce(OuterRef("own_knock"), LAST))
        ahead = earlier.values("room").annotate(number=Count("pk")).values("number")
        return (
            self.kept()
            .exclude(kind="guest", email="")
            .select_related("room")
            .annotate(
                read_at=Now(),
                is_barred=Exists(theirs.barred().filter(exclusive=False))
                | (Q(kind="guest") & Exists(through_it)),
                occupant=FilteredRelation(
                    "participants",
                    condition=Q(participants__left_at__isnull=True, participants__exclusive=True),
                ),
                occupant_pk=F("occupant__pk"),
                occupant_connected_at=F("occupant__connected_at"),
                own_pk=Subquery(own.values("pk")),
                own_link=Subquery(own.values("link")),
                own_knock=Subquery(knocks.filter(browser=browser).values("pk")),
                ahead=Coalesce(Subquery(ahead), 0),
            )
        )

    def with_inviter(self) -> Self:
        """Adds `inviter`: the name of who wrote to the guest last, else of who made the link."""
        letters: LinkQuerySet[Link] = LinkQuerySet(self.model).filter(pk=OuterRef("pk"))
        writers = letters.filter(invitations__sent_by__name__gt="").order_by("-invitations__pk")
        writer = Subquery(writers.values("invitations__sent_by__name")[:1])
        return self.annotate(inviter=Coalesce(writer, F("created_by__name"), Value("")))


def _ends_after(moment: Moment) -> Q:
    return Q(ends_at__isnull=True) | Q(ends_at__gt=moment)


def _people_in() -> Coalesce:
    present = Participant.objects.present().filter(link=OuterRef("pk")).order_by()
    return Coalesce(Subquery(present.values("link").annotate(number=Count("pk")).values("number")), 0)


def _last_join() -> Subquery:
    theirs = Participant.objects.filter(link=OuterRef("pk")).order_by()
    return Subquery(theirs.values("link").annotate(last=Max("joined_at")).values("last"))
