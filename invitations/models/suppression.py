import hashlib
import hmac
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from rooms.models import Room


def address_hash(email: str, key: str) -> str:
    """What is kept of an address that wants no letters: its HMAC-SHA-256 (RFC 2104), letter case apart."""
    return hmac.digest(key.encode(), b"suppression:" + email.strip().lower().encode(), hashlib.sha256).hex()


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    def of(self, email: str) -> Self:
        """All wishes of this address."""
        keys = [settings.LINK_KEY, *settings.LINK_KEY_FALLBACKS]
        return self.filter(address_hash__in=[address_hash(email, key) for key in keys])

    def add(self, email: str, room: Room | None) -> None:
        """Once, however often it is said."""
        wish = Suppression(address_hash=address_hash(email, settings.LINK_KEY), room=room)
        self.bulk_create([wish], ignore_conflicts=True)

    def forbid(self, email: str, room: Room | int) -> bool:
        """Whether this address wants no letter about this room."""
        return self.of(email).filter(Q(room=room) | Q(room=None)).exists()


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
