"""What is asked before many links change: each form's `action` and `values` are the answer."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from links.forms import RoleForm, WindowForm
from links.models import BulkChange
from links.models.change import Values

Action = BulkChange.Action
OFFERED = (
    *(Action.SWITCH_ON, Action.SWITCH_OFF, Action.ROLE, Action.DATES),
    *(Action.EXPIRE, Action.DELETE),
)


class BulkActionForm(forms.Form):
    action = forms.TypedChoiceField(choices=[(action, action) for action in OFFERED], coerce=Action)


class BulkForm(forms.Form):
    """Nothing but a yes."""

    def __init__(self, data: Any, action: Action, values: Values) -> None:
        super().__init__(data)
        self.action, self.values = action, values


class BulkRoleForm(RoleForm):
    action = Action.ROLE

    @property
    def values(self) -> Values:
        return {"role": self.cleaned_data["role"].value}


class BulkWindowForm(WindowForm):
    """Dates for many links. A bound that is left empty stays as each of them has it."""

    action = Action.DATES

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not self.changes_of(cleaned):
            self.add_error("starts_date", _("Please enter a date."))
        return cleaned

    @property
    def values(self) -> Values:
        return self.changes_of(self.cleaned_data)

    def changes_of(self, cleaned: dict[str, Any]) -> Values:
        return {bound: cleaned[bound] for bound in ("starts_at", "ends_at") if cleaned[bound]}


AnyBulkForm = BulkForm | BulkRoleForm | BulkWindowForm


def form_of(change: BulkChange, data: Any = None) -> AnyBulkForm:
    """The question about this change, and, with data, the answer to it."""
    action = Action(change.action)
    if action == Action.ROLE:
        return BulkRoleForm(data)
    if action == Action.DATES:
        return _window_form(change, data)
    return BulkForm({} if data is None else data, action, _fixed(action))


def _window_form(change: BulkChange, data: Any) -> BulkForm | BulkWindowForm:
    match data and data.get("window"):
        case "clear":
            return BulkForm(data, Action.DATES, {"starts_at": None, "ends_at": None})
        case "expire":
            return BulkForm(data, Action.EXPIRE, _fixed(Action.EXPIRE))
    return BulkWindowForm(data, room=change.room)


def _fixed(action: Action) -> Values:
    now = timezone.now()
    values: dict[Action, Values] = {
        Action.SWITCH_ON: {"is_active": True},
        Action.SWITCH_OFF: {"is_active": False},
        Action.EXPIRE: {"ends_at": now},
        Action.DELETE: {"deleted_at": now},
    }
    return values.get(action, {})
