"""What a real site writes down while people come in: each line for machines, and none that opens a door."""

import json
import re
import time

import httpx
import pytest

from tests.serving import Foyer
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


@pytest.fixture(scope="module")
def site(tmp_path_factory, prepared):
    """A site as in production, its desk, and the address of Gina's link; no mail server answers."""
    nowhere = "smtp://127.0.0.1:1"
    var = tmp_path_factory.mktemp("site") / "var"
    prepared.lay_out(var)
    foyer = Foyer(var, LOG_FORMAT="json", LOG_REQUESTS="yes", METRICS_TOKEN="a token", EMAIL_URL=nowhere)
    try:
        foyer.await_line("Foyer is at ")
        desk = Desk(foyer)
        yield foyer, desk, desk.do(SCENE, "addresses.sign(link.pk, link.version)")
        desk.end()
    finally:
        foyer.stop()


def post(person: httpx.Client, path: str, **answers: str) -> httpx.Response:
    person.get(path)
    return person.post(path, data={**answers, "csrfmiddlewaretoken": person.cookies["csrftoken"]})


def fetch(person: httpx.Client) -> dict[str, float]:
    """The figures of the web process, asked for by address as Prometheus does."""
    answer = person.get("/metrics", headers={"Host": "10.1.2.3", "Authorization": "Bearer a token"})
    lines = (line.rpartition(" ") for line in answer.text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _space, value in lines}


def test_open_pages_are_counted_and_how_soon_they_are_told(site):
    foyer, desk, address = site
    with httpx.Client(base_url=foyer.url) as person:
        post(person, f"/j/{address}")
        before = fetch(person)
        with person.stream("GET", f"/r/{desk.say('room.pk')}/stream") as open_page:
            told = open_page.iter_lines()
            assert "event: people" in told  # read so far
            during = fetch(person)
            person.post(
                f"/r/{desk.say('room.pk')}/leave/", data={"csrfmiddlewaretoken": person.cookies["csrftoken"]}
            )
            assert "event: out" in told
        deadline = time.monotonic() + 10
        while (after := fetch(person))["foyer_streams_open"] and time.monotonic() < deadline:
            time.sleep(0.05)

    told = "foyer_live_told_seconds"
    assert [figures["foyer_streams_open"] for figures in (before, during, after)] == [0, 1, 0]
    assert after[f"{told}_count"] > before[f"{told}_count"]
    assert (
        0
        < after[f"{told}_sum"] - before[f"{told}_sum"]
        < 5 * (after[f"{told}_count"] - before[f"{told}_count"])
    )


def test_a_requests_id_is_in_its_own_line_and_in_the_workers(site):
    foyer, _desk, address = site
    with httpx.Client(base_url=foyer.url) as person:
        joined = post(person, f"/j/{address}")
        wanted = post(person, "/again/", email="gina@example.org")
        lost = person.get("/j/7NoSuchDoorWithIts22Digit")
        figures = fetch(person)

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
    assert figures['foyer_joins_total{outcome="joined"}'] >= 1


def test_each_line_is_for_machines(site):
    foyer, _desk, _address = site
    said_by_hand = r"Foyer is at |There is no administrator|\n"
    lines = [line for line in foyer.lines if not re.match(said_by_hand, line)]

    assert {"message", "level", "logger", "timestamp"} <= set.intersection(
        *(set(json.loads(line)) for line in lines)
    )
