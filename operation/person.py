"""One person in all rooms: what is stored under their e-mail address, as a file, and its end."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from invitations.models import Import, ImportRow, Invitation, LinkWanted, Suppression
from invitations.models.imports import ImportRowQuerySet
from invitations.models.invitation import InvitationQuerySet
from invitations.models.suppression import SuppressionQuerySet
from links.models import AccessRequest, Link, LinkQuerySet
from links.models.access_request import AccessRequestQuerySet
from operation.erasing import forget_letters, forget_links, write_down
from rooms import seating
from rooms.models import Activity, Administrator, Participant
from rooms.models.activity import OF_ONE_PERSON, ActivityQuerySet
from rooms.models.participant import Ending, ParticipantQuerySet


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever has this address. Who came through a group link is known by a name only, unless they wrote."""

    email: str

    @property
    def links(self) -> LinkQuerySet[Link]:
        return Link.objects.with_addresses([self.email]).with_person()

    @property
    def letters(self) -> InvitationQuerySet:
        """Also those from before a link's address was corrected."""
        return Invitation.objects.filter(Q(link__in=self.links) | Q(recipient__iexact=self.email))

    @property
    def requests(self) -> AccessRequestQuerySet:
        return AccessRequest.objects.filter(Q(link__in=self.links) | Q(email__iexact=self.email))

    @property
    def stays(self) -> ParticipantQuerySet:
        """Through a link of their own, and with the browser with which they asked for access."""
        asked = AccessRequest.objects.filter(email__iexact=self.email)
        asked = asked.filter(link=OuterRef("link"), browser=OuterRef("browser"))
        people: ParticipantQuerySet = Participant.objects.filter(Q(link__in=self.links) | Exists(asked))
        return people.named()

    @property
    def deeds(self) -> ActivityQuerySet:
        """What was done to their links, and what tells their address though the link is another's now."""
        told = Q(before__email__iexact=self.email) | Q(after__email__iexact=self.email)
        done: ActivityQuerySet = Activity.objects.filter(Q(link__in=self.links) | told)
        return done

    @property
    def rows(self) -> ImportRowQuerySet:
        return ImportRow.objects.filter(Q(email=self.email) | Q(link__in=self.links))

    @property
    def wishes(self) -> SuppressionQuerySet:
        wishes: SuppressionQuerySet = Suppression.objects.of(self.email)
        return wishes

    @property
    def account(self) -> Administrator | None:
        return Administrator.objects.filter(email__iexact=self.email).first()

    def erase(self, *, by: Administrator) -> None:
        """Make a former guest of them, everywhere. Whoever dies on the way is to begin again.

        Room by room, for each is held while people are put out. Their wish for no letters stays: as a hash,
        or the next administrator would write to them.
        """
        LinkWanted.objects.filter(email__iexact=self.email).delete()
        Import.objects.unconfirmed().filter(rows__in=self.rows).delete()
        for room_id in sorted(self._rooms()):
            with transaction.atomic():
                self._erase_in(room_id, by)

    def _rooms(self) -> set[int]:
        theirs: list[tuple[str, QuerySet[Any]]] = [
            *(("room", found) for found in (self.links, self.requests, self.stays, self.deeds)),
            ("link__room", self.letters),
            ("of_import__room", self.rows),
        ]
        return {pk for room, found in theirs for pk in found.order_by().values_list(room, flat=True)}

    def _erase_in(self, room_id: int, by: Administrator) -> None:
        links = self.links.filter(room=room_id)
        links.kept().discard(room_id, by)
        stays = list(self.stays.filter(room=room_id))
        theirs = Participant.objects.filter(pk__in=[stay.pk for stay in stays])
        seating.let_go(room_id, theirs, Ending.NO_ACCESS)
        theirs.forget()
        self._forget_former_links(room_id)
        forget_links(room_id, list(links.values_list("pk", flat=True)))
        for link, name in {(stay.link_id, stay.shown_name) for stay in stays}:
            Activity.objects.filter(link=link, about=name, deed__in=OF_ONE_PERSON).forget()
        self.requests.filter(room=room_id).delete()
        self.rows.filter(of_import__room=room_id).forget()
        write_down(room_id, 1, by)

    def _forget_former_links(self, room_id: int) -> None:
        """What was theirs before their address was corrected, or the link became another's."""
        forget_letters(self.letters.filter(link__room=room_id))
        done = self.deeds.filter(room=room_id).exclude(link__in=self.links)
        of_others = done.exclude(about=F("link__name")).exclude(about="")
        for link_id, name in set(of_others.values_list("link", "about")):
            Activity.objects.filter(link=link_id, about=name).forget()
            Participant.objects.filter(link=link_id, name=name).forget()
        Activity.objects.filter(pk__in=list(done.values_list("pk", flat=True))).forget_details()
