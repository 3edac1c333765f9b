"""DESIGN 6: the join is three statements in all, however many are in."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms import seating
from rooms.models import Participant
from tests import plans
from tests.doors import address_of, counters

pytestmark = pytest.mark.django_db(transaction=True)


def fill(room, number: int) -> None:
    people = [
        Participant(
            room=room,
            browser=f"b{i}",
            name=f"P{i}",
            name_key=f"p{i}",
            granted_role="spectator",
            role="spectator",
        )
        for i in range(number)
    ]
    Participant.objects.bulk_create(people)
    seating.recount(room.pk, fix=True)


@pytest.mark.parametrize("people", [1, 500])
def test_a_join_is_three_statements(client, room, make_group_link, people):
    seating.limit(room.pk, quota=10, capacity=1000)
    group = make_group_link()
    fill(room, people)
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(f"/j/{address_of(group)}", {"name": "Ana"})
    assert answer.status_code == 302
    statements = [query["sql"] for query in queries if query["sql"].split()[0] not in ("BEGIN", "COMMIT")]
    assert [sql.split()[0] for sql in statements] == ["SELECT", "UPDATE", "INSERT"]
    assert counters(room)[0] == people + 1


@pytest.mark.parametrize("people", [0, 2_000])
def test_on_postgresql_the_door_reads_no_crowd_though_nobody_has_counted_it(
    client, room, make_group_link, people
):
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL guesses how many rows there are")
    seating.limit(room.pk, quota=10, capacity=3_000)
    group = make_group_link()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE rooms_participant")
        fill(room, people)
        with CaptureQueriesContext(connection) as queries:
            client.post(f"/j/{address_of(group)}", {"name": "Ana"})
            client.get(f"/r/{room.pk}/")
        asked = [query["sql"] for query in queries if 'browser" = ' in query["sql"]]
        assert len(asked) == 2
        for sql in asked:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
            [[answer]] = cursor.fetchall()
            assert plans.rows_read_in_vain(json.dumps(answer)) < 10


def test_on_postgresql_the_join_does_not_wait_for_the_disk(client, make_group_link):
    if connection.vendor != "postgresql":
        pytest.skip("only PostgreSQL has synchronous_commit")
    with CaptureQueriesContext(connection) as queries:
        client.post(f"/j/{address_of(make_group_link())}", {"name": "Ana"})
    assert any("set_config('synchronous_commit', 'off', true)" in query["sql"] for query in queries)
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
