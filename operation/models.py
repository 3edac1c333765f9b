from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import ExpressionWrapper, F
from django.db.models.functions import Now
from django.utils import timezone

SILENT_AFTER = 4  # heartbeats without a sign of life: two minutes
FORGOTTEN_AFTER = timedelta(hours=1)


class Part(models.TextChoices):
    """Who gives signs of life."""

    BEAT = "beat"
    WORKER = "worker"
    STANDBY = "standby"  # of each of beat's tasks: when a worker did it in beat's stead


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def note(self, part: Part, name: str = "") -> None:
        """A sign of life, now."""
        sign = Heartbeat(part=part, name=name, seen_at=Now(), clock=timezone.now())
        self.bulk_create(
            [sign],
            update_conflicts=True,
            unique_fields=["part", "name"],
            update_fields=["seen_at", "clock"],
        )

    def take(self, part: Part, name: str, pause: timedelta) -> bool:
        """True for one caller, and for nobody else until the pause is over."""
        news = {"seen_at": Now(), "clock": timezone.now()}
        mine = self.filter(part=part, name=name, seen_at__lte=Now() - pause).update(**news)
        return bool(mine) or self.get_or_create(part=part, name=name, defaults=news)[1]

    def fresh(self, heartbeats: float = SILENT_AFTER) -> Self:
        """Seen within the last so many heartbeats."""
        return self.filter(seen_at__gt=Now() - timedelta(seconds=heartbeats * settings.HEARTBEAT))

    def silent(self) -> Self:
        return self.exclude(pk__in=self.fresh().values("pk"))

    def age(self) -> timedelta | None:
        """How long ago the last was, by the database's clock alone."""
        age = ExpressionWrapper(Now() - F("seen_at"), output_field=models.DurationField())
        return self.annotate(age=age).order_by("age").values_list("age", flat=True).first()

    def forget_workers(self) -> None:
        """Those that ended without a word, long ago."""
        self.filter(part=Part.WORKER, seen_at__lt=Now() - FORGOTTEN_AFTER).delete()


class Heartbeat(models.Model):
    """When a part of Foyer was last seen, by the database's clock, and what its own clock said then."""

    part = models.CharField(max_length=8, choices=Part.choices)
    name = models.CharField(max_length=255, blank=True)
    seen_at = models.DateTimeField(db_default=Now())
    clock = models.DateTimeField()

    objects: ClassVar = HeartbeatQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["part", "name"], name="one_heartbeat_of_each"),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.name}".strip()

    @property
    def is_ahead_by(self) -> timedelta:
        """Its clock against the database's."""
        return self.clock - self.seen_at
