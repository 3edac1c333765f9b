from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models, transaction
from django.db.models import Count, Exists, F, FilteredRelation, Max, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Lower
from django.utils import timezone

from rooms import seating
from rooms.models import Administrator, Knock, Participant, Role, Room
from rooms.models.participant import Ending

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

    def living(self, moment: datetime) -> Self:
        """Those whose address is worth a letter: it opens now or later."""
        ends_later = Q(ends_at__isnull=True) | Q(ends_at__gt=moment)
        return self.kept().filter(ends_later, is_active=True).exclude(role=Role.NO_ACCESS)

    def open_at(self, moment: datetime) -> Self:
        """Those whose door is not shut then, whoever is in: what `door.why_shut` says of one."""
        return self.living(moment).filter(Q(starts_at__isnull=True) | Q(starts_at__lte=moment))

    def search(self, words: str) -> Self:
        fields = ("name", "email", "description", "label")
        matches = (Q(**{f"{field}__icontains": words}) for field in fields)
        return self.filter(Q(*matches, _connector=Q.OR)) if words else self

    def not_arrived(self) -> Self:
        """Those whose newest letter did not reach its guest."""
        letters: LinkQuerySet[Link] = (
            LinkQuerySet(self.model).filter(pk=OuterRef("pk")).order_by("-invitations__pk")
        )
        newest = Subquery(letters.values("invitations__state")[:1])
        return self.alias(letter_state=newest).filter(letter_state__in=NOT_ARRIVED)

    def with_addresses(self, emails: Collection[str]) -> Self:
        """Those to these e-mail addresses, which are given in small letters."""
        return self.alias(address_key=Lower("email")).filter(Q(address_key__in=emails))

    def discard(self, room_id: int) -> int:
        """Delete these links of one room, as `Link.discard` does one. How many they were."""
        with transaction.atomic():
            number = self.kept().filter(room=room_id).update(deleted_at=timezone.now())
            Room.objects.filter(pk=room_id).recheck_doors()
            seating.let_go(room_id, Participant.objects.filter(link__in=self), Ending.DELETED)
        return number

    def with_presence(self) -> Self:
        """Adds `people_in` and `last_joined_at`, for a list."""
        theirs = Participant.objects.filter(link=OuterRef("pk")).order_by()
        present = theirs.present().values("link").annotate(number=Count("pk")).values("number")
        last = theirs.values("link").annotate(last=Max("joined_at")).values("last")
        return self.annotate(people_in=Coalesce(Subquery(present), 0), last_joined_at=Subquery(last))

    def at_the_door(self, browser: str) -> Self:
        """Adds all that a door must know, in one statement: its room, who is in, and who is barred.

        `occupant` is who is in through this guest link, `own` who is in the room with this browser,
        `own_knock` this browser's place at the door of a full room, and `ahead` how many came before.
        `inviter` is the name of who wrote to the guest last, else of who made the link.
        """
        through_it = Q(link=OuterRef("pk"), exclusive=True)
        barred = Participant.objects.barred().filter(
            through_it | Q(room=OuterRef("room"), browser=browser, exclusive=False)
        )
        knocks = Knock.objects.filter(room=OuterRef("room"))
        earlier = knocks.living().order_by().filter(pk__lt=Coalesce(OuterRef("own_knock"), LAST))
        letters: LinkQuerySet[Link] = LinkQuerySet(self.model).filter(pk=OuterRef("pk"))
        writers = letters.filter(invitations__sent_by__name__gt="").order_by("-invitations__pk")
        ahead = earlier.values("room").annotate(number=Count("pk")).values("number")
        return (
            self.kept()
            .select_related("room")
            .annotate(
                is_barred=Exists(barred),
                occupant=FilteredRelation(
                    "participants",
                    condition=Q(participants__left_at__isnull=True, participants__exclusive=True),
                ),
                occupant_pk=F("occupant__pk"),
                occupant_connected_at=F("occupant__connected_at"),
                own=FilteredRelation(
                    "room__participants",
                    condition=Q(
                        room__participants__left_at__isnull=True, room__participants__browser=browser
                    ),
                ),
                own_pk=F("own__pk"),
                own_link=F("own__link"),
                own_knock=Subquery(knocks.filter(browser=browser).values("pk")),
                ahead=Coalesce(Subquery(ahead), 0),
                inviter=Coalesce(
                    Subquery(writers.values("invitations__sent_by__name")[:1]),
                    F("created_by__name"),
                    Value(""),
                ),
            )
        )
