"""Letters through worker, broker and SMTP, beside a bare loop that sends the same finished letters."""

import time
from collections.abc import Iterator
from functools import partial
from smtplib import SMTP

from tests.bench.figures import Figures, Row, alternate, at_least, claim
from tests.bench.sink import Sink, sink
from tests.bench.sites import serving
from tests.webs import Site

ROUNDS, LETTERS, ROOMS = 3, 1_000, 10  # so that no room has more than LETTERS_A_MINUTE
LINKS = """
from django.db import transaction
from invitations import outbox
from invitations.models import Invitation
from invitations.tasks import wake_outbox
alice, _is_new = Administrator.objects.get_or_create(email="alice@example.org", name="Alice")
rooms = [Room.objects.create(name="Physics", time_zone="UTC", quota=10, capacity=500) for _ in range({rooms})]
links = GuestLink.objects.bulk_create(
    GuestLink(
        kind="guest", room=rooms[n % {rooms}], name=f"Guest {{n}}", email=f"guest{{n}}@example.org",
        role="participant", language="en",
    )
    for n in range({letters})
)
"""
# As a button does: the rows are there, and the worker is woken after the commit.
INVITE = """
import time
with transaction.atomic():
    outbox.invite_all(links, alice)
    wake_outbox()
    committed = time.monotonic()
"""
SENT = "Invitation.objects.filter(link__in=links, state='sent').count()"


def letters() -> Iterator[Row]:
    """Letters through worker, broker and SMTP"""
    with sink() as box, serving(EMAIL_URL=f"smtp://127.0.0.1:{box.port}") as site:
        ours, bare = alternate(ROUNDS, partial(_through_foyer, site, box), partial(_loop, box))
    unit, beside = "a second", "smtplib on one connection"
    yield at_least(0.4, f"{LETTERS:,} letters", Figures(ours, unit), beside, Figures(bare, unit))


def _through_foyer(site: Site, box: Sink) -> float:
    site.desk.do(LINKS.format(rooms=ROOMS, letters=LETTERS))
    before = box.count()
    committed = site.desk.do(INVITE, "committed")
    ended = box.wait_for(before + LETTERS)
    _claim_sent(site, box, before)
    return LETTERS / (ended - committed)


def _claim_sent(site: Site, box: Sink, before: int) -> None:
    deadline = time.monotonic() + 5
    while (sent := site.desk.say(SENT)) < LETTERS and time.monotonic() < deadline:
        time.sleep(0.05)
    claim(sent == LETTERS, f"{sent} of {LETTERS} letters are written down as sent")
    recipients = {to for _from, [to], _letter in box.letters()[before:]}
    claim(len(recipients) == box.count() - before == LETTERS, "somebody got no letter, or two")


def _loop(box: Sink) -> float:
    """The letters that came first, which Foyer has written and sent before."""
    finished = box.letters()[:LETTERS]
    begin = time.monotonic()
    with SMTP("127.0.0.1", box.port, timeout=20) as server:
        for sender, recipients, letter in finished:
            server.sendmail(sender, recipients, letter)
    return LETTERS / (time.monotonic() - begin)
