"""How long 10,000 guests take to preview and to make, and how much memory.

    .venv/bin/python -m tests.bench.importing [--database postgresql] [--rows 10000] [--known 5000]

Each step runs in a process of its own, on one new database; its peak counts Python and Django.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--known", type=int, default=0, help="guests who have a link already")
    parser.add_argument("--duplicates", choices=["skip", "update"], default="skip")
    parser.add_argument("--step", choices=[*STEPS])
    asked = parser.parse_args()
    if asked.step:
        run_step(asked)
        return
    with ExitStack() as stack:
        environment = {**os.environ, "VAR_DIR": stack.enter_context(tempfile.TemporaryDirectory())}
        environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
        environment["STATICFILES"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
        Path(environment["VAR_DIR"], "static").mkdir()
        if asked.database == "postgresql":
            from tests import databases

            environment["DATABASE_URL"] = stack.enter_context(databases.postgresql())
        for step in STEPS:
            command = [sys.executable, "-m", "tests.bench.importing", *sys.argv[1:], "--step", step]
            subprocess.run(command, cwd=ROOT, env=environment, check=True)


def run_step(asked: argparse.Namespace) -> None:
    import django

    django.setup()
    begin, begin_cpu = time.perf_counter(), time.process_time()
    words = STEPS[asked.step](asked)
    seconds, cpu = time.perf_counter() - begin, time.process_time() - begin_cpu
    if words:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        sys.stdout.write(f"{words:<52} {seconds:6.2f} s   CPU {cpu:5.2f} s   peak {peak:4.0f} MB\n")


def prepare(asked: argparse.Namespace) -> str:
    from django.core.management import call_command

    from links.models import GuestLink
    from rooms.models import Administrator, Room

    call_command("migrate", verbosity=0)
    alice = Administrator.objects.create_user("alice@example.org", None, name="Alice")
    room = Room.objects.create(name="Physics", time_zone="Europe/Berlin", quota=10, capacity=500)
    room.administrators.add(alice)
    GuestLink.objects.bulk_create(
        GuestLink(kind="guest", room=room, name="Old", email=f"guest{n}@example.org", language="en")
        for n in range(asked.known)
    )
    return ""


def client():
    from django.conf import settings
    from django.test import Client

    from rooms.models import Administrator

    settings.ALLOWED_HOSTS.append("testserver")
    browser = Client()
    browser.force_login(Administrator.objects.get())
    return browser


def upload(asked: argparse.Namespace) -> str:
    from django.core.files.uploadedfile import SimpleUploadedFile

    lines = ["Name;E-Mail;Rolle;Sprache;Beginn;Ende"]
    lines += [
        f"Gast Nummer {n};guest{n}@example.org;Teilnehmer;de;10.01.2027 09:00;10.01.2027 11:00"
        for n in range(asked.rows)
    ]
    browser = client()
    file = SimpleUploadedFile("guests.csv", "\n".join(lines).encode())
    answer = browser.post("/rooms/1/guests/import/", {"file": file, "text": ""})
    assert answer.status_code == 302, answer.content.decode()
    if asked.duplicates == "update":
        from invitations.models import Import

        Import.objects.update(duplicates="update")
    return f"upload of {asked.rows} rows"


def page(asked: argparse.Namespace) -> str:
    answer = client().get("/imports/1/")
    assert answer.status_code == 200
    return f"a page of the preview ({len(answer.content) // 1024} kB)"


def defaults(asked: argparse.Namespace) -> str:
    form = {"role": "guest", "language": "de", "duplicates": asked.duplicates, "ends_date": "2099-01-01"}
    assert client().post("/imports/1/defaults/", form | {"send": "on"}).status_code == 302
    return "other defaults"


def confirm(asked: argparse.Namespace) -> str:
    from invitations.models import Import

    assert Import.objects.get().confirm()
    return "confirmation"


def make(asked: argparse.Namespace) -> str:
    from invitations import importing
    from invitations.importing.summary import Outcome
    from invitations.models import Import, Invitation

    importing.run(lambda: None)
    outcome = Outcome.of(Import.objects.get())
    letters = Invitation.objects.count()
    return f"made {outcome.made}, updated {outcome.updated}, skipped {outcome.skipped}, {letters} letters"


def undo(asked: argparse.Namespace) -> str:
    assert client().get("/imports/1/undo/").status_code == 200
    assert client().post("/imports/1/undo/").status_code == 302
    return "undo, with its question"


STEPS = {
    "prepare": prepare,
    "upload": upload,
    "page": page,
    "defaults": defaults,
    "confirm": confirm,
    "make": make,
    "undo": undo,
}

if __name__ == "__main__":
    main()
