"""The clocks of this process and of the workers, against the database's."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from operation.doctor.findings import Finding, bad, good, warning
from operation.models import Heartbeat, Part

NOTICED, TOO_MUCH = timedelta(seconds=2), timedelta(seconds=30)
NOW = {
    "postgresql": "SELECT to_char(statement_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS')",
    "sqlite": "SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')",
}


def clock(now: datetime | None = None) -> Finding:
    """`now`: what the clock of this process says, if it is not what it says."""
    differences = [*_of_workers(), (_("this process"), (now or timezone.now()) - _database_now())]
    whose, difference = max(differences, key=lambda each: abs(each[1]))
    if abs(difference) <= NOTICED:
        return good(_("The clocks agree with the database's."))
    words = _("The clock of %(whose)s is %(seconds)d seconds off the database's. Have it set by NTP.")
    said = words % {"whose": whose, "seconds": round(abs(difference).total_seconds())}
    return bad(said) if abs(difference) > TOO_MUCH else warning(said)


def _of_workers() -> Iterator[tuple[str, timedelta]]:
    for worker in Heartbeat.objects.filter(part=Part.WORKER).fresh():
        yield worker.name, worker.is_ahead_by


def _database_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute(NOW[connection.vendor])
        return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)
