from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from links import presets, window
from links.emails import clean_email
from links.models import GroupLink, GuestLink, Link
from links.presets import Preset
from links.sentence import in_words
from links.window import Moment, NoSuchTime
from rooms.forms import ChangesForm
from rooms.models import Role, Room
from rooms.names import clean_name, clean_note


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)

    def clean_role(self) -> Role:
        return Role(self.cleaned_data["role"])


class SwitchForm(forms.Form):
    on = forms.TypedChoiceField(choices=[("1", "on"), ("0", "off")], coerce=lambda value: value == "1")


class GuestLinkForm(ChangesForm):
    """One guest of a room. A second living link for one address is refused, with a way to the first."""

    instance: GuestLink
    room: Room

    email = forms.CharField(
        label=_("E-mail"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("Name"), strip=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = GuestLink
        fields = ("email", "name", "language", "note")
        widgets: ClassVar = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, room: Room, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room = room

    def clean_email(self) -> str:
        email = clean_email(self.cleaned_data["email"])
        first = (
            GuestLink.objects.kept()
            .filter(room=self.room, email__iexact=email)
            .exclude(pk=self.instance.pk)
            .first()
        )
        if first:
            raise ValidationError(self.says_taken(first))
        return email

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def says_taken(self, first: Link) -> str:
        return format_html(
            '{} <a href="{}">{}</a>',
            _("This e-mail address has a link in this room already."),
            reverse("links:edit", args=[first.pk]),
            _("Show that link"),
        )


class NewGuestLinkForm(GuestLinkForm):
    class Meta:
        model = GuestLink
        fields = ("email", "name", "role", "language", "note")
        widgets: ClassVar = {"note": forms.Textarea(attrs={"rows": 3})}


class GroupLinkForm(ChangesForm):
    class Meta:
        model = GroupLink
        fields = ("description", "label")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["description"].required = True


class NewGroupLinkForm(GroupLinkForm):
    class Meta:
        model = GroupLink
        fields = ("description", "label", "role")


SIDES = {"starts": _("Opens"), "ends": _("Closes")}


@dataclass(frozen=True, slots=True)
class Side:
    """One bound of a window on a page: its two fields, and the buttons that fill them in."""

    bound: str
    label: Promise
    fields: tuple[BoundField, BoundField]
    presets: tuple[Preset, ...]


class WindowForm(forms.Form):
    """When a link opens and closes, as dates in the room's zone. What was not changed on it does not move.

    When a preset was pressed, `preset` in what came says so ("starts-week"): its fields are filled in, and
    `asks_preset` tells the view to draw the form again and to save nothing.
    """

    starts_date = forms.DateField(label=_("Opens on"), required=False)
    starts_time = forms.TimeField(label=_("Opens at"), required=False)
    ends_date = forms.DateField(label=_("Closes on"), required=False)
    ends_time = forms.TimeField(label=_("Closes at"), required=False)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, room: Room, link: Link | None = None, **kwargs: Any
    ) -> None:
        self.zone = room.zone
        self.bounds = {"starts": link.starts_at if link else None, "ends": link.ends_at if link else None}
        self.asks_preset = data is not None and "preset" in data
        super().__init__(self._fill_in(data) if data and self.asks_preset else data, **kwargs)
        self.initial = self._initial()
        for name, field in self.fields.items():
            kind = "date" if name.endswith("date") else "time"
            widget = forms.DateInput if kind == "date" else forms.TimeInput
            field.widget = widget(attrs={"type": kind}, format="%Y-%m-%d" if kind == "date" else "%H:%M")
            field.show_hidden_initial = True

    def clean(self) -> dict[str, Any]:
        values = {f"{bound}_at": self._instant(bound) for bound in self.bounds}
        if not self.errors and self._ends_too_early(*values.values()):
            self.add_error("ends_date", _("The end has to be after the start."))
        return {**self.cleaned_data, **values}

    @property
    def sides(self) -> Iterator[Side]:
        for bound in self.bounds:
            fields = self[f"{bound}_date"], self[f"{bound}_time"]
            yield Side(bound, SIDES[bound], fields, presets.OFFERED[bound])

    @property
    def instants(self) -> tuple[datetime | None, datetime | None]:
        """The window that it says; of a form that is wrong, nothing."""
        if not self.is_bound:
            return self.bounds["starts"], self.bounds["ends"]
        return (None, None) if self.errors else (self.cleaned_data["starts_at"], self.cleaned_data["ends_at"])

    @property
    def in_words(self) -> str:
        return in_words(*self.instants, self.zone, timezone.now())

    @property
    def changes(self) -> dict[str, datetime | None]:
        """The bounds that were changed: `starts_at`, `ends_at`."""
        return {
            f"{bound}_at": self.cleaned_data[f"{bound}_at"] for bound in self.bounds if self._touched(bound)
        }

    def _fill_in(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """What was typed, with the date and time of the preset that was pressed."""
        bound, _dash, name = data["preset"].partition("-")
        typed = {field: data.get(field) for field in data}
        if name not in presets.OFFERED.get(bound, ()):
            return typed
        shown = presets.moment(Preset(name), self.zone, timezone.now(), is_end=bound == "ends")
        time = f"{shown.time:%H:%M}" if shown.time else ""
        return {**typed, f"{bound}_date": shown.date.isoformat(), f"{bound}_time": time}

    def _ends_too_early(self, starts_at: datetime | None, ends_at: datetime | None) -> bool:
        """To the minute, as people see it; what was not touched may lie within one."""
        if not starts_at or not ends_at:
            return False
        if any(map(self._touched, self.bounds)):
            starts_at, ends_at = (at.replace(second=0, microsecond=0) for at in (starts_at, ends_at))
        return ends_at <= starts_at

    def _initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = {}
        for bound, at in self.bounds.items():
            shown = window.moment(at, self.zone, is_end=bound == "ends") if at else None
            initial[f"{bound}_date"] = shown and shown.date
            initial[f"{bound}_time"] = shown and shown.time
        return initial

    def _touched(self, bound: str) -> bool:
        return bool({f"{bound}_date", f"{bound}_time"} & set(self.changed_data))

    def _instant(self, bound: str) -> datetime | None:
        if not self._touched(bound):
            return self.bounds[bound]
        date, time = self.cleaned_data.get(f"{bound}_date"), self.cleaned_data.get(f"{bound}_time")
        if date is None:
            if time is not None and f"{bound}_date" not in self.errors:
                self.add_error(f"{bound}_date", _("Please enter the date as well."))
            return None
        try:
            return window.instant(Moment(date, time), self.zone, is_end=bound == "ends")
        except NoSuchTime as gap:
            self.add_error(f"{bound}_time", gap.in_words)
        except OverflowError:
            self.add_error(f"{bound}_date", _("This date is too far away."))
        return None


Form = TypeVar("Form", bound="forms.Form | forms.ModelForm[Any]")


def as_typed(form: type[Form], data: Mapping[str, Any], **kwargs: Any) -> Form:
    """A form that stands beside the window's. After a preset it is as it was, with no fault found."""
    if "preset" in data:
        return form(initial={name: data.get(name, "") for name in form.base_fields}, **kwargs)
    return form(data or None, **kwargs)


class AskForm(forms.Form):
    """A word to those who run a room whose door is shut; through a group link, from whom."""

    name = forms.CharField(
        label=_("Your name"),
        strip=False,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "required": True, "maxlength": 80}),
    )
    email = forms.CharField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("So that they can write to you."),
    )
    note = forms.CharField(
        label=_("A short note"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, link: Link, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if link.is_for_one:
            del self.fields["name"], self.fields["email"]

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])

    def clean_email(self) -> str:
        return clean_email(self.cleaned_data["email"]) if self.cleaned_data["email"] else ""

    def clean_note(self) -> str:
        return clean_note(self.cleaned_data["note"])


class JoinForm(forms.Form):
    """The name that a group participant gives at the door."""

    name = forms.CharField(
        label=_("Your name"),
        strip=False,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "name", "required": True, "maxlength": 80, "autofocus": True}
        ),
    )

    def clean_name(self) -> str:
        return clean_name(self.cleaned_data["name"])
