import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.models.link import Link
from rooms.clock import Now
from rooms.models import Activity, Administrator, Participant, Room
from rooms.models.activity import UNDO_FOR

KEPT_UNCONFIRMED = timedelta(days=1)


class BulkChangeQuerySet(models.QuerySet["BulkChange"]):
    def of(self, administrator: Administrator) -> Self:
        """Their own, in rooms that are theirs still: another's does not exist."""
        return self.filter(by=administrator, room__administrators=administrator)

    def forgotten(self) -> Self:
        """Those that nobody confirmed, and those that are too old to be taken back."""
        now = timezone.now()
        unconfirmed = Q(state=BulkChange.State.DRAFT, created_at__lt=now - KEPT_UNCONFIRMED)
        return self.filter(unconfirmed | Q(state=BulkChange.State.DONE, ended_at__lt=now - UNDO_FOR))

    def claim(self, actions: Iterable[str]) -> "BulkChange | None":
        """Lease one that is due to the caller. If the caller dies, it falls due again."""
        mine = uuid.uuid4()
        due = self.filter(due_at__lte=Now(), action__in=list(actions)).order_by("due_at", "pk")
        # The time is asked again where the row is written, so that of two callers one gets it.
        self.filter(pk__in=due.values("pk")[:1], due_at__lte=Now()).update(claim=mine, due_at=_lease_end())
        return self.filter(claim=mine).select_related("by", "activity", "undoes").first()


class BulkChange(models.Model):
    """The same done to many links of a room: first a question, then the work, then what came of it."""

    class Action(models.TextChoices):
        SWITCH_ON = "switch_on", _("Switch on")
        SWITCH_OFF = "switch_off", _("Switch off")
        ROLE = "role", _("Role")
        DATES = "dates", _("Dates")
        EXPIRE = "expire", _("Expire now")
        DELETE = "delete", _("Delete")
        UNDO = "undo", _("Undo")
        RESEND = "resend", _("Resend")  # letters live a floor above: known here by name only

    class State(models.TextChoices):
        DRAFT = "draft", _("not confirmed")
        RUNNING = "running", _("running")
        DONE = "done", _("done")

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="bulk_changes")
    kind = models.CharField(max_length=8, choices=Link.Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    action = models.CharField(max_length=16, choices=Action.choices)
    values = models.JSONField(default=dict)  # the fields' new values, as `change.plain` writes them
    removes_people = models.BooleanField(default=False)
    # The links that were meant, in the moment of the press: whatever is added or found later is not one.
    chosen = models.JSONField(default=list)
    number = models.PositiveIntegerField()
    is_by_hand = models.BooleanField(default=False)  # each of them was ticked, and not all that was found
    query = models.TextField(blank=True)  # of the list in which they were chosen

    # How far it is: of `through` links so many were changed, so many were so already, and the rest failed.
    through = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    same = models.PositiveIntegerField(default=0)

    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    # Schedule and lease in one; empty when there is nothing to do.
    due_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    activity = models.OneToOneField(
        Activity, on_delete=models.SET_NULL, null=True, related_name="bulk_change"
    )
    # Of an undo: what is taken back.
    undoes = models.ForeignKey(Activity, on_delete=models.CASCADE, null=True, related_name="+")

    objects: ClassVar = BulkChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of many links")
        verbose_name_plural = _("changes of many links")
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="bulk_change_due"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="running", due_at__isnull=False)
                | (~Q(state="running") & Q(due_at__isnull=True)),
                name="a_bulk_change_is_due_while_it_runs",
            ),
            models.CheckConstraint(
                condition=Q(through__lte=F("number")) & Q(through__gte=F("changed") + F("same")),
                name="a_bulk_change_counts_each_link_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()}: {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE

    @property
    def failed(self) -> int:
        return self.through - self.changed - self.same

    @property
    def percent(self) -> int:
        return 100 * self.through // self.number if self.number else 100

    @property
    def can_be_undone(self) -> bool:
        return bool(self.is_done and self.activity and self.activity.undone_at is None and not self.undoes_id)

    @property
    def people_in(self) -> int:
        """How many are in the room through these links."""
        through = Participant.objects.present().filter(room=self.room_id, link__isnull=False)
        chosen = set(self.chosen)
        return sum(link in chosen for link in through.values_list("link", flat=True))

    def start(self, **values: Any) -> bool:
        """Have it done, once: False when it was confirmed before, and then nothing has changed."""
        drafts = BulkChange.objects.filter(pk=self.pk, state=self.State.DRAFT)
        return bool(drafts.update(state=self.State.RUNNING, due_at=Now(), confirmed_at=Now(), **values))

    def hold(self) -> bool:
        """Lengthen the lease, and keep others from it up to the commit. False when another has it."""
        return bool(self._mine().update(due_at=_lease_end()))

    def count(self, *, through: int, changed: int, same: int) -> None:
        counted = {"through": through, "changed": changed, "same": same}
        self._mine().update(**{name: F(name) + number for name, number in counted.items()})

    def end(self) -> None:
        """It is through. What changed nothing is nothing that was done."""
        with transaction.atomic():
            now = timezone.now()
            self._mine().update(state=self.State.DONE, due_at=None, claim=None, ended_at=now, chosen=[])
            self.refresh_from_db(fields=["changed"])
            of_it = Activity.objects.filter(bulk_change=self)
            if self.changed:
                of_it.update(number=self.changed)
            else:
                of_it.delete()

    def _mine(self) -> BulkChangeQuerySet:
        return BulkChange.objects.filter(pk=self.pk, claim=self.claim, state=self.State.RUNNING)


class BulkFailure(models.Model):
    """A link with which it could not be done, and why."""

    bulk_change = models.ForeignKey(BulkChange, on_delete=models.CASCADE, related_name="failures")
    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=255)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bulk_change", "link"], name="a_link_fails_once"),
        ]

    def __str__(self) -> str:
        return f"{self.link}: {self.reason}"

    @property
    def reason_in_words(self) -> str:
        return gettext(self.reason)


def _lease_end() -> Combinable:
    return Now() + timedelta(seconds=settings.INVITATION_LEASE)
