"""What is done in a room is written down where it is done: who did it, once, or not at all."""

import pytest
from django.db import transaction

from rooms import accounts, seating
from rooms.forms import RoomSettingsForm
from rooms.models import Activity, Participant, Role
from rooms.models.activity import Deed
from tests.doors import join

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_alice(login, alice):
    return login(alice)


def told() -> list[tuple]:
    return list(Activity.objects.order_by("pk").values_list("deed", "by__name", "about", "number"))


def test_links_that_are_added(as_alice, room):
    as_alice.post(
        f"/rooms/{room.pk}/guests/new/",
        {"email": "gina@example.org", "name": "Gina", "role": "guest", "language": "en"},
    )
    as_alice.post(f"/rooms/{room.pk}/groups/new/", {"description": "Maths", "role": "guest"})

    assert told() == [(Deed.ADDED, "Alice", "Gina", 1), (Deed.ADDED, "Alice", "Maths", 1)]
    assert {link.created_by.name for link in room.links.all()} == {"Alice"}


def test_settings_say_what_they_were(as_alice, room):
    form = RoomSettingsForm(instance=room)
    shown = {name: form[name].value() for name in form.fields}
    seen = {f"initial-{name}": value for name, value in shown.items()}
    values = {name: "" if value in (None, False) else value for name, value in (shown | seen).items()}
    as_alice.post(f"/rooms/{room.pk}/settings/", values | {"quota": 12, "name": "Colloquium"})

    done = Activity.objects.get()
    assert (done.deed, done.by.name) == (Deed.SETTINGS, "Alice")
    assert done.before == {"name": "Physics colloquium", "quota": 10}
    assert done.after == {"name": "Colloquium", "quota": 12}
    page = as_alice.get(f"/rooms/{room.pk}/activity/").content.decode()
    assert "Alice changed the settings of the room" in page
    assert "Quota: 10 → 12" in page
    assert "/undo/" not in page


def test_administrators_who_come_and_go(as_alice, alice, bob, room):
    as_alice.post(f"/rooms/{room.pk}/administrators/", {"email": bob.email})
    accounts.add_to(room, bob.email, by=alice)
    as_alice.post(f"/rooms/{room.pk}/administrators/{bob.pk}/removal/")
    accounts.dismiss(room, bob, by=alice)

    assert told() == [(Deed.SHARED, "Alice", "Bob", 1), (Deed.UNSHARED, "Alice", "Bob", 1)]


def test_a_removal_and_a_bar_that_is_lifted(as_alice, room, make_group_link):
    ana = join(make_group_link())
    as_alice.post(f"/rooms/{room.pk}/people/{ana.pk}/removal/")
    for _twice in range(2):
        as_alice.post(f"/rooms/{room.pk}/people/{ana.pk}/bar/")

    assert told() == [(Deed.REMOVED, "Alice", "Ana", 1), (Deed.LET_BACK, "Alice", "Ana", 1)]
    assert not Participant.objects.barred().exists()


def test_who_is_put_out_when_a_link_is_switched_off(as_alice, make_group_link):
    maths = make_group_link(description="Maths")
    join(maths), join(maths, "Ben")
    as_alice.post(f"/links/{maths.pk}/switch/", {"on": "0", "people": "remove"})
    as_alice.post(f"/links/{maths.pk}/expiry/", {"people": "remove"})

    assert told() == [
        (Deed.SWITCHED, "Alice", "Maths", 1),
        (Deed.PUT_OUT, "Alice", "Maths", 2),
        (Deed.WINDOW, "Alice", "Maths", 1),
    ]


def test_a_role_by_hand_and_the_seat_that_it_frees(room, alice, make_group_link):
    seating.limit(room.pk, quota=1)
    maths = make_group_link()
    ana, _ben = join(maths), join(maths, "Ben")
    seating.give_role(ana, Role.SPECTATOR, by=alice)

    assert told() == [(Deed.GIVEN_ROLE, "Alice", "Ana", 1), (Deed.SEATED, None, "Ben", 1)]


def test_what_is_rolled_back_leaves_no_trace(room, alice, bob, gina, make_group_link):
    ana = join(make_group_link())
    with transaction.atomic():
        gina.switch(on=False, by=alice)
        seating.remove(ana, by=alice)
        seating.let_back(ana, by=alice)
        accounts.add_to(room, bob.email, by=alice)
        transaction.set_rollback(True)

    assert told() == []


def test_the_operators_page_writes_down_too(client, room, make_administrator):
    client.force_login(make_administrator("Olga", is_staff=True, is_superuser=True))
    values = {"name": "Other", "description": "", "time_zone": "Europe/Berlin", "note": ""}
    values |= {"forgets": "site", "forgets_after": 90}
    answer = client.post(
        f"/admin/rooms/room/{room.pk}/change/",
        values | {"administrators": [room.administrators.get().pk]},
    )

    assert answer.status_code == 302
    assert told() == [(Deed.SETTINGS, "Olga", "", 1)]
