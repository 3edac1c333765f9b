from collections.abc import Iterable
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from links.addresses import digests
from rooms.models import Room

BATCH = 500  # hashes in one question


def hashes_of(email: str) -> list[str]:
    """What is kept of an address that wants no letters, by today's key and by those before it."""
    return [digest.hex() for digest in digests(f"suppression:{email.strip().lower()}")]


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def of(self, email: str) -> Self:
        """All wishes of this address."""
        return self.filter(address_hash__in=hashes_of(email))

    def about(self, room: Room | int) -> Self:
        return self.filter(Q(room=room) | Q(room=None))

    def forbid(self, email: str, room: Room | int) -> bool:
        """Whether this address wants no letter about this room."""
        return self.of(email).about(room).exists()

    def about_any(self, letters: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
        """Those of these pairs of address and room of which the address wants no letter about the room."""
        hashes = {pair: hashes_of(pair[0]) for pair in letters}
        every = [digest for theirs in hashes.values() for digest in theirs]
        wishes = set(self.filter(address_hash__in=every).values_list("address_hash", "room"))
        return {
            (email, room)
            for (email, room), theirs in hashes.items()
            if any((digest, about) in wishes for digest in theirs for about in (room, None))
        }

    def among(self, emails: Iterable[str], room: Room | int) -> set[str]:
        """Those of these addresses that want no letter about this room."""
        hashes = {digest: email for email in emails for digest in hashes_of(email)}
        found: set[str] = set()
        said = list(hashes)
        for start in range(0, len(said), BATCH):
            theirs = self.about(room).filter(address_hash__in=said[start : start + BATCH])
            found |= {hashes[digest] for digest in theirs.values_list("address_hash", flat=True)}
        return found

    def add(self, email: str, room: Room | int | None) -> bool:
        """Once, however often it is said: False when it was said before."""
        room_id = room.pk if isinstance(room, Room) else room
        about: dict[str, Any] = {"room_id": room_id}
        _wish, is_new = self.get_or_create(address_hash=hashes_of(email)[0], **about)
        return is_new


class Suppression(models.Model):
    """A guest's wish for no more letters: about one room, or, without a room, from anybody here."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, null=True, related_name="suppressions")
    address_hash = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    objects: ClassVar = SuppressionQuerySet.as_manager()

    class Meta:
        verbose_name = _("wish for no letters")
        verbose_name_plural = _("wishes for no letters")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["address_hash", "room"], condition=Q(room__isnull=False), name="one_wish_about_a_room"
            ),
            models.UniqueConstraint(
                fields=["address_hash"], condition=Q(room__isnull=True), name="one_wish_about_all_rooms"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address_hash[:8]}… ({self.room or _('anybody here')})"
