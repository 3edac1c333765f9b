"""What the cells of a row say, and whether a guest link can be made of it."""

from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from invitations.cells import DateOrder, Defaults, Parsed, parse
from invitations.columns import Field
from invitations.models import Import, ImportRow, Suppression
from rooms.models import Role


@dataclass(frozen=True, slots=True)
class Judge:
    """Reads the rows of one import."""

    room_id: int
    zone: ZoneInfo
    fields: list[Field | None]
    defaults: Defaults
    order: DateOrder

    @classmethod
    def of(cls, its_import: Import) -> Self:
        return cls(
            its_import.room_id,
            its_import.room.zone,
            fields_of(its_import),
            Defaults(Role(its_import.role), its_import.language, its_import.starts_at, its_import.ends_at),
            DateOrder(its_import.date_order),
        )

    def cells(self, row: ImportRow) -> dict[Field, str]:
        """What stands in the file, and over it what was typed by hand."""
        written = {field: cell for field, cell in zip(self.fields, row.cells, strict=False) if field}
        return written | {Field(name): cell for name, cell in row.mended.items()}

    def read(self, row: ImportRow) -> Parsed:
        return parse(self.cells(row), self.defaults, self.zone, self.order)

    def judge(self, rows: list[ImportRow]) -> None:
        """Write down which rows are wrong, whose they are, and who wants no letters."""
        for row in rows:
            read = self.read(row)
            row.is_wrong = bool(read.errors)
            row.email = "" if Field.EMAIL in read.errors else read.email.lower()
        unwilling = Suppression.objects.among({row.email for row in rows if row.email}, self.room_id)
        for row in rows:
            row.wants_no_letters = row.email in unwilling


def fields_of(its_import: Import) -> list[Field | None]:
    return [Field(name) if name else None for name in its_import.columns]
