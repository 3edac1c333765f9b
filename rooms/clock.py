"""One clock for all processes: the database's. Schedules and leases go by it, whatever a machine thinks."""

from datetime import datetime
from typing import Any, TypeAlias

from django.conf import settings
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.db.models import Expression, functions
from django.utils import timezone

Moment: TypeAlias = datetime | Expression


class Now(functions.Now):
    """SQLite's clock is its process's own, but told in milliseconds: here with all its digits."""

    def as_sqlite(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (ThisMoment(connection.ops),)


def read() -> datetime:
    """What it says now, to be written into many rows: `Now()` in each costs more than the rest of the row."""
    if connection.vendor == "sqlite":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT STATEMENT_TIMESTAMP()")
        moment: datetime = cursor.fetchone()[0]
    return moment


class ThisMoment:
    """A parameter that is read when its statement is executed, however long ago it was written (PEP 246)."""

    def __init__(self, operations: BaseDatabaseOperations) -> None:
        self._operations = operations

    def __conform__(self, _protocol: object) -> str | None:
        return self._operations.adapt_datetimefield_value(timezone.now())


class LeaseTime(Now):
    """What leases are compared with: now. None has run out yet while PostgreSQL has just started.

    It may have been away for longer than leases last, and open pages come first to say that they live.
    """

    STARTED = "pg_postmaster_start_time() > STATEMENT_TIMESTAMP() - %s * INTERVAL '1 second'"
    TIME = f"CASE WHEN {STARTED} THEN '-infinity'::timestamptz ELSE STATEMENT_TIMESTAMP() END"

    def as_postgresql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, tuple[Any, ...]]:
        return self.TIME, (settings.RETURN_GRACE,)
