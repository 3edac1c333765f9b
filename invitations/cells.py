"""One row of a spreadsheet: what its cells say, and what is wrong at which of them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import TypeVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from invitations.columns import Field
from invitations.dates import DateOrder, date_order, instant_of, written
from invitations.vocabulary import language_of, role_of
from links.emails import clean_email
from rooms.models import Role
from rooms.names import clean_name

__all__ = ["DateOrder", "Defaults", "Parsed", "date_order", "parse", "written"]

Value = TypeVar("Value")

# What spreadsheets show for a formula that has no value.
BROKEN = {"#N/A", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!", "#NV", "#WERT!", "#BEZUG!"}
# As copied from a mail program: Gina Guest <gina@example.org>
MAILBOX = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>")
# Characters that nobody sees and that come along with what is copied from a page.
UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


@dataclass(frozen=True)
class Defaults:
    """What is taken where a row says nothing."""

    role: Role
    language: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Parsed:
    """What a row says. Where there is an error, the value beside it means nothing."""

    name: str
    email: str
    role: Role
    language: str
    starts_at: datetime | None
    ends_at: datetime | None
    errors: dict[Field, str] = field(default_factory=dict)


def parse(
    cells: dict[Field, str],
    defaults: Defaults,
    zone: ZoneInfo,
    order: DateOrder = DateOrder.DAY_FIRST,
    zones: Mapping[Field, ZoneInfo] = MappingProxyType({}),
) -> Parsed:
    """What the row means. An empty cell of role, language, start or end takes the default.

    Dates are read in `zone`, or in the one that `zones` gives for their column.
    """
    name, address = _who(cells)
    errors = _errors_of_formulas(cells)
    row = _Row({**cells, Field.NAME: name, Field.EMAIL: address}, errors)
    starts_at, ends_at = (
        row.read(
            bound,
            partial(instant_of, zone=zones.get(bound, zone), is_end=bound is Field.END, order=order),
            otherwise,
        )
        for bound, otherwise in ((Field.START, defaults.starts_at), (Field.END, defaults.ends_at))
    )
    if starts_at and ends_at and ends_at <= starts_at and not errors.keys() & {Field.START, Field.END}:
        errors[Field.END] = _("The end has to be after the start.")
    return Parsed(
        name=row.read(Field.NAME, clean_name, "", is_needed=True),
        email=row.read(Field.EMAIL, clean_email, "", is_needed=True),
        role=row.read(Field.ROLE, _role, defaults.role),
        language=row.read(Field.LANGUAGE, _language, defaults.language),
        starts_at=starts_at,
        ends_at=ends_at,
        errors=errors,
    )


@dataclass(frozen=True)
class _Row:
    cells: dict[Field, str]
    errors: dict[Field, str]

    def read(
        self, which: Field, reading: Callable[[str], Value], otherwise: Value, *, is_needed: bool = False
    ) -> Value:
        """What a cell says; otherwise, where it is empty or says nothing that can be read, with the error."""
        cell = self.cells.get(which, "")
        if which in self.errors or not (cell or is_needed):
            return otherwise
        try:
            return reading(cell)
        except ValidationError as error:
            self.errors[which] = " ".join(error.messages)
            return otherwise


def _who(cells: dict[Field, str]) -> tuple[str, str]:
    """Name and address; a name that stands in the cell of the address counts where there is no other."""
    name = cells.get(Field.NAME) or " ".join(
        filter(None, (cells.get(Field.FIRST_NAME), cells.get(Field.LAST_NAME)))
    )
    address = UNSEEN.sub("", cells.get(Field.EMAIL, "")).strip().removeprefix("mailto:")
    if mailbox := MAILBOX.fullmatch(address):
        return name or mailbox["name"].strip(" \"'"), mailbox["address"]
    return name, address


def _errors_of_formulas(cells: dict[Field, str]) -> dict[Field, str]:
    errors = {
        which: _("The spreadsheet has an error here instead of a value: %(error)s.") % {"error": cell}
        for which, cell in cells.items()
        if cell in BROKEN
    }
    for half in errors.keys() & {Field.FIRST_NAME, Field.LAST_NAME}:
        errors.setdefault(Field.NAME, errors[half])
    return errors


def _role(text: str) -> Role:
    if role := role_of(text):
        return role
    known = ", ".join(str(label) for label in Role.labels)
    raise ValidationError(
        _("“%(text)s” is not a role. The roles are: %(roles)s.") % {"text": text, "roles": known}
    )


def _language(text: str) -> str:
    code = language_of(text)
    languages = dict(settings.LANGUAGES)
    if code in languages:
        return code
    known = ", ".join(str(name) for name in languages.values())
    raise ValidationError(
        _("There are no letters in “%(text)s”. The languages are: %(languages)s.")
        % {"text": text, "languages": known}
    )
