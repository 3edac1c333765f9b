import itertools
import zoneinfo
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from rooms import seating
from rooms.models import Activity, Administrator, Role, Room, SetupKey
from rooms.names import clean_name
from rooms.passwords import RULES

NO_ZONES = {"Factory", "localtime"}
ROLES_OF_PEOPLE = [choice for choice in Role.choices if choice[0] != Role.NO_ACCESS]


class ChangesForm(forms.ModelForm[Any]):
    """An edit form that changes what was changed on it and nothing else.

    It carries what the person saw. A field that they left alone counts as what the row holds by now, so
    that rules across fields are checked against what is so, and the later of two forms wins only in the
    fields it changed.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = self.instance.pk is not None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.instance.pk is not None:
            untouched = set(values) - set(self.changed_data)
            values.update({name: getattr(self.instance, name) for name in untouched})
        return values

    @property
    def changes(self) -> dict[str, Any]:
        """The values that were changed; of a new row all."""
        if self.instance.pk is None:
            return dict(self.cleaned_data)
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def save(self, commit: bool = True) -> Any:  # noqa: FBT002  (Django's signature)
        if self.instance.pk is None:
            return super().save(commit)
        self.instance.save(update_fields=self.changed_data)
        return self.instance


def grouped_zones() -> list[tuple[str, list[tuple[str, str]]]]:
    """All IANA time zones by region, for a select."""
    names = sorted(zoneinfo.available_timezones() - NO_ZONES, key=lambda name: ("/" not in name, name))
    regions = itertools.groupby(names, key=lambda name: name.partition("/")[0] if "/" in name else "…")
    return [(region, [(name, name.replace("_", " ")) for name in zones]) for region, zones in regions]


class RoomForm(ChangesForm):
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=grouped_zones,
        initial=settings.TIME_ZONE,
        help_text=_("Dates of this room's links are entered and shown in it."),
    )

    class Meta:
        model = Room
        fields = ("name", "description", "time_zone", "quota", "capacity")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None and not self.is_bound:
            # The script puts the browser's zone in its place.
            self.fields["time_zone"].widget.attrs["data-browser-timezone"] = settings.TIME_ZONE

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        quota, capacity = values.get("quota"), values.get("capacity")
        if quota is not None and capacity is not None and quota > capacity:
            self.refuse_limits(quota, capacity)
        return values

    def refuse_limits(self, quota: int, capacity: int) -> None:
        field = "quota" if "quota" in self.changed_data else "capacity"
        words = _("The quota (%(quota)d) cannot be larger than the capacity (%(capacity)d).")
        self.add_error(field, ValidationError(words, params={"quota": quota, "capacity": capacity}))


def when_people_are_forgotten() -> list[tuple[str, Any]]:
    """With what this site does in words."""
    days = settings.RETENTION_DAYS
    site = ngettext("as this site does: after %(days)s day", "as this site does: after %(days)s days", days)
    words = site % {"days": days} if days else _("as this site does: never")
    return [(value, words if value == Room.Forgets.SITE else label) for value, label in Room.Forgets.choices]


class RoomSettingsForm(RoomForm):
    """With what letters about the room say, when they go by themselves, and when people are forgotten."""

    forgets = forms.ChoiceField(
        label=_("Name and e-mail address are erased"), choices=when_people_are_forgotten
    )

    instance: Room

    class Meta:
        model = Room
        fields = (
            *RoomForm.Meta.fields,
            *("note", "reminds_a_day_before", "reminds_an_hour_before"),
            *("forgets", "forgets_after"),
        )
        widgets: ClassVar = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["forgets_after"].required = False

    def clean_forgets_after(self) -> int:
        """Asked for where it counts; else it stays what it was."""
        days: int | None = self.cleaned_data["forgets_after"]
        if days is None and self.cleaned_data.get("forgets") == Room.Forgets.DAYS:
            field = self.fields["forgets_after"]
            raise ValidationError(field.error_messages["required"], code="required")
        return self.instance.forgets_after if days is None else days

    def save(self, commit: bool = True, *, by: Administrator | None = None) -> Room:  # noqa: FBT002  (Django's)
        """Raises IntegrityError when another save got in between, so that quota and capacity do not fit."""
        changes = self.changes
        with transaction.atomic():
            Activity.objects.of_settings(self.instance.pk, changes, by)
            limits = {name: changes.pop(name) for name in ("quota", "capacity") if name in changes}
            self.instance.save(update_fields=changes)
            seating.limit(self.instance.pk, **limits)
        return self.instance

    def refuse_after_race(self) -> None:
        """What was right when it was checked, and is not any more."""
        now = Room.objects.get(pk=self.instance.pk)
        changes = self.changes
        self.refuse_limits(changes.get("quota", now.quota), changes.get("capacity", now.capacity))


class AdministratorForm(forms.Form):
    """Whom to share a room with."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, room: Room, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room = room

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        found = Administrator.objects.filter(email__iexact=email).first()
        if found and not found.is_active:
            raise ValidationError(_("This account may not log in. Please ask the person who runs this site."))
        if found and self.room.administrators.contains(found):
            words = _("%(person)s is an administrator of this room already.")
            raise ValidationError(words, params={"person": found})
        return email


class SetupForm(forms.Form):
    """The first administrator."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    name = forms.CharField(
        label=_("Name"), strip=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=RULES,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if Administrator.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("There is an account with this address already. Please log in."))
        return email

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean_password(self) -> str:
        known = {name: self.cleaned_data.get(name, "") for name in ("email", "name")}
        password: str = self.cleaned_data["password"]
        validate_password(password, Administrator(**known))
        return password

    def save(self, token: str) -> Administrator | None:
        """The new administrator, who runs the site too; None when the key was used up meanwhile."""
        with transaction.atomic():
            if not SetupKey.use_up(token):
                return None
            return Administrator.objects.create_superuser(**self.cleaned_data)


class PersonRoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=ROLES_OF_PEOPLE)

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])
