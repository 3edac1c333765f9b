import zoneinfo
from collections.abc import Iterator
from typing import ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from rooms.models.administrator import Administrator

LONGEST_KEPT = 36_500  # days


def validate_time_zone(name: str) -> None:
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(name)s” is not an IANA time zone."), params={"name": name})


class RoomQuerySet(models.QuerySet["Room"]):
    def managed_by(self, administrator: Administrator) -> Self:
        return self.filter(administrators=administrator)

    def search(self, words: str) -> Self:
        return self.filter(name__icontains=words) if words else self

    def by_days_kept(self) -> Iterator[tuple[Self, int]]:
        """The rooms that forget people, in groups of those that do so after as many days."""
        if settings.RETENTION_DAYS:
            yield self.filter(forgets=Room.Forgets.SITE), settings.RETENTION_DAYS
        by_themselves = self.filter(forgets=Room.Forgets.DAYS)
        for days in set(by_themselves.order_by().values_list("forgets_after", flat=True)):
            yield by_themselves.filter(forgets_after=days), days

    def recheck_doors(self) -> None:
        """Whoever read a door before this has to read it again before they come in."""
        self.update(door_revision=F("door_revision") + 1, revision=F("revision") + 1)

    def look_again(self) -> None:
        """Open pages of these rooms have something new to show."""
        self.update(revision=F("revision") + 1)


class Room(models.Model):
    """A conference room: its limits, and its exact count of who is in."""

    class Forgets(models.TextChoices):
        """When guests whose link is over become former guests."""

        SITE = "site", _("as this site does")
        DAYS = "days", _("after so many days")
        NEVER = "never", pgettext_lazy("erased", "never")

    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(
        _("description"), max_length=2000, blank=True, help_text=_("For those who enter.")
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        validators=[validate_time_zone],
        help_text=_("Dates of this room's links are entered and shown in it."),
    )
    quota = models.PositiveIntegerField(
        _("quota"), default=25, help_text=_("Seats for people who may speak.")
    )
    capacity = models.PositiveIntegerField(
        _("capacity"), default=100, help_text=_("Everybody who is in."), validators=[MinValueValidator(1)]
    )
    note = models.TextField(
        _("personal note"), max_length=1000, blank=True, help_text=_("Stands in the letters to all guests.")
    )
    reminds_a_day_before = models.BooleanField(_("a day before the start"), default=False)
    reminds_an_hour_before = models.BooleanField(_("an hour before the start"), default=False)
    forgets = models.CharField(
        _("former guests"),
        max_length=8,
        choices=Forgets.choices,
        default=Forgets.SITE,
        db_default=Forgets.SITE,
    )
    forgets_after = models.PositiveIntegerField(
        _("days"),
        default=90,
        db_default=90,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_KEPT)],
    )
    administrators = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="rooms")
    created_at = models.DateTimeField(auto_now_add=True)

    # Kept by seating.py, under this row's lock.
    seats_taken = models.PositiveIntegerField(default=0, editable=False)
    people_in = models.PositiveIntegerField(default=0, editable=False)
    waiting = models.PositiveIntegerField(default=0, editable=False)
    revision = models.PositiveBigIntegerField(default=0, editable=False)
    door_revision = models.PositiveBigIntegerField(default=0, editable=False)

    objects: ClassVar = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quota__lte=F("capacity")),
                name="quota_within_capacity",
                violation_error_message=_("The quota cannot be larger than the capacity."),
            ),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="room_for_one_at_least"),
            models.CheckConstraint(
                condition=Q(seats_taken__gte=0, people_in__gte=0, waiting__gte=0),
                name="counters_never_negative",
            ),
            models.CheckConstraint(
                condition=Q(people_in__gte=F("seats_taken") + F("waiting")), name="who_sits_or_waits_is_in"
            ),
            models.CheckConstraint(
                condition=Q(waiting=0) | Q(seats_taken__gte=F("quota")),
                name="nobody_waits_beside_a_free_seat",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def days_kept(self) -> int | None:
        """How long after a link's end its guest has a name; None: for ever."""
        if self.forgets == self.Forgets.DAYS:
            return self.forgets_after
        return (settings.RETENTION_DAYS or None) if self.forgets == self.Forgets.SITE else None

    @property
    def is_full(self) -> bool:
        return self.people_in >= self.capacity
