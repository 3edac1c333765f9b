"""Is this process well? In one sentence of plain text."""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

TEXT = "text/plain; charset=utf-8"

seen_migrated: list[bool] = []


def is_alive(request: HttpRequest) -> HttpResponse:
    """It answers: that is all. Under config/asgi.py, that says so without us."""
    return HttpResponse("ok\n", TEXT)


def is_ready(request: HttpRequest) -> HttpResponse:
    """May people be sent here?"""
    trouble = _trouble()
    return HttpResponse(f"{trouble or 'ok'}\n", TEXT, status=503 if trouble else 200)


def _trouble() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return "" if _is_migrated() else "The database waits for its migrations: run manage.py migrate."
    except Error:
        return "The database does not answer."


def _is_migrated() -> bool:
    # What is migrated stays so while we run: the long look is taken until it is good, and then never again.
    if not seen_migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        seen_migrated.append(True)
    return True
