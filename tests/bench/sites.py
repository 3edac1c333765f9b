"""Sites to measure: `manage.py serve`, a second web process, PostgreSQL and Valkey as their defaults are."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psutil
import psycopg

from tests import databases
from tests.webs import Site, site

run = ExitStack()  # what lives as long as this run


@contextmanager
def serving(database: str = "postgresql", **environment: str) -> Iterator[Site]:
    """A site with an empty database. On SQLite it is what `make run` starts: nothing else runs."""
    on_postgresql = database == "postgresql"
    with tempfile.TemporaryDirectory() as folder:
        if on_postgresql:
            database_server()
        with site(database, Path(folder, "var"), with_redis=on_postgresql, **environment) as served:
            served.webs = [served.another_web("tests.bench.asgi:application") for _ in range(2)]
            served.ports = tuple(web.port for web in served.webs)
            yield served


def database_server() -> str:
    """The address of this run's PostgreSQL; started by who asks first, ended with the run."""
    if "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = run.enter_context(databases.postgresql())
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as session:
            # Tests do without; people's data does not.
            for setting in ("fsync", "full_page_writes"):
                session.execute(f"ALTER SYSTEM RESET {setting}")
            session.execute("SELECT pg_reload_conf()")
    return os.environ["DATABASE_URL"]


class Meter:
    """Seconds of processor time that the site's web processes and PostgreSQL have used since."""

    def __init__(self, served: Site) -> None:
        self.webs = [psutil.Process(web.process.pid) for web in served.webs]
        self.database = _postmaster()
        self.begin = self._used()

    def read(self) -> float:
        return self._used() - self.begin

    def _used(self) -> float:
        backends = self.database.children() if self.database else []
        return sum(sum(process.cpu_times()[:2]) for process in [*self.webs, *backends])


def _postmaster() -> psutil.Process | None:
    if "DATABASE_URL" not in os.environ:
        return None
    with psycopg.connect(os.environ["DATABASE_URL"]) as session:
        [folder] = session.execute("SHOW data_directory").fetchone()
    return psutil.Process(int(Path(folder, "postmaster.pid").read_text().split()[0]))
