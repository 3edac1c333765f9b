import uuid
from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from invitations.models.invitation import lease_end
from invitations.models.paired import Paired
from links.models import GuestLink, Link
from rooms.clock import Now
from rooms.models import Activity, Administrator, Role, Room
from rooms.models.activity import UNDO_FOR, Deed

KEPT_UNCONFIRMED = timedelta(days=7)
WRONG = gettext_noop("Something in this row is wrong")
REPEATED = gettext_noop("This e-mail address stands further up in the file")
KNOWN = gettext_noop("This e-mail address has a link in this room already")


class ImportQuerySet(models.QuerySet["Import"]):
    def of(self, administrator: Administrator) -> Self:
        """Their own, in rooms that are theirs still: another's import does not exist."""
        return self.filter(administrator=administrator, room__administrators=administrator)

    def unconfirmed(self) -> Self:
        return self.filter(state=Import.State.PREVIEW)

    def forgotten(self) -> Self:
        """Those that nobody confirmed, and those that are too old to be undone."""
        now = timezone.now()
        unconfirmed = Q(state=Import.State.PREVIEW, created_at__lt=now - KEPT_UNCONFIRMED)
        return self.filter(unconfirmed | Q(ended_at__lt=now - UNDO_FOR))

    def claim(self) -> "Import | None":
        """Lease one that is due to the caller. If the caller dies, it falls due again."""
        mine = uuid.uuid4()
        first = self.filter(due_at__lte=Now()).order_by("due_at", "pk").values("pk")[:1]
        # The time is asked again where the row is written, so that of two callers one gets it.
        self.filter(pk__in=first, due_at__lte=Now()).update(claim=mine, due_at=lease_end())
        return self.filter(claim=mine).select_related("room", "administrator", "activity").first()


