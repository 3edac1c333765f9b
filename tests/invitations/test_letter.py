"""DESIGN 2.5.6: the letter, as its receiver has it."""

import re
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.utils import translation

from invitations import optout, outbox
from rooms.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(smtp, make_link, alice):
    """The letter that a guest gets, out of a real mail server."""

    def send(**link):
        made = make_link(
            **{"name": "Gina", "email": "gina@example.org", "language": "en", "role": Role.GUEST, **link}
        )
        outbox.invite(made, by=alice)
        outbox.drain()
        return made, smtp.letters[-1]

    return send


def test_it_has_the_parts_and_the_headers(send, alice):
    link, letter = send()
    message = letter.message
    assert letter.recipients == ["gina@example.org"]
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["Reply-To"].addresses[0].addr_spec == alice.email
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == link.invitations.get().message_id
    assert message["To"].addresses[0].display_name == "Gina"


def test_it_says_who_invites_to_which_room_what_to_do_and_what_if_it_fails(send, alice, room):
    link, letter = send()
    for part in (letter.text, letter.html):
        for words in (str(alice), room.name, link.address, "Join", "copy the whole line"):
            assert words in part, words


def test_the_address_stands_alone_on_its_line(send):
    link, letter = send()
    assert link.address in letter.text.splitlines()


def test_it_says_from_when_to_when_with_the_zone(send, room):
    room.time_zone = "Europe/Berlin"
    room.save()
    _link, letter = send(
        starts_at=datetime(2026, 11, 30, 8, tzinfo=UTC), ends_at=datetime(2026, 11, 30, 10, tzinfo=UTC)
    )
    for part in (letter.text, letter.html):
        assert "Monday 30 November 2026, 09:00 (Europe/Berlin, UTC+1)" in part
        assert "11:00 (Europe/Berlin, UTC+1)" in part


def test_it_is_in_the_guests_language_whatever_the_workers(send, room):
    room.time_zone = "Europe/Berlin"
    room.save()
    with translation.override("en"):
        _link, letter = send(language="de", starts_at=datetime(2026, 11, 30, 8, tzinfo=UTC))
    assert letter.message["Subject"] == f"Ihre Einladung zu {room.name}"
    assert "Hallo Gina," in letter.text
    assert "Montag, 30. November 2026, 09:00" in letter.text
    assert '<html lang="de">' in letter.html
    assert translation.get_language() == "en"


def test_it_fetches_nothing_and_tracks_nobody(send):
    link, letter = send()
    wish = optout.address_of(link.invitations.get())
    assert set(re.findall(r'(?:href|src)="([^"]*)"', letter.html)) == {link.address, wish}
    assert "<script" not in letter.html
    assert len(letter.html) < 60_000


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Müller, Ana", "a+b@example.org"),
        ('Ana "Nana" <x>', "ana@example.org"),
        ("Ana", "ana@bücher.example"),
    ],
)
def test_difficult_names_and_addresses_arrive_as_they_are(send, name, email):
    _link, letter = send(name=name, email=email)
    [mailbox] = letter.message["To"].addresses
    assert mailbox.display_name == name
    assert letter.recipients == [
        email.encode("idna").decode() if "ü" not in email else "ana@xn--bcher-kva.example"
    ]
    from django.utils.html import escape

    assert escape(name) in letter.html
    assert f"Hello {name}," in letter.text


def test_a_line_break_in_a_room_s_name_injects_no_header(send, room):
    room.name = "Board\r\nBcc: everybody@example.org"
    room.save()
    _link, letter = send()
    assert letter.message["Bcc"] is None
    assert letter.recipients == ["gina@example.org"]


def test_a_room_s_name_is_no_markup(send, room):
    room.name = "R&D </title><img src=x>"
    room.save()
    _link, letter = send()
    assert "<img" not in letter.html
    assert "<title>Your invitation to R&amp;D &lt;/title&gt;&lt;img src=x&gt;</title>" in letter.html


def test_notes_of_the_room_and_of_the_link_stand_in_text_and_html(send, room):
    room.note = "Bring your slides.\nCoffee from 9."
    room.save()
    _link, letter = send(note="Dear <Gina>, see you & yours.")
    assert "\r\n\r\nBring your slides.\r\nCoffee from 9.\r\n\r\n" in letter.text
    assert "\r\nDear <Gina>, see you & yours.\r\n" in letter.text
    assert "Bring your slides.<br>Coffee from 9." in letter.html
    assert "Dear &lt;Gina&gt;, see you &amp; yours." in letter.html


def test_it_can_be_refused_with_one_click(send):
    link, letter = send()
    wish = optout.address_of(link.invitations.get())
    assert letter.message["List-Unsubscribe"] == f"<{wish}>"
    assert letter.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert wish in letter.text.splitlines()


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_language_says_all_of_it(send, language, alice, room):
    link, letter = send(language=language, ends_at=datetime(2040, 7, 1, 10, tzinfo=UTC))
    assert letter.message["Content-Language"] == language
    assert f'<html lang="{language}">' in letter.html
    for part in (letter.text, letter.html):
        for words in ("Gina", str(alice), room.name, link.address, "2040", "12:00 (Europe/Berlin, UTC+2)"):
            assert words in part, words
