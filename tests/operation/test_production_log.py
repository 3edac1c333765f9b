"""What a real site writes down while people come in: each line for machines, and none that opens a door."""

import json
import re

import httpx
import pytest

from tests.webs import Desk

pytestmark = [pytest.mark.served, pytest.mark.once]

SCENE = """
from django.utils import timezone
from invitations.models import Invitation
from links import addresses
room = Room.objects.create(name="Hall", time_zone="UTC")
link = GuestLink.objects.create(room=room, name="Gina", email="gina@example.org", role="guest")
then = timezone.now() - timedelta(days=1)
letter = Invitation.objects.create(link=link, held_at=then, state="sent", due_at=None)
Invitation.objects.update(created_at=then)
"""


@pytest.fixture
def site(serve):
    nowhere = "smtp://127.0.0.1:1"
    foyer = serve(LOG_FORMAT="json", LOG_REQUESTS="yes", METRICS_TOKEN="a token", EMAIL_URL=nowhere)
    desk = Desk(foyer)
    yield foyer, desk
    desk.end()


def post(person: httpx.Client, path: str, **answers: str) -> httpx.Response:
    person.get(path)
    return person.post(path, data={**answers, "csrfmiddlewaretoken": person.cookies["csrftoken"]})


def test_a_requests_id_is_in_its_own_line_and_in_the_workers(site):
    foyer, desk = site
    address = desk.do(SCENE, "addresses.sign(link.pk, link.version)")
    with httpx.Client(base_url=foyer.url) as person:
        joined = post(person, f"/j/{address}")
        wanted = post(person, "/again/", email="gina@example.org")
        lost = person.get("/j/7NoSuchDoorWithIts22Digit")
        figures = person.get("/metrics", headers={"Host": "10.1.2.3", "Authorization": "Bearer a token"})

    workers = json.loads(foyer.await_line("invitations.outbox", timeout=20))
    assert (
        workers["message"]
        == "invitation 2: The mail server could not be reached: [Errno 111] Connection refused"
    )
    assert workers["request_id"] == wanted.headers["X-Request-ID"]
    assert workers["task"] == "invitations.tasks.drain_outbox"

    requests = [json.loads(line) for line in foyer.lines if '"requests"' in line]
    by_id = {line["request_id"]: (line["view"], line["path"], line["status"]) for line in requests}
    assert by_id[joined.headers["X-Request-ID"]] == ("links:door", f"/j/{address[:-22]}…", 302)
    assert by_id[lost.headers["X-Request-ID"]] == ("links:door", "/j/7No…", 404)
    assert [line["path"] for line in requests if line["path"] == "/metrics"] == []
    assert 'foyer_joins_total{outcome="joined"} 1.0' in figures.text

    foyer.stop()  # reads all that was written, and fails if it opens a door
    said_by_hand = r"\{|Foyer is at |There is no administrator|\n|worker: Warm shutdown"
    assert [line for line in foyer.lines if not re.match(said_by_hand, line)] == []
