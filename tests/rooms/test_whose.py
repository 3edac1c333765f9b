"""Somebody else's room does not exist, on every URL."""

import pytest
from django.urls import get_resolver, reverse

from rooms.models import Administrator, Participant, Room
from tests.doors import join

pytestmark = pytest.mark.django_db

POST_ONLY = {
    "add_administrator",
    "remove_administrator",
    "give_role",
    "remove_person",
    "lift_bar",
    "enter",
    "end_session",
}
OPEN = {"setup", "inside", "leave", "sign_on"}
FOR_ALL = {"favicon", "brand_style_sheet", "brand_logo"}  # nobody's room is behind them
NO_ROOMS = {"list", "create"}


@pytest.fixture
def addresses(room, alice, make_group_link) -> dict[str, str]:
    """Every URL of the rooms, as alice would see it."""
    person = join(make_group_link())
    known = {"pk": room.pk, "administrator_pk": alice.pk, "participant_pk": person.pk, "token": "wrong"}
    known["version"] = "0"
    found = {}
    for name, ways in get_resolver("rooms.urls").reverse_dict.lists():
        if isinstance(name, str):
            found[name] = reverse(f"rooms:{name}", kwargs={part: known[part] for part in ways[0][0][0][1]})
    return found


@pytest.fixture
def everything(addresses):
    """What is so; asked again, whether it is so still."""

    def state() -> list[list[dict]]:
        shared = Room.administrators.through
        rows = [list(model.objects.order_by("pk").values()) for model in (Room, Participant, shared)]
        return [*rows, list(Administrator.objects.order_by("pk").values("email"))]

    before = state()
    return lambda: state() == before


def test_the_walk_knows_every_url(addresses):
    from rooms.urls import urlpatterns

    assert set(addresses) == {pattern.name for pattern in urlpatterns}
    assert len(addresses) == 20


def test_nobody_is_sent_to_the_login_and_changes_nothing(client, addresses, everything):
    answers = {}
    for name in set(addresses) - OPEN - FOR_ALL:
        answers[name] = (client.get(addresses[name]), client.post(addresses[name], {"role": "guest"}))
    for name, (get, post) in answers.items():
        assert get.status_code == (405 if name in POST_ONLY else 302), name
        assert post.status_code in {302, 405}, name
        for answer in (get, post):
            assert answer.status_code == 405 or answer.url.startswith("/accounts/login/?next="), name
    assert everything()


def test_for_bob_alices_room_does_not_exist_and_he_changes_nothing(login, bob, addresses, everything):
    client = login(bob)
    for name in set(addresses) - OPEN - FOR_ALL - NO_ROOMS:
        get = client.get(addresses[name])
        post = client.post(addresses[name], {"role": "guest", "email": "bob@example.org", "name": "Mine"})
        assert get.status_code == (405 if name in POST_ONLY else 404), name
        assert post.status_code in {404, 405}, name
        assert b"Physics" not in get.content + post.content, name
    assert everything()


def test_a_stranger_finds_nothing_at_a_participants_page_and_at_a_wrong_key(client, addresses, everything):
    for name in OPEN:
        for answer in (client.get(addresses[name]), client.post(addresses[name])):
            assert answer.status_code in {404, 405}, name
            assert b"Physics" not in answer.content, name
    assert everything()


def test_bob_reaches_nobody_of_alices_through_his_own_room(login, bobs_room, addresses, everything):
    client, alice = login(bobs_room.administrators.get()), Administrator.objects.get(name="Alice")
    person = Participant.objects.get()
    for name in ("give_role", "remove_person", "lift_bar"):
        url = reverse(f"rooms:{name}", args=[bobs_room.pk, person.pk])
        assert client.post(url, {"role": "guest"}).status_code == 404
    url = reverse("rooms:remove_administrator", args=[bobs_room.pk, alice.pk])
    assert client.post(url).status_code == 404
    assert everything()


def test_a_form_without_its_token_is_answered_with_a_page_that_says_to_reload(alice, room):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    answer = client.post(reverse("rooms:delete", args=[room.pk]))
    assert answer.status_code == 403
    assert "reload the page" in answer.content.decode()
    assert Room.objects.count() == 1
