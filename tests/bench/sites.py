"""Sites to measure: `manage.py serve`, a second web process, PostgreSQL and Valkey as their defaults are."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import psutil
import psycopg

from tests import databases
from tests.webs import Site, site

run = ExitStack()  # what lives as long as this run


@contextmanager
def serving(database: str = "postgresql", webs: int = 1, **environment: str) -> Iterator[Site]:
    """A site with an empty database; `ports` are of so many web processes that have the bench's address too.

    On SQLite it is what `make run` starts: no other server runs.
    """
    applications = ["tests.bench.asgi:application"] * webs
    on_postgresql = database == "postgresql"
    with tempfile.TemporaryDirectory() as folder:
        if on_postgresql:
            database_server()
        with site(
            database, Path(folder, "var"), with_redis=on_postgresql, applications=applications, **environment
        ) as served:
            served.ports = served.ports[1:]
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
    """Seconds of processor time: of the site's web processes, and of its database server."""

    def __init__(self, served: Site) -> None:
        self.webs = [psutil.Process(web.process.pid) for web in served.webs]
        self.database = _postmaster()
        self.begin = self._used()

    def read(self) -> tuple[float, float]:
        webs, database = self._used()
        return webs - self.begin[0], database - self.begin[1]

    def _used(self) -> tuple[float, float]:
        # Sessions end and others begin meanwhile: what those have used that ended stands with the postmaster.
        ended = sum(self.database.cpu_times()[2:4])
        return _time_of(self.webs), _time_of(self.database.children()) + ended


def _time_of(processes: list[psutil.Process]) -> float:
    seconds = 0.0
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            seconds += sum(process.cpu_times()[:2])
    return seconds


def _postmaster() -> psutil.Process:
    with psycopg.connect(database_server()) as session:
        [folder] = session.execute("SHOW data_directory").fetchone()
    return psutil.Process(int(Path(folder, "postmaster.pid").read_text().split()[0]))
