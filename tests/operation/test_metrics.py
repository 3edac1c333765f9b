"""What Prometheus is told."""

from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from invitations.models import Invitation
from links import door
from rooms import metrics, seating
from rooms.models import Participant
from tests.browsers import Client
from tests.doors import address_of, join

TOKEN = "a token"
STATEMENTS = 5


@pytest.fixture(autouse=True)
def with_a_token(settings):
    settings.METRICS_TOKEN = TOKEN


def fetch(client: Client, token: str = TOKEN):
    return client.get("/metrics", headers={"authorization": f"Bearer {token}", "host": "10.1.2.3"})


def figures(client: Client) -> dict[tuple[str, ...], float]:
    """Each sample by its name and the values of its labels, in the order of their names."""
    families = text_string_to_metric_families(fetch(client).content.decode())
    samples = [sample for family in families for sample in family.samples]
    return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


@pytest.mark.once
@pytest.mark.parametrize("given", ["Bearer another", "Bearer", "", "Basic a token", TOKEN, "Bearer ä"])
def test_figures_are_for_who_has_the_token(client, given):
    answer = client.get("/metrics", headers={"authorization": given})

    assert (answer.status_code, answer.content) == (401, b"")
    assert answer["WWW-Authenticate"] == "Bearer"


@pytest.mark.once
@pytest.mark.parametrize("given", ["", "Bearer ", f"Bearer {TOKEN}"])
def test_without_the_setting_there_is_no_such_address(client, settings, given):
    settings.METRICS_TOKEN = ""

    assert client.get("/metrics", headers={"authorization": given}).status_code == 404


def test_seats_and_people_of_all_rooms_are_added_up(client, make_room, make_group_link):
    for room in (make_room(quota=1), make_room(quota=5)):
        for name in ("Ana", "Ben"):
            join(make_group_link(room=room), name)

    told = figures(client)

    assert (told["foyer_rooms",], told["foyer_people_in",]) == (2, 4)
    assert (told["foyer_seats_taken",], told["foyer_people_waiting",]) == (3, 1)
    assert told["foyer_database_up",] == 1


def test_an_empty_site_has_noughts_and_no_gaps(db, client):
    told = figures(client)

    assert [told[name,] for name in ("foyer_people_in", "foyer_seats_taken", "foyer_outbox_due")] == [0, 0, 0]
    assert told["foyer_letters", "bounced"] == 0
    assert told["foyer_joins_total", "barred"] >= 0


def test_letters_that_are_due_are_counted_with_the_age_of_the_oldest(client, make_guest_link):
    now = timezone.now()
    for minutes in (-5, -1, 10):
        link = make_guest_link()
        Invitation.objects.create(link=link, due_at=now + timedelta(minutes=minutes))
    Invitation.objects.create(link=make_guest_link(is_active=False), due_at=now - timedelta(days=1))
    Invitation.objects.create(link=make_guest_link(), state="bounced", due_at=None)

    told = figures(client)

    assert told["foyer_outbox_due",] == 2
    assert 300 <= told["foyer_outbox_oldest_due_seconds",] < 360
    assert (told["foyer_letters", "queued"], told["foyer_letters", "bounced"]) == (4, 1)


def test_places_that_nobody_sweeps_are_noticed(client, make_group_link):
    ana = join(make_group_link())
    assert figures(client)["foyer_sweep_overdue_seconds",] == 0

    Participant.objects.filter(pk=ana.pk).update(lease_until=Now() - timedelta(seconds=90))
    assert 90 <= figures(client)["foyer_sweep_overdue_seconds",] < 150

    seating.sweep_all()
    assert figures(client)["foyer_sweep_overdue_seconds",] == 0


@pytest.mark.parametrize("number", [1, 30])
def test_a_scrape_is_so_many_statements(
    client, make_room, make_guest_link, django_assert_num_queries, number
):
    for _ in range(number):
        Invitation.objects.create(link=make_guest_link(room=make_room()))

    with django_assert_num_queries(STATEMENTS):
        fetch(client)


def rise(client: Client, before: dict[tuple[str, ...], float], name: str) -> dict[tuple[str, ...], float]:
    """By how much the samples of one name rose since."""
    now = figures(client)
    rose = {key: value - before.get(key, 0) for key, value in now.items() if key[0] == name}
    return {key[1:]: value for key, value in rose.items() if value}


def test_joins_are_counted_by_what_became_of_them(db, client, make_group_link, room):
    seating.limit(room.pk, quota=1, capacity=2)
    group = make_group_link()
    shut = make_group_link(is_active=False)
    before = figures(client)

    for link in (shut, group, group, group):
        Client().post(f"/j/{address_of(link)}", {"name": "Ana"})
    Client().post("/j/nowhere", {"name": "Ana"})
    Client().get("/j/nowhere")

    outcomes = {"joined": 1, "waits": 1, "full": 1, "inactive": 1, "unknown": 1}
    assert rise(client, before, "foyer_joins_total") == {(name,): number for name, number in outcomes.items()}


@pytest.mark.once
def test_every_reason_of_the_door_is_an_outcome():
    assert set(metrics.OUTCOMES) == {"joined", "waits", "unknown", *door.Reason}


def test_request_times_are_by_view_method_and_kind_of_status(db, client, make_group_link):
    before = figures(client)

    client.get(f"/j/{address_of(make_group_link())}")
    for path in ("/j/nowhere", "/j/elsewhere", "/no/view/of/ours"):
        client.get(path)
    client.generic("BREW", "/j/nowhere")

    assert rise(client, before, "foyer_request_seconds_count") == {
        ("GET", "2xx", "links:door"): 1,
        ("GET", "4xx", "links:door"): 2,
        ("GET", "4xx", "none"): 1,
        ("other", "4xx", "links:door"): 1,
    }
