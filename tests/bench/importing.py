"""Preview and import of 10,000 guests, beside `csv` and `bulk_create` of the same rows.

python -m tests.bench.importing STEP ROOM ROWS
"""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from tests.bench.figures import Figures, Row, alternate, at_most, claim
from tests.bench.sites import serving
from tests.bench.steps import Cost, run, take
from tests.webs import Site

ROUNDS, ROWS = 2, 10_000
HEAD = ("Name", "E-Mail", "Rolle", "Sprache", "Beginn", "Ende")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_ROOM = """
alice, _is_new = Administrator.objects.get_or_create(email="alice@example.org", name="Alice")
room = Room.objects.create(name="Physics", time_zone="Europe/Berlin", quota=10, capacity=500)
room.administrators.add(alice)
"""


def imports() -> Iterator[Row]:
    """A spreadsheet's preview and import"""
    with serving() as site:
        ours, beside = alternate(
            ROUNDS, partial(_made, site, "preview", "make"), partial(_made, site, "bare")
        )
    both = Figures([sum(cost.seconds for cost in costs) for costs in ours], "s")
    limit = Figures([cost.seconds for [cost] in beside], "s")
    yield at_most(2.5, f"preview and import of {ROWS:,} rows", both, "csv and bulk_create", limit)
    for number, step in enumerate(("the preview", "the import")):
        yield Row(f"{step} alone", Figures([costs[number].seconds for costs in ours], "s"))
    peak = max(cost.peak for costs in ours for cost in costs)
    yield Row(
        "peak memory", f"{peak:.0f} MB", f"bare: {beside[-1][0].peak:.0f} MB", "", "under 300 MB", peak < 300
    )


def _made(site: Site, *steps: str) -> list[Cost]:
    room = site.desk.do(NEW_ROOM, "room.pk")
    costs = [take(site, "tests.bench.importing", step, room, ROWS) for step in steps]
    links = f"GuestLink.objects.filter(room={room}, created_by=alice, invitations__state='queued')"
    made = site.desk.say(f"{links}.values('email').distinct().count()")
    claim(made == ROWS, f"{made} of {ROWS} guests have a link and a letter")
    return costs


# What runs in a process of its own.


def table(rows: int) -> str:
    file = io.StringIO()
    written = csv.writer(file, delimiter=";")
    written.writerow(HEAD)
    dates = ("10.01.2099 09:00", "10.01.2099 11:00")
    written.writerows(
        (f"Gast Nummer {n}", f"guest{n}@example.org", "Teilnehmer", "de", *dates) for n in range(rows)
    )
    return file.getvalue()


def preview(room: int, rows: int) -> None:
    """Upload the file, and look at the first page of what would be made."""
    from django.conf import settings
    from django.core.files.uploadedfile import SimpleUploadedFile

    from rooms.models import Administrator
    from tests.browsers import Client

    settings.ALLOWED_HOSTS.append("testserver")
    alice = Client()
    alice.force_login(Administrator.objects.get())
    file = SimpleUploadedFile("guests.csv", table(rows).encode())
    answer = alice.post(f"/rooms/{room}/guests/import/", {"file": file, "text": ""}, follow=True)
    claim(answer.status_code == 200, "no preview")


def make(room: int, rows: int) -> None:
    """What the worker does once it is confirmed."""
    from invitations import importing
    from invitations.models import Import

    Import.objects.get(room=room).confirm()
    importing.run(lambda: None)


def bare(room: int, rows: int) -> None:
    from invitations.models import Invitation
    from links.models import GuestLink
    from rooms.models import Administrator

    alice = Administrator.objects.get()
    links = [
        GuestLink(
            kind="guest",
            room_id=room,
            name=row["Name"],
            email=row["E-Mail"],
            role="participant",
            language=row["Sprache"],
            starts_at=_instant(row["Beginn"]),
            ends_at=_instant(row["Ende"]),
            created_by=alice,
        )
        for row in csv.DictReader(io.StringIO(table(rows)), delimiter=";")
    ]
    GuestLink.objects.bulk_create(links, 1_000)
    Invitation.objects.bulk_create((Invitation(link=link, sent_by=alice) for link in links), 1_000)


def _instant(words: str) -> datetime:
    return datetime.strptime(words, "%d.%m.%Y %H:%M").replace(tzinfo=BERLIN)


if __name__ == "__main__":
    run({"preview": preview, "make": make, "bare": bare})
