from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from operation.doctor.findings import Finding, bad, good


def database() -> Finding:
    connection.ensure_connection()
    version = ".".join(map(str, connection.get_database_version()))
    if number := _missing_migrations():
        return bad(
            ngettext(
                "One migration is missing. Apply it: manage.py migrate",
                "%(number)d migrations are missing. Apply them: manage.py migrate",
                number,
            )
            % {"number": number}
        )
    return good(
        _("%(database)s answers, and every migration is applied.")
        % {"database": f"{connection.display_name} {version}"}
    )


def _missing_migrations() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
