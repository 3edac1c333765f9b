"""An administrator's rooms: who sees which, what a form refuses, what two forms at once make of a room."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from rooms.forms import RoomSettingsForm
from rooms.models import Participant, Role, Room
from tests.doors import counters, join, roles

pytestmark = pytest.mark.django_db

NEW = {"name": "Chemistry", "description": "", "time_zone": "Europe/Berlin", "quota": "5", "capacity": "10"}


def seen(form) -> dict[str, str]:
    """What a browser sends back of a form that nobody touched."""
    values = {}
    for field in form:
        value = field.value()
        values[field.html_name] = values[field.html_initial_name] = "" if value is None else str(value)
    return values


def open_settings(client, room) -> dict[str, str]:
    return seen(client.get(reverse("rooms:edit", args=[room.pk])).context["form"])


def titles(answer) -> list[str]:
    return re.findall(r'class="title"[^>]*>([^<]*)<', answer.content.decode())


@pytest.fixture
def desk(login, alice):
    return login(alice)


def test_alice_sees_her_rooms_and_not_bobs(desk, room, bobs_room):
    assert titles(desk.get("/")) == ["Physics colloquium"]


def test_rooms_are_found_by_a_part_of_their_name_in_any_case(desk, room, make_room):
    make_room(name="Chess")
    assert titles(desk.get("/", {"q": " PHYS "})) == ["Physics colloquium"]
    assert titles(desk.get("/", {"q": "nothing\0"})) == []


def test_a_search_by_htmx_is_answered_with_the_list_only(desk, room):
    answer = desk.get("/", {"q": "phys"}, headers={"HX-Request": "true"})
    assert titles(answer) == ["Physics colloquium"]
    assert "<html" not in answer.content.decode()


def test_the_list_says_how_many_are_in_now(desk, room, make_group_link):
    link = make_group_link()
    join(link, "Ana")
    join(link, "Ben")
    assert "2 in now" in desk.get("/").content.decode()


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_takes_the_same_number_of_statements(desk, make_room, django_assert_num_queries, number):
    for _ in range(number):
        make_room()
    with django_assert_num_queries(4):
        assert len(titles(desk.get("/"))) == number


def test_whoever_makes_a_room_manages_it(desk, alice):
    answer = desk.post("/rooms/new/", NEW)
    made = Room.objects.get()
    assert answer.status_code == 302
    assert answer.url == reverse("links:guests", args=[made.pk])
    assert (made.name, made.time_zone, made.quota, made.capacity) == ("Chemistry", "Europe/Berlin", 5, 10)
    assert list(made.administrators.all()) == [alice]


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", " ", "This field is required."),
        ("name", "x" * 121, "at most 120 characters"),
        ("time_zone", "Europe/Atlantis", "Select a valid choice"),
        ("quota", "11", "The quota (11) cannot be larger than the capacity (10)."),
        ("quota", "-1", "greater than or equal to 0"),
        ("capacity", "0", "greater than or equal to 1"),
        ("capacity", "many", "Enter a whole number."),
    ],
)
def test_a_wrong_field_is_refused_in_words_and_what_was_typed_stays(desk, field, typed, words):
    answer = desk.post("/rooms/new/", {**NEW, field: typed})
    form = answer.context["form"]
    assert answer.status_code == 422
    assert words in str(form.errors[field])
    assert form[field].value() == typed
    assert Room.objects.count() == 0


def test_a_new_room_has_the_browsers_time_zone_and_all_zones_to_choose_from(desk, settings):
    page = desk.get("/rooms/new/").content.decode()
    assert f'data-browser-timezone="{settings.TIME_ZONE}"' in page
    assert '<optgroup label="Europe">' in page
    assert '<option value="Asia/Calcutta">' in page
    assert "data-browser-timezone" not in desk.post("/rooms/new/", {**NEW, "name": ""}).content.decode()


def test_a_room_opens_at_its_guest_links(desk, room):
    answer = desk.get(reverse("rooms:room", args=[room.pk]))
    assert answer.url == reverse("links:guests", args=[room.pk])


def test_settings_that_nobody_touched_change_nothing(desk, room):
    before = Room.objects.values().get(pk=room.pk)
    answer = desk.post(reverse("rooms:edit", args=[room.pk]), open_settings(desk, room))
    after = Room.objects.values().get(pk=room.pk)
    assert answer.status_code == 302
    assert {**after, "revision": 0} == {**before, "revision": 0}


def test_of_two_forms_saved_at_once_the_later_wins_only_in_what_it_changed(desk, room):
    first, second = open_settings(desk, room), open_settings(desk, room)
    desk.post(reverse("rooms:edit", args=[room.pk]), {**first, "name": "Algebra", "quota": "3"})
    desk.post(reverse("rooms:edit", args=[room.pk]), {**second, "description": "Bring paper", "quota": "4"})
    room.refresh_from_db()
    assert (room.name, room.description, room.quota) == ("Algebra", "Bring paper", 4)


def test_a_limit_is_checked_against_what_another_form_has_saved(desk, room):
    second = open_settings(desk, room)
    desk.post(reverse("rooms:edit", args=[room.pk]), {**open_settings(desk, room), "quota": "12"})
    answer = desk.post(reverse("rooms:edit", args=[room.pk]), {**second, "name": "Algebra", "capacity": "11"})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "capacity": ["The quota (12) cannot be larger than the capacity (11)."]
    }
    room.refresh_from_db()
    assert (room.name, room.quota, room.capacity) == ("Physics colloquium", 12, 15)


def test_a_field_that_nobody_touched_counts_as_what_the_row_holds_by_now(room):
    shown = seen(RoomSettingsForm(instance=room))
    Room.objects.update(quota=12, name="Algebra")
    form = RoomSettingsForm({**shown, "capacity": "11"}, instance=Room.objects.get())
    assert form.errors == {"capacity": ["The quota (12) cannot be larger than the capacity (11)."]}
    form = RoomSettingsForm({**shown, "capacity": "20"}, instance=Room.objects.get())
    assert form.is_valid()
    assert form.changes == {"capacity": 20}
    assert form.cleaned_data["name"] == "Algebra"


def test_a_limit_that_another_save_made_impossible_meanwhile_is_refused_in_the_same_words(room):
    shown = seen(RoomSettingsForm(instance=room))
    form = RoomSettingsForm({**shown, "name": "Algebra", "capacity": "11"}, instance=Room.objects.get())
    assert form.is_valid()
    Room.objects.update(quota=12)
    with pytest.raises(Exception, match="quota_within_capacity"):
        form.save()
    form.refuse_after_race()
    assert form.errors == {"capacity": ["The quota (12) cannot be larger than the capacity (11)."]}
    assert Room.objects.get().name == "Physics colloquium"


def test_a_raised_quota_seats_who_waits(desk, room, make_group_link):
    link = make_group_link()
    Room.objects.update(quota=1)
    join(link, "Ana")
    join(link, "Ben")
    assert roles(room) == {"Ana": Role.PARTICIPANT, "Ben": Role.SPECTATOR}
    desk.post(reverse("rooms:edit", args=[room.pk]), {**open_settings(desk, room), "quota": "2"})
    assert roles(room) == {"Ana": Role.PARTICIPANT, "Ben": Role.PARTICIPANT}
    assert counters(room) == (2, 2, 0)


def test_what_letters_say_and_when_reminders_go_is_a_setting_of_the_room(desk, room):
    wanted = {"note": "Bring slides.", "reminds_an_hour_before": "on"}
    desk.post(reverse("rooms:edit", args=[room.pk]), {**open_settings(desk, room), **wanted})
    room.refresh_from_db()
    assert (room.note, room.reminds_a_day_before, room.reminds_an_hour_before) == (
        "Bring slides.",
        False,
        True,
    )
    still = open_settings(desk, room)
    assert still["note"] == "Bring slides."


def test_refused_settings_keep_the_rooms_name_above_them(desk, room):
    url = reverse("rooms:edit", args=[room.pk])
    answer = desk.post(url, {**open_settings(desk, room), "name": "Algebra", "quota": "99"})
    assert "<h1>Physics colloquium</h1>" in answer.content.decode()
    assert answer.context["form"]["name"].value() == "Algebra"


def test_deleting_asks_first_and_says_what_goes(desk, room, gina, make_group_link):
    join(make_group_link())
    make_group_link(deleted_at=timezone.now() - timedelta(days=1))
    answer = desk.get(reverse("rooms:delete", args=[room.pk]))
    page = " ".join(answer.content.decode().split())
    assert "It has 2 links, which stop working. 1 person is in the room and will be put out." in page
    assert Room.objects.count() == 1


def test_a_deleted_room_is_gone_with_its_links_and_people(desk, room, bobs_room, gina):
    join(gina)
    answer = desk.post(reverse("rooms:delete", args=[room.pk]), follow=True)
    assert "The room “Physics colloquium” is deleted." in answer.content.decode()
    assert list(Room.objects.all()) == [bobs_room]
    assert Participant.objects.count() == 0
    assert desk.get(reverse("rooms:edit", args=[room.pk])).status_code == 404


@pytest.mark.parametrize(("forgets", "errors"), [("site", []), ("never", []), ("days", ["forgets_after"])])
def test_a_number_of_days_is_asked_for_where_it_counts(desk, room, forgets, errors):
    url = reverse("rooms:edit", args=[room.pk])
    answer = desk.post(url, {**open_settings(desk, room), "forgets": forgets, "forgets_after": ""})
    assert answer.status_code == (422 if errors else 302)
    assert [*answer.context["form"].errors] == errors if errors else answer.context is None
    room.refresh_from_db()
    assert (room.forgets, room.forgets_after) == ("site" if errors else forgets, 90)