class Import(models.Model):
    """A table of guests, first as a preview, then, once it is confirmed, as links and letters."""

    class State(models.TextChoices):
        PREVIEW = "preview", _("not confirmed")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        UNDONE = "undone", _("undone")

    class Duplicates(models.TextChoices):
        SKIP = "skip", _("Skip them")
        UPDATE = "update", _("Update their links")

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="imports")
    administrator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    file_name = models.CharField(_("file"), max_length=255, blank=True)  # empty: it was pasted
    # The file itself, for another of its sheets, until the import is confirmed.
    source = models.BinaryField(null=True)
    sheets = models.JSONField(default=list)
    sheet = models.CharField(_("sheet"), max_length=255, blank=True)
    has_header = models.BooleanField(_("The first row says what is in the columns"), default=True)
    # Number and cells of the first row, which is one of the rows when it is no header.
    first_row = models.JSONField(default=list)
    columns = models.JSONField(default=list)  # what each holds: a Field's value, or nothing
    date_order = models.CharField(max_length=12, default="day_first")  # a DateOrder

    # For the rows that don't say.
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.PARTICIPANT)
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    send = models.BooleanField(_("Send email invitations"), default=True)
    duplicates = models.CharField(
        _("Guests who have a link already"), max_length=6, choices=Duplicates.choices, default=Duplicates.SKIP
    )

    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PREVIEW)
    # Schedule and lease in one; empty when there is nothing to do.
    due_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    # What stands for all that it has made and changed so far.
    activity = models.ForeignKey(Activity, on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="import_due"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="running", due_at__isnull=False)
                | (~Q(state="running") & Q(due_at__isnull=True)),
                name="an_import_is_due_while_it_runs",
            ),
            models.CheckConstraint(
                condition=Q(state="preview", confirmed_at__isnull=True)
                | (~Q(state="preview") & Q(confirmed_at__isnull=False)),
                name="an_import_runs_when_it_is_confirmed",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="an_import_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name or gettext("Pasted table")

    @property
    def is_preview(self) -> bool:
        return self.state == self.State.PREVIEW

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def is_done(self) -> bool:
        return self.state == self.State.DONE

    @property
    def updates(self) -> bool:
        """Guests who have a link already get what their rows say."""
        return self.duplicates == self.Duplicates.UPDATE

    def confirm(self) -> bool:
        """Have it done, once: False when it was confirmed before, and then nothing has changed."""
        values = {"state": self.State.RUNNING, "due_at": Now(), "confirmed_at": Now(), "source": None}
        with transaction.atomic():
            if not Import.objects.unconfirmed().filter(pk=self.pk).update(**values):
                return False
            rows, verdict = self.rows.judged(self.room_id), ImportRow.Verdict
            rows.found(verdict.WRONG).settle(ImportRow.State.FAILED, WRONG)
            rows.found(verdict.REPEATED).settle(ImportRow.State.SKIPPED, REPEATED)
        return True

    def hold(self) -> bool:
        """Lengthen the lease, and keep others from the rows up to the commit. False when another has it."""
        return bool(self._mine().update(due_at=lease_end()))

    def write_down(self, made: Collection[Link]) -> Activity:
        """Say in Activity that it made these links: one line for all of them, and what is part of it."""
        if self.activity is None:
            self.activity = Activity.objects.create(
                room=self.room, deed=Deed.IMPORTED, by=self.administrator, about=str(self), number=0
            )
            self.save(update_fields=["activity"])
        if made:
            whole = Activity.objects.filter(pk=self.activity.pk)
            whole.update(number=F("number") + len(made))
            Activity.objects.of_new(made, by=self.administrator, part_of=self.activity)
        return self.activity

    def end(self) -> None:
        self._mine().update(state=self.State.DONE, due_at=None, claim=None, ended_at=timezone.now())

    def _mine(self) -> ImportQuerySet:
        return Import.objects.filter(pk=self.pk, claim=self.claim, state=self.State.RUNNING)


class ImportRowQuerySet(models.QuerySet["ImportRow"]):
    def pending(self) -> Self:
        return self.filter(state=ImportRow.State.PENDING)

    def in_order(self) -> Self:
        """Those with something wrong first, each as it stands in the file."""
        return self.order_by("-is_wrong", "number")

    def judged(self, room_id: int) -> Self:
        """Adds `verdict`: what would become of each row if the import into this room were confirmed now."""
        Verdict = ImportRow.Verdict  # noqa: N806  (a class)
        earlier = ImportRow.objects.filter(
            of_import=OuterRef("of_import"),
            email=OuterRef("email"),
            number__lt=OuterRef("number"),
            is_wrong=False,
        )
        # Asked for all at once: row by row it takes minutes for 10,000 in a room of 10,000.
        known = GuestLink.objects.kept().filter(room=room_id).values(address=Lower("email"))
        return self.annotate(
            verdict=Case(
                When(is_wrong=True, then=Value(Verdict.WRONG)),
                When(Exists(earlier), then=Value(Verdict.REPEATED)),
                When(email__in=known, then=Value(Verdict.KNOWN)),
                default=Value(Verdict.NEW),
                output_field=models.CharField(),
            )
        )

    def found(self, *verdicts: "ImportRow.Verdict") -> Self:
        """Of rows that were `judged`: those with one of these verdicts."""
        return self.filter(Q(verdict__in=verdicts))

    def counted(self, by: str) -> dict[str, tuple[int, int]]:
        """How many rows there are of each state or verdict, and how many of them want no letters."""
        groups = self.order_by().values_list(by)
        counted = groups.annotate(rows=Count("pk"), silent=Count("pk", filter=Q(wants_no_letters=True)))
        return {value: (rows, silent) for value, rows, silent in counted}

    def settle(self, state: "ImportRow.State", problem: str = "") -> int:
        pks = self.order_by().values("pk")
        return ImportRow.objects.filter(pk__in=pks).update(state=state, problem=problem)

    def write_down(self, rows: Collection["ImportRow"]) -> None:
        """What became of each, in as few statements as there are fates."""
        alike: defaultdict[tuple[str, str, bool], list[int]] = defaultdict(list)
        for row in rows:
            alike[row.state, row.problem, row.wants_no_letters].append(row.pk)
        link = Paired("pk", {row.pk: row.link_id for row in rows if row.link_id})
        for (state, problem, silent), pks in alike.items():
            fate = {"state": state, "problem": problem, "wants_no_letters": silent}
            self.filter(pk__in=pks).update(**fate, link=link)

    def forget(self) -> None:
        """What stood in them is gone; what became of them stays. A row that was not done yet never is."""
        pks = list(self.order_by().values_list("pk", flat=True))
        rows = ImportRow.objects.filter(pk__in=pks)
        rows.pending().update(state=ImportRow.State.SKIPPED)
        rows.update(cells=[], mended={}, email="")
        Import.objects.filter(rows__in=pks, has_header=False).update(first_row=[])

    def write(self, rows: list["ImportRow"], fields: list[str]) -> None:
        """Change these fields of many rows, each to its own values, in few statements."""
        self.bulk_create(
            rows, batch_size=500, update_conflicts=True, unique_fields=["pk"], update_fields=fields
        )


class ImportRow(models.Model):
    """One row of the table: its cells, and what became of it."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        MADE = "made", _("made")
        UPDATED = "updated", _("updated")
        SKIPPED = "skipped", _("skipped")
        FAILED = "failed", _("failed")

    class Verdict(models.TextChoices):
        NEW = "new", _("new link")
        KNOWN = "known", _("has a link")
        REPEATED = "repeated", _("twice in the file")
        WRONG = "wrong", _("has errors")

    of_import = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows", db_index=False)
    number = models.PositiveIntegerField(_("row"))  # as the person's own program shows it
    cells = models.JSONField(default=list)
    mended = models.JSONField(default=dict)  # what was typed over a cell, by Field

    # How the cells were judged. The address is in small letters, and empty unless it is right.
    email = models.CharField(max_length=254, blank=True)
    is_wrong = models.BooleanField(default=False)
    wants_no_letters = models.BooleanField(default=False)

    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.PENDING)
    problem = models.CharField(max_length=255, blank=True)
    # The one that it made, or that its guest had before.
    link = models.ForeignKey(Link, on_delete=models.SET_NULL, null=True, related_name="import_rows")

    # Only on rows that were read by `judged`.
    verdict: str

    objects: ClassVar = ImportRowQuerySet.as_manager()

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of imports")
        indexes: ClassVar = [
            models.Index(fields=["of_import", "email", "number"], name="import_row_email"),
            models.Index(fields=["of_import", "state", "number"], name="import_row_state"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["of_import", "number"], name="a_row_of_a_file_once"),
            models.UniqueConstraint(
                fields=["link"], condition=Q(state="made"), name="a_link_is_made_by_one_row"
            ),
            models.CheckConstraint(
                condition=Q(link__isnull=True) | Q(state__in=["made", "updated", "skipped"]),
                name="a_row_has_a_link_when_it_is_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {', '.join(self.cells)}"

    @property
    def problem_in_words(self) -> str:
        return gettext(self.problem) if self.problem else ""
