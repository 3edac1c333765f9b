from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.db.models.functions import Now

from rooms.clock import LeaseTime
from rooms.models.room import Room

KNOCK_LEASE = timedelta(seconds=25)


class KnockQuerySet(models.QuerySet["Knock"]):
    def living(self) -> Self:
        """Of those whose page is open, in the order in which they came."""
        return self.filter(lease_until__gt=LeaseTime()).order_by("pk")

    def forgotten(self) -> Self:
        return self.filter(lease_until__lte=LeaseTime())

    def renew(self) -> int:
        return self.update(lease_until=Now() + KNOCK_LEASE)

    def knock(self, room_id: int, browser: str, name: str) -> None:
        """Take a place in the line at the door, or keep it."""
        theirs = self.filter(room=room_id, browser=browser)
        theirs.forgotten().delete()
        if not theirs.renew():
            self.bulk_create([Knock(room_id=room_id, browser=browser, name=name)], ignore_conflicts=True)


class Knock(models.Model):
    """Somebody at the door of a full room. In their turn they come in, if their page is still open."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="knocks", db_index=False)
    browser = models.CharField(max_length=32)
    name = models.CharField(max_length=80, blank=True)  # that a group participant has given
    lease_until = models.DateTimeField(db_default=Now() + KNOCK_LEASE)

    objects: ClassVar = KnockQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["room", "browser"], name="one_knock_a_browser"),
        ]

    def __str__(self) -> str:
        return f"knock {self.pk}"
