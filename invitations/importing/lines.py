"""The rows of a preview as they are shown: what would be made of each, inputs where something is wrong."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from invitations.cells import Parsed
from invitations.columns import Field
from invitations.importing.judge import Judge
from invitations.models import Import, ImportRow
from links.models import GuestLink
from rooms.models import Role

LABELS = {
    Field.NAME: _("Name"),
    Field.FIRST_NAME: _("First name"),
    Field.LAST_NAME: _("Last name"),
    Field.EMAIL: _("E-mail"),
    Field.ROLE: _("Role"),
    Field.LANGUAGE: _("Language"),
    Field.START: _("Opens"),
    Field.END: _("Closes"),
}
NAMES = (Field.NAME, Field.FIRST_NAME, Field.LAST_NAME)


@dataclass(frozen=True, slots=True)
class Entry:
    """A cell that can be typed over."""

    field: Field
    written: str
    error: str = ""
    choices: list[tuple[str, str]] = dataclasses.field(default_factory=list)

    @property
    def label(self) -> str:
        return str(LABELS[self.field])


@dataclass(frozen=True, slots=True)
class Line:
    """One row."""

    row: ImportRow
    read: Parsed
    entries: list[Entry]  # those that are open to be typed over
    known: GuestLink | None
    written: str
    is_edited: bool

    def of(self, *wanted: Field) -> list[Entry]:
        return [entry for entry in self.entries if entry.field in wanted]

    @property
    def what_is_wrong(self) -> str:
        """The cells that are wrong, in words; of a row that failed with right cells, why."""
        return " ".join(map(str, self.read.errors.values())) or self.row.problem_in_words

    @property
    def names(self) -> list[Entry]:
        return self.of(*NAMES)

    @property
    def email(self) -> list[Entry]:
        return self.of(Field.EMAIL)

    @property
    def role(self) -> list[Entry]:
        return self.of(Field.ROLE)

    @property
    def language(self) -> list[Entry]:
        return self.of(Field.LANGUAGE)

    @property
    def dates(self) -> list[Entry]:
        return self.of(Field.START, Field.END)

    @property
    def role_name(self) -> str:
        return str(Role(self.read.role).label) if self.read.role else ""

    @property
    def language_name(self) -> str:
        return str(dict(settings.LANGUAGES).get(self.read.language, ""))


def lines(preview: Import, rows: Iterable[ImportRow], edited: int = 0) -> list[Line]:
    """For rows that were read by `judged`. All cells of the row `edited` can be typed over."""
    rows = list(rows)
    judge, known = Judge.of(preview), _known(preview, rows)
    return [_line(judge, row, known, is_edited=row.pk == edited) for row in rows]


def _line(judge: Judge, row: ImportRow, known: dict[str, GuestLink], *, is_edited: bool) -> Line:
    read, cells = judge.read(row), judge.cells(row)
    is_open = set(_askable(judge, cells)) if is_edited else _to_mend(read, judge, cells)
    entries = [_entry(name, cells.get(name, ""), read) for name in Field if name in is_open]
    written = ", ".join(cell for cell in cells.values() if cell.strip())
    return Line(row, read, entries, known.get(row.email), written, is_edited)


def _askable(judge: Judge, cells: dict[Field, str]) -> list[Field]:
    """All fields, with the name in as many parts as the file has it."""
    names = [name for name in NAMES if name in judge.fields or name in cells] or [Field.NAME]
    return [*names, *(name for name in Field if name not in NAMES)]


def _to_mend(read: Parsed, judge: Judge, cells: dict[Field, str]) -> set[Field]:
    wrong, askable = set(read.errors), _askable(judge, cells)
    if wrong & set(NAMES):
        wrong |= set(NAMES)
    return wrong & set(askable)


def _entry(name: Field, written: str, read: Parsed) -> Entry:
    error = read.errors.get(name, "")
    if not error and name is Field.FIRST_NAME and Field.LAST_NAME not in read.errors:
        error = read.errors.get(Field.NAME, "")  # of a name that is in two cells
    return Entry(name, written, error, _choices(name, written))


def _choices(name: Field, written: str) -> list[tuple[str, str]]:
    """Of a role or a language: what can be chosen, and what stands there if it is none of that."""
    offered: list[tuple[str, str]] = {
        Field.ROLE: [(label, label) for label in map(str, Role.labels)],
        Field.LANGUAGE: [(code, str(label)) for code, label in settings.LANGUAGES],
    }.get(name, [])
    if not offered:
        return []
    own = [(written, written)] if written and written not in dict(offered) else []
    return [("", gettext("as set above")), *own, *offered]


def _known(preview: Import, rows: list[ImportRow]) -> dict[str, GuestLink]:
    emails = {row.email for row in rows if row.email}
    links = GuestLink.objects.kept().filter(room=preview.room_id).with_addresses(emails)
    return {link.email.lower(): link for link in links}
