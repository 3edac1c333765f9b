"""A guest may switch the language on the door page; it stays for them."""

import pytest
from django.conf import settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def door(make_link):
    return make_link(name="Gina", language="de").address.removeprefix("http://127.0.0.1:8000")


def test_the_door_speaks_the_guests_language(client, door):
    page = client.get(door)
    assert (page["Content-Language"], "Willkommen, Gina" in page.content.decode()) == ("de", True)


def test_the_language_that_a_guest_chooses_stays(client, door):
    answer = client.post("/language/", {"language": "en", "next": door})
    assert (answer.status_code, answer["Location"]) == (302, door)
    assert answer.cookies[settings.LANGUAGE_COOKIE_NAME]["max-age"] == 365 * 24 * 3600
    for _ in range(2):
        assert "Welcome, Gina" in client.get(door).content.decode()
    joined = client.post(door, follow=True)
    assert joined["Content-Language"] == "en"


def test_every_language_can_be_chosen_by_its_own_name(client, door):
    page = client.get(door).content.decode()
    for name in (
        "English",
        "Deutsch",
        "français",
        "español",
        "italiano",
        "Nederlands",
        "polski",
        "Português",
    ):
        assert f">{name}</option>" in page


def test_a_language_that_is_none_changes_nothing(client, door):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "xx\r\n"
    assert client.get(door)["Content-Language"] == "de"


def test_switching_leads_to_no_other_site(client):
    answer = client.post("/language/", {"language": "en", "next": "https://elsewhere.example/"})
    assert "elsewhere" not in answer["Location"]
