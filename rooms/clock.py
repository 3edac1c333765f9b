"""One clock for all processes: the database's. Schedules and leases go by it, whatever a machine thinks."""

from datetime import datetime
from typing import Any, TypeAlias

from django.db.models import Expression, functions
from django.utils import timezone

Moment: TypeAlias = datetime | Expression


class Now(functions.Now):
    """SQLite's clock is its process's own, but told in milliseconds: here with all its digits."""

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, list[Any]]:
        return "%s", [connection.ops.adapt_datetimefield_value(timezone.now())]
