"""The preview. Each change of it holds its row, so that what is confirmed is what was shown."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from invitations import spreadsheets
from invitations.cells import DateOrder, date_order
from invitations.columns import Field, recognise
from invitations.importing.judge import Judge, fields_of
from invitations.models import Import, ImportRow
from invitations.spreadsheets import Table
from rooms.models import Administrator, Room

JUDGED = ["email", "is_wrong", "wants_no_letters"]


class AlreadyConfirmed(Exception):
    """What is confirmed is not changed any more."""


def begin(
    room: Room,
    administrator: Administrator,
    table: Table,
    *,
    language: str,
    file_name: str = "",
    source: bytes = b"",
) -> Import:
    """Keep a table, and judge it. `source` is the file, for another of its sheets."""
    preview = Import(
        room=room,
        administrator=administrator,
        language=language,
        file_name=file_name,
        source=source if len(table.sheets) > 1 else None,
    )
    with transaction.atomic():
        _lay_out(preview, table)
    return preview


def choose_sheet(preview: Import, sheet: str) -> None:
    """Begin again with another sheet of the file. Raises Unreadable and AlreadyConfirmed."""
    table = spreadsheets.read(bytes(preview.source or b""), preview.file_name, sheet)
    with _changing(preview):
        preview.rows.all().delete()
        _lay_out(preview, table)


def map_columns(
    preview: Import, fields: list[Field | None], *, has_header: bool, order: DateOrder | None = None
) -> None:
    """Say what the columns hold. Without an `order` of day and month the dates themselves tell it."""
    with _changing(preview):
        preview.columns, preview.has_header = [field or "" for field in fields], has_header
        preview.date_order = order or guess_date_order(preview)
        preview.save(update_fields=["columns", "has_header", "date_order"])
        number, cells = preview.first_row
        if has_header:
            preview.rows.filter(number=number).delete()
        else:
            ImportRow.objects.get_or_create(of_import=preview, number=number, defaults={"cells": cells})
        _judge_again(preview)


def choose(preview: Import, **choices: Any) -> None:
    """What holds for rows that don't say, whether letters go, what becomes of guests who have links."""
    with _changing(preview):
        for name, value in choices.items():
            setattr(preview, name, value)
        preview.save(update_fields=list(choices))
        _judge_again(preview)


def mend(preview: Import, row: ImportRow, cells: dict[Field, str]) -> None:
    """Type over some of its cells."""
    with _changing(preview):
        row.mended |= {str(field): cell.replace("\0", "") for field, cell in cells.items()}
        Judge.of(preview).judge([row])
        row.save(update_fields=["mended", *JUDGED])


def lacks_columns(preview: Import) -> bool:
    """Nothing can be made of it before somebody says what its columns are."""
    return Field.EMAIL not in fields_of(preview)


def guess_date_order(preview: Import) -> DateOrder:
    return _order_in(preview.columns, preview.rows.values_list("cells", flat=True))


@contextmanager
def _changing(preview: Import) -> Iterator[None]:
    with transaction.atomic():
        if not Import.objects.unconfirmed().select_for_update(of=("self",)).filter(pk=preview.pk):
            raise AlreadyConfirmed
        yield


def _lay_out(preview: Import, table: Table) -> None:
    """Guess what the columns are, and write down the rows."""
    rows = [(number, _storable(cells)) for number, cells in table.rows]
    guess = recognise(rows)
    guests = guess.below_header(rows)
    preview.sheets, preview.sheet = table.sheets, table.sheet
    preview.first_row, preview.has_header = rows[guess.above], guess.has_header
    preview.columns = [field or "" for field in guess.fields]
    preview.date_order = _order_in(preview.columns, (cells for _number, cells in guests))
    preview.save()
    made = [ImportRow(of_import=preview, number=number, cells=cells) for number, cells in guests]
    Judge.of(preview).judge(made)
    ImportRow.objects.bulk_create(made, batch_size=500)


def _order_in(columns: list[str], rows: Iterable[list[str]]) -> DateOrder:
    dates = [place for place, field in enumerate(columns) if field in (Field.START, Field.END)]
    return date_order(cells[place] for cells in rows for place in dates if place < len(cells))


def _storable(cells: list[str]) -> list[str]:
    """Without what PostgreSQL cannot keep."""
    return [cell.replace("\0", "") for cell in cells]


def _judge_again(preview: Import) -> None:
    rows = list(preview.rows.all())
    before = [tuple(getattr(row, name) for name in JUDGED) for row in rows]
    Judge.of(preview).judge(rows)
    after = [tuple(getattr(row, name) for name in JUDGED) for row in rows]
    changed = [row for row, was, is_ in zip(rows, before, after, strict=True) if was != is_]
    ImportRow.objects.write(changed, JUDGED)
