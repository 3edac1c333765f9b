"""What would become of a preview, and what became of an import: in numbers and in words."""

from dataclasses import dataclass
from typing import Self

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from invitations.models import Import


@dataclass(frozen=True, slots=True)
class Summary:
    """Of a preview: how many rows have which verdict."""

    new: int = 0
    known: int = 0
    repeated: int = 0
    wrong: int = 0
    unwilling: int = 0  # among the new ones
    sends: bool = False
    updates: bool = False

    @classmethod
    def of(cls, preview: Import) -> Self:
        found = preview.rows.judged(preview.room_id).counted("verdict")
        return cls(
            **{verdict: number for verdict, (number, _unwilling) in found.items()},
            unwilling=found.get("new", (0, 0))[1],
            sends=preview.send,
            updates=preview.updates,
        )

    @property
    def rows(self) -> int:
        return self.new + self.known + self.repeated + self.wrong

    @property
    def duplicates(self) -> int:
        return self.known + self.repeated

    @property
    def letters(self) -> int:
        return self.new - self.unwilling if self.sends else 0

    @property
    def updated(self) -> int:
        return self.known if self.updates else 0

    @property
    def skipped(self) -> int:
        return self.repeated if self.updates else self.duplicates

    @property
    def action(self) -> str:
        """What confirming does, for its button; empty when it does nothing."""
        parts = [
            _words(self.new, ngettext("make %(number)s link", "make %(number)s links", self.new)),
            _words(self.updated, ngettext("update %(number)s link", "update %(number)s links", self.updated)),
            _words(self.letters, ngettext("send %(number)s letter", "send %(number)s letters", self.letters)),
        ]
        sentence = _listed([part for part in parts if part])
        return sentence[:1].upper() + sentence[1:]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of an import that runs or has run: how many rows are in which state."""

    pending: int = 0
    made: int = 0
    updated: int = 0
    skipped: int = 0
    failed: int = 0
    unwilling: int = 0  # among those made, when letters were asked for
    sends: bool = False

    @classmethod
    def of(cls, confirmed: Import) -> Self:
        found = confirmed.rows.counted("state")
        return cls(
            **{state: number for state, (number, _unwilling) in found.items()},
            unwilling=found.get("made", (0, 0))[1] if confirmed.send else 0,
            sends=confirmed.send,
        )

    @property
    def letters(self) -> int:
        return self.made - self.unwilling if self.sends else 0

    @property
    def rows(self) -> int:
        return self.pending + self.made + self.updated + self.skipped + self.failed

    @property
    def through(self) -> int:
        return self.rows - self.pending

    @property
    def percent(self) -> int:
        return 100 * self.through // self.rows if self.rows else 100


def _words(number: int, words: str) -> str:
    return words % {"number": number_format(number, force_grouping=True)} if number else ""


def _listed(parts: list[str]) -> str:
    """“a”, “a and b”, “a, b and c”."""
    if len(parts) < 2:
        return "".join(parts)
    return gettext("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}
