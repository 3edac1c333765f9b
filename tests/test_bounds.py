"""What no database takes is refused before a view has to think of it."""

import pytest
from django.urls import reverse

from config.bounds import LARGEST_ID, LONGEST_QUERY
from tests.urlmap import set_the_stage

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", [LARGEST_ID, LARGEST_ID + 1, int("9" * 40)])
def test_a_number_that_no_row_has_is_no_address(client, login, browser_in, room, alice, number):
    person = set_the_stage(room, alice)["person"]
    for name, ways in {"rooms:inside": [number], "rooms:leave": [number]}.items():
        answer = browser_in(person.browser).post(reverse(name, args=ways))
        assert answer.status_code in {404, 405}
    assert browser_in(person.browser).get(f"/r/{number}/").status_code == 404
    assert client.get(f"/r/{number}/").status_code == 404
    alices = login(alice)
    for name in ("rooms:give_role", "rooms:remove_person", "rooms:lift_bar"):
        for ways in ([number, person.pk], [room.pk, number]):
            assert alices.post(reverse(name, args=ways), {"role": "guest"}).status_code == 404


def test_a_query_that_is_longer_than_any_of_ours_is_not_understood(login, make_administrator):
    client = login(make_administrator("Olga", is_superuser=True, is_staff=True))
    for path in ("/admin/rooms/administrator/", "/"):
        assert client.get(path, {"q": "c" * (LONGEST_QUERY - 2)}).status_code == 200
        answer = client.get(path, {"q": "c" * 70_000})
        assert answer.status_code == 400
        assert "We could not read that request" in answer.content.decode()
