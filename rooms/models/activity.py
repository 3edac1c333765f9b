from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms import clock
from rooms.models.administrator import Administrator
from rooms.models.participant import Participant
from rooms.models.room import Room
from rooms.models.without import Without

UNDO_FOR = timedelta(days=30)


class Deed(models.TextChoices):
    """What was done, or happened. Who came and went is in `Participant`, and not said again."""

    ADDED = "added", _("added")
    IMPORTED = "imported", _("imported")
    UNIMPORTED = "unimported", _("import undone")
    EDITED = "edited", _("edited")
    SWITCHED = "switched", _("switched on or off")
    ROLE = "role", _("role changed")
    WINDOW = "window", _("dates changed")
    ADDRESS = "address", _("address replaced")
    DELETED = "deleted", _("deleted")
    UNDONE = "undone", _("undone")

    SETTINGS = "settings", _("settings changed")
    SHARED = "shared", _("administrator added")
    UNSHARED = "unshared", _("administrator removed")

    SEATED = "seated", _("given a seat")
    GIVEN_ROLE = "given_role", _("given another role")
    REMOVED = "removed", _("removed")
    PUT_OUT = "put_out", _("all removed")
    LET_BACK = "let_back", _("let back in")

    MAILED = "mailed", _("mailed")
    DELIVERED = "delivered", _("delivered")
    NOT_ARRIVED = "not_arrived", _("not arrived")
    COMPLAINED = "complained", _("reported as spam")
    UNWANTED = "unwanted", _("letters refused")
    UNSENT = "unsent", _("not sent")

    FORGOTTEN = "forgotten", _("became former guests")


PEOPLE = (Deed.SEATED, Deed.GIVEN_ROLE, Deed.REMOVED, Deed.PUT_OUT, Deed.LET_BACK)
LETTERS = (Deed.MAILED, Deed.DELIVERED, Deed.NOT_ARRIVED, Deed.COMPLAINED, Deed.UNWANTED, Deed.UNSENT)
OF_ONE_PERSON = (Deed.SEATED, Deed.GIVEN_ROLE, Deed.REMOVED, Deed.LET_BACK)
PERSONAL = ("name", "email", "note", "reason")  # of what `before` and `after` hold; servers quote addresses
CHANGES_OF_LINKS = (Deed.EDITED, Deed.SWITCHED, Deed.ROLE, Deed.WINDOW, Deed.DELETED, Deed.UNIMPORTED)


class ActivityQuerySet(models.QuerySet["Activity"]):
    def whole(self) -> Self:
        """Each deed once, and not again for each link that it changed."""
        return self.filter(part_of__isnull=True)

    def undoable(self) -> Self:
        """Changes of links, for 30 days, once."""
        of_many = Q(link__isnull=True, deed__in=CHANGES_OF_LINKS)
        of_one = Q(link__isnull=False, before__isnull=False) & ~Q(deed=Deed.UNDONE)
        return self.filter(of_many | of_one, undone_at__isnull=True, at__gt=Now() - UNDO_FOR)

    def changes(self) -> Self:
        """Those that say what one link was before."""
        return self.filter(link__isnull=False, before__isnull=False)

    def forget(self) -> None:
        """What was done and when stays, to whom is gone."""
        self.update(about="", before=Without("before", PERSONAL), after=Without("after", PERSONAL))

    def forget_details(self) -> None:
        """But what they are called."""
        self.update(before=Without("before", PERSONAL), after=Without("after", PERSONAL))

    def of_people(
        self, deed: Deed, people: Iterable[Participant], by: Administrator | None = None, **after: Any
    ) -> None:
        """Write down what became of participants."""
        self.bulk_create(
            Activity(
                room_id=person.room_id,
                link_id=person.link_id,
                deed=deed,
                by=by,
                about=person.shown_name,
                after=after,
            )
            for person in people
        )

    def of_new(self, links: Iterable[Any], by: Administrator, part_of: "Activity") -> None:
        """Write down that links were added, all in one go."""
        now = clock.read()
        self.bulk_create(
            Activity(
                room_id=link.room_id,
                link_id=link.pk,
                part_of_id=part_of.pk,
                deed=Deed.ADDED,
                by_id=by.pk,
                about=str(link),
                at=now,
            )
            for link in links
        )

    def of_settings(self, room_id: int, values: dict[str, Any], by: Administrator | None) -> None:
        """Write down which of a room's settings these values change: before they do, under its lock."""
        room = Room.objects.select_for_update(no_key=True).get(pk=room_id)
        before = {name: getattr(room, name) for name, value in values.items() if getattr(room, name) != value}
        if before:
            after = {name: values[name] for name in before}
            self.create(room=room, deed=Deed.SETTINGS, by=by, before=before, after=after)


class Activity(models.Model):
    """One thing that was done in a room: written in the transaction of the change."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="activity", db_index=False)
    link = models.ForeignKey(
        "links.Link", on_delete=models.CASCADE, related_name="activity", null=True, db_index=False
    )
    # Of a change of many links: that change, which stands for all of them.
    part_of = models.ForeignKey("self", on_delete=models.CASCADE, related_name="parts", null=True)
    deed = models.CharField(max_length=16, choices=Deed.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    about = models.CharField(max_length=255, blank=True)  # whom or what, as it was called then
    number = models.PositiveIntegerField(default=1)  # of links
    # Of a change of one link, or of the room, the fields that it changed: what they were, and became.
    before = models.JSONField(null=True)
    after = models.JSONField(default=dict)
    at = models.DateTimeField(db_default=Now())
    undone_at = models.DateTimeField(null=True)

    objects: ClassVar = ActivityQuerySet.as_manager()

    class Meta:
        verbose_name = _("activity")
        verbose_name_plural = _("activity")
        indexes: ClassVar = [
            models.Index(fields=["room", "at"], condition=Q(part_of__isnull=True), name="activity_of_room"),
            models.Index(fields=["link", "at"], condition=Q(link__isnull=False), name="activity_of_link"),
        ]

    def __str__(self) -> str:
        return f"{self.get_deed_display()}: {self.about}"

    @property
    def is_undoable(self) -> bool:
        """As `undoable` says it of many."""
        if self.undone_at or self.at <= timezone.now() - UNDO_FOR:
            return False
        if self.link_id is None:
            return self.deed in CHANGES_OF_LINKS
        return self.before is not None and self.deed != Deed.UNDONE
