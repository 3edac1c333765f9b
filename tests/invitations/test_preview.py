"""The letter is shown in each language before it goes."""

import html

import pytest
from bs4 import BeautifulSoup
from django.conf import settings

from invitations.models import Invitation

pytestmark = pytest.mark.django_db


def test_a_link_s_letter_in_each_language_the_guests_first(login, alice, make_link):
    link = make_link(name="Gina", language="de", note="Bis bald.")
    page = html.unescape(login(alice).get(f"/links/{link.pk}/letter/").content.decode())
    assert page.count("<iframe") == len(settings.LANGUAGES)
    assert page.index("Hallo Gina,") < page.index("Hello Gina,")
    assert "Bis bald." in page
    assert link.address in page
    assert not Invitation.objects.exists()


def test_what_is_typed_is_shown_before_the_link_is_made(login, alice, room):
    typed = {
        "name": "Gina",
        "email": "not an address",
        "language": "de",
        "note": "Bis bald.",
        "starts_date": "2040-11-30",
        "starts_time": "09:00",
        "ends_date": "2040-11-30",
    }
    page = html.unescape(login(alice).post(f"/rooms/{room.pk}/letter/", typed).content.decode())
    assert "Hallo Gina," in page
    assert "Bis bald." in page
    assert "Freitag, 30. November 2040, 09:00" in page
    assert "With a calendar entry." in page
    assert not room.links.exists()


def test_a_room_shows_its_letter_to_somebody(login, alice, room):
    assert "Hello Gina Example," in login(alice).get(f"/rooms/{room.pk}/letter/").content.decode()


def test_the_frame_has_the_whole_letter_and_a_note_cannot_break_out_of_it(login, alice, make_link):
    note = '"></iframe><script>alert(1)</script>'
    link = make_link(note=note)
    page = BeautifulSoup(login(alice).get(f"/links/{link.pk}/letter/").content, "html.parser")
    letter = BeautifulSoup(page.iframe["srcdoc"], "html.parser")
    assert letter.find("a", string="Go to the door")["href"] == link.address
    assert note in letter.get_text()
    assert page.find("script", string="alert(1)") is None


def test_styles_are_allowed_there_and_scripts_are_not(login, alice, room):
    policy = login(alice).get(f"/rooms/{room.pk}/letter/")["Content-Security-Policy"]
    directives = {tuple(directive.split()) for directive in policy.split(";")}
    assert ("style-src", "'self'", "'unsafe-inline'") in directives
    assert ("script-src", "'self'") in directives


@pytest.mark.parametrize("who", [None, "bob"])
def test_somebody_elses_is_not_shown(client, login, bob, make_link, who):
    link = make_link()
    browser = login(bob) if who else client
    for page in (f"/links/{link.pk}/letter/", f"/rooms/{link.room_id}/letter/"):
        assert browser.get(page).status_code == (404 if who else 302)
