"""What `manage.py serve` makes at its first start, made once and copied: for tests of something else."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests import databases
from tests.serving import OURS, ROOT


@dataclass(frozen=True)
class Prepared:
    """A migrated database and the static files, collected: who starts with them has nothing left to make."""

    var: Path
    database: str  # its name on this run's PostgreSQL, where it is copied by whoever makes a database there

    def lay_out(self, var: Path) -> None:
        """As the `var` of a Foyer that has not been started yet. Its secrets it makes for itself."""
        shutil.copytree(self.var, var, ignore=shutil.ignore_patterns("*_key"))


@contextmanager
def prepared(folder: Path, server_url: str = "") -> Iterator[Prepared]:
    """In SQLite's file, or on that PostgreSQL server."""
    var = folder / "var"
    if not server_url:
        _manage(var)
        yield Prepared(var, "")
        return
    with databases.database_of_its_own(server_url) as url:
        _manage(var, DATABASE_URL=url, SECRET_KEY="s" * 50, LINK_KEY="k" * 50)
        yield Prepared(var, urlsplit(url).path.removeprefix("/"))


def _manage(var: Path, **environment: str) -> None:
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    for command in ("migrate", "collectstatic"):
        subprocess.run(
            [sys.executable, "manage.py", command, "--no-input", "--verbosity", "0"],
            cwd=ROOT,
            env={**inherited, **environment, "VAR_DIR": str(var)},
            check=True,
        )
