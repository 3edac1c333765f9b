from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from links import addresses
from links.models.change import change
from links.models.queryset import LinkQuerySet
from rooms import seating
from rooms.models import Activity, Administrator, Role, Room
from rooms.models.activity import Deed
from rooms.models.participant import Ending
from rooms.names import shown


class Link(models.Model):
    """A way into one room."""

    class Kind(models.TextChoices):
        GUEST = "guest", _("Guest link")
        GROUP = "group", _("Group link")

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=8, choices=Kind.choices, editable=False)
    role = models.CharField(_("role"), max_length=16, choices=Role.choices, default=Role.PARTICIPANT)
    # What it granted before No access; empty when it always did, or never did.
    role_before = models.CharField(max_length=16, choices=Role.choices, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    starts_at = models.DateTimeField(_("opens"), null=True, blank=True)
    ends_at = models.DateTimeField(_("closes"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    # SEQUENCE of its calendar entry (RFC 5545, 3.8.7.4): raised when its dates change.
    sequence = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )
    deleted_at = models.DateTimeField(null=True, editable=False)

    # Of a guest link.
    email = models.EmailField(_("e-mail"), blank=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    note = models.TextField(
        _("personal note"), max_length=1000, blank=True, help_text=_("Stands in this guest's letters.")
    )
    # Of a group link.
    description = models.CharField(
        _("description"), max_length=120, blank=True, help_text=_("Shown to those who use the link.")
    )
    label = models.CharField(
        _("internal label"), max_length=120, blank=True, help_text=_("For administrators only.")
    )

    # Only on links that were read by `at_the_door`.
    read_at: datetime
    is_barred: bool
    occupant_pk: int | None
    occupant_connected_at: datetime | None
    own_pk: int | None
    own_link: int | None
    own_knock: int | None
    ahead: int
    inviter: str  # only on the page that greets

    objects: ClassVar = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        indexes: ClassVar = [models.Index(fields=["room", "kind", "deleted_at", "-id"], name="link_list")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="a_window_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                "room",
                Lower("email"),
                condition=Q(kind="guest", deleted_at__isnull=True) & ~Q(email=""),
                name="one_living_guest_link_an_address",
            ),
        ]

    def __str__(self) -> str:
        return shown(self.name) if self.is_for_one else self.label or self.description

    @property
    def is_for_one(self) -> bool:
        return self.kind == self.Kind.GUEST

    @property
    def is_of_former_guest(self) -> bool:
        """Whose it was is forgotten. Its address is dead, and nothing that was done to it is taken back."""
        return self.is_for_one and not self.email

    @property
    def granted_role(self) -> Role:
        return Role(self.role)

    @property
    def role_to_give_back(self) -> Role:
        """The last that let people in."""
        return Role(self.role_before or Role.PARTICIPANT)

    @property
    def address(self) -> str:
        """The whole address, from PUBLIC_URL and never from a request's Host."""
        return f"{settings.PUBLIC_URL}{reverse('links:door', args=[addresses.sign(self.pk, self.version)])}"

    @property
    def phase(self) -> str:
        """Where now is in its window: `always`, `scheduled`, `open` or `expired`."""
        now = timezone.now()
        if self.ends_at and self.ends_at <= now:
            return "expired"
        if self.starts_at and self.starts_at > now:
            return "scheduled"
        return "open" if self.ends_at else "always"

    def is_living(self, moment: datetime) -> bool:
        may_open = self.deleted_at is None and self.is_active and self.granted_role.may_enter
        if self.is_of_former_guest:
            return False
        return may_open and (self.ends_at is None or self.ends_at > moment)

    def add(self, *, by: Administrator) -> None:
        """Make it. Raises IntegrityError when another living link of the room has this e-mail."""
        self.created_by = by
        with transaction.atomic():
            self.save()
            self._write_down(Deed.ADDED, by)

    def grant(self, role: Role, *, by: Administrator | None = None) -> None:
        """Change what this link grants. Those who came in through it have it at once."""
        self._change(Deed.ROLE, by, role=role)

    def switch(self, *, on: bool, by: Administrator | None = None) -> None:
        """Open or shut it for those who come. Who is in stays."""
        self._change(Deed.SWITCHED, by, is_active=on)

    def set_window(self, *, by: Administrator | None = None, **bounds: datetime | None) -> None:
        """Move `starts_at`, `ends_at` or both: open from the one up to, not including, the other.

        Who is in stays. Raises IntegrityError when it would end before it starts.
        """
        self._change(Deed.WINDOW, by, **bounds)

    def edit(self, *, by: Administrator | None = None, **texts: str) -> None:
        """Correct name, e-mail, language, description or label. A guest who is in has the new name.

        Raises IntegrityError when another living link of the room has this e-mail.
        """
        self._change(Deed.EDITED, by, **texts)

    def expire_now(self, *, by: Administrator | None = None) -> None:
        """Closed from this moment on; one that has closed already stays as it is.

        Pages and spreadsheets tell a window to the minute. A start that would be in the same one is dropped,
        or it would read as ending when it starts.
        """
        now = timezone.now()
        if self.ends_at and self.ends_at <= now:
            return
        minute = now.replace(second=0, microsecond=0)
        starts_at = self.starts_at if self.starts_at and self.starts_at < minute else None
        self._change(Deed.WINDOW, by, starts_at=starts_at, ends_at=now)

    def replace_address(self, *, by: Administrator | None = None) -> None:
        """The old address is dead from now on. Who is in stays."""
        with transaction.atomic():
            Link.objects.filter(pk=self.pk).update(version=F("version") + 1)
            Room.objects.filter(pk=self.room_id).recheck_doors()
            self._write_down(Deed.ADDRESS, by)
        self.refresh_from_db(fields=["version"])

    def discard(self, *, by: Administrator | None = None) -> None:
        """Delete it, so that it can be restored. Who came in through it is out."""
        self._change(Deed.DELETED, by, deleted_at=timezone.now())

    def put_out(self, *, by: Administrator | None = None) -> None:
        """Who came in through it is out; whether they can come back is the door's question."""
        with transaction.atomic():
            if number := seating.let_go(self.room_id, self.participants.all(), Ending.NO_ACCESS):
                self._write_down(Deed.PUT_OUT, by, number=number)

    def renew_entry(self) -> None:
        """From now on its calendar entry is a newer one than those that were sent (RFC 5546, 2.1.4)."""
        Link.objects.filter(pk=self.pk).update(sequence=F("sequence") + 1)
        self.refresh_from_db(fields=["sequence"])

    def _write_down(self, deed: Deed, by: Administrator | None, number: int = 1) -> None:
        Activity.objects.create(
            room_id=self.room_id, link_id=self.pk, deed=deed, by=by, about=str(self), number=number
        )

    def _change(self, deed: Deed, by: Administrator | None, **values: Any) -> None:
        this = Link.objects.filter(pk=self.pk)
        for link in change(this, self.room_id, deed, lambda _link: values, by=by):
            for field in (*values, "sequence"):
                setattr(self, field, getattr(link, field))
