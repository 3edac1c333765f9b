"""The rows of which no link was made, as a file that can be mended and imported again."""

from django.utils.translation import gettext as _

from invitations.columns import Field, headers
from invitations.importing.judge import Judge
from invitations.importing.lines import lines
from invitations.models import Import, ImportRow
from invitations.spreadsheets import csv_of


def failures_file(ended: Import) -> bytes:
    judge = Judge.of(ended)
    failed = lines(ended, ended.rows.filter(state=ImportRow.State.FAILED).order_by("number"))
    written = [judge.cells(line.row) for line in failed]
    used = [field for field in Field if field in judge.fields or any(field in cells for cells in written)]
    rows = [
        [*(cells.get(field, "") for field in used), line.what_is_wrong]
        for line, cells in zip(failed, written, strict=True)
    ]
    return csv_of([[*headers(used), _("What is wrong")], *rows])
