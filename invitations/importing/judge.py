"""What the cells of a row say, and whether a guest link can be made of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from invitations.cells import DateOrder, Defaults, Parsed, parse
from invitations.columns import Field
from invitations.dates import zone_in
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
    # Those that the header names beside its dates, as our own exports do: "Start (Europe/Berlin)".
    zones: Mapping[Field, ZoneInfo]

    @classmethod
    def of(cls, its_import: Import) -> Self:
        return cls(
            its_import.room_id,
            its_import.room.zone,
            fields_of(its_import),
            Defaults(Role(its_import.role), its_import.language, its_import.starts_at, its_import.ends_at),
            DateOrder(its_import.date_order),
            _zones_of(its_import),
        )

    def cells(self, row: ImportRow) -> dict[Field, str]:
        """What stands in the file, and over it what was typed by hand."""
        written = {field: cell for field, cell in zip(self.fields, row.cells, strict=False) if field}
        return written | {Field(name): cell for name, cell in row.mended.items()}

    def read(self, row: ImportRow) -> Parsed:
        # What was typed by hand was typed in the room's.
        zones = {field: zone for field, zone in self.zones.items() if field not in row.mended}
        return parse(self.cells(row), self.defaults, self.zone, self.order, zones)

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


def _zones_of(its_import: Import) -> dict[Field, ZoneInfo]:
    if not its_import.has_header or not its_import.first_row:
        return {}
    _number, headers = its_import.first_row
    named = zip(fields_of(its_import), headers, strict=False)
    dated = {field: zone_in(header) for field, header in named if field in (Field.START, Field.END)}
    return {field: zone for field, zone in dated.items() if zone}
