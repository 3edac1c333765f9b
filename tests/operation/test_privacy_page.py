"""Issue 6: what guests are told about their data, and that it is so."""

import re

import pytest

from operation import privacy
from rooms.models import Room
from tests.browsers import Client
from tests.doors import address_of

pytestmark = pytest.mark.django_db


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def link_on(page: str) -> str:
    return re.search(r'href="([^"]*)">Privacy</a>', page)[1]


def test_it_says_what_the_settings_say(client, settings):
    settings.RETENTION_DAYS, settings.BAR_HOURS = 77, 9
    said = words(client.get("/privacy/"))

    assert "77 days after your link has ended" in said
    assert "is kept out for 9 hours" in said
    assert "recognises this browser for 30 days" in said


def test_the_door_leads_to_what_holds_for_its_room(client, gina, make_guest_link, bobs_room):
    Room.objects.filter(pk=gina.room_id).update(forgets="days", forgets_after=12)
    Room.objects.filter(pk=bobs_room.pk).update(forgets="never")
    bobs = make_guest_link(room=bobs_room)

    for link, told in (
        (gina, "12 days after your link"),
        (bobs, "Until the administrators of the room delete it"),
    ):
        door = client.get(f"/j/{address_of(link)}").text
        assert told in words(client.get(link_on(door)))


def test_inside_and_outside_lead_there_too(client, gina):
    Room.objects.update(forgets="days", forgets_after=12)
    client.post(f"/j/{address_of(gina)}")
    page = f"/r/{gina.room_id}/"
    assert "12 days" in words(client.get(link_on(client.get(page).text)))
    client.post(f"{page}leave/")
    assert "12 days" in words(client.get(link_on(client.get(page).text)))


@pytest.mark.parametrize("forged", ["1", "1:x", "nonsense"])
def test_nobody_asks_about_another_room(client, room, forged):
    Room.objects.update(forgets="days", forgets_after=12)

    assert "90 days" in words(client.get(f"/privacy/{forged}/"))


def test_a_room_that_is_gone_leaves_what_holds_for_the_site(client, room):
    address = privacy.address(room, "en")
    room.delete()

    assert "90 days" in words(client.get(address))


def test_it_is_in_the_guests_language(client, make_guest_link):
    link = make_guest_link(language="de")
    door = client.get(f"/j/{address_of(link)}").text
    address = re.search(r'href="(/privacy/[^"]+)"', door)[1]

    answer = client.get(address)
    assert answer["Content-Language"] == "de"
    assert '<html lang="de"' in answer.text


def test_an_operators_own_page_takes_its_place(client, gina, settings):
    settings.PRIVACY_URL = "https://example.org/privacy"

    assert link_on(client.get(f"/j/{address_of(gina)}").text) == "https://example.org/privacy"
    assert client.get("/privacy/").url == "https://example.org/privacy"


def test_the_cookies_of_a_guest_are_those_that_it_names(gina):
    client = Client()
    client.post(f"/j/{address_of(gina)}")
    client.get(f"/j/{address_of(gina)}")
    client.post("/language/", {"language": "de", "next": "/"})

    assert sorted(client.cookies) == ["browser", "csrftoken", "django_language"]
    assert client.cookies["browser"]["max-age"] == 30 * 24 * 3600
