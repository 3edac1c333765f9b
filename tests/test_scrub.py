"""What opens something is in no line of a log."""

import pytest

from config.scrub import SIGNATURE_LENGTH, scrub
from links import addresses

pytestmark = pytest.mark.once

SIGNATURE = "1XvCaBqzL09sKdfJwE4mQr"


def test_the_scrubber_knows_the_form_of_addresses():
    assert SIGNATURE_LENGTH == addresses.SIGNATURE_LENGTH == len(SIGNATURE)


@pytest.mark.parametrize("pk", [1, 61, 62, 100_000, 2**63 - 1])
def test_a_genuine_address_is_shortened_to_the_links_id(pk):
    address = addresses.sign(pk, 1)
    link = address[: -addresses.SIGNATURE_LENGTH]

    assert scrub(f'"GET /j/{address} HTTP/1.1" 200') == f'"GET /j/{link}… HTTP/1.1" 200'
    assert (
        scrub(f"https://foyer.example/j/{address}/requests/") == f"https://foyer.example/j/{link}…/requests/"
    )


@pytest.mark.parametrize(
    ("said", "shortened"),
    [
        (f"/n/7{SIGNATURE}", "/n/7…"),
        (f"Not Found: /j/7{SIGNATURE}.", "Not Found: /j/7…"),
        (f"(/j/7{SIGNATURE})", "(/j/7…)"),
        (f"/again/?next=%2Fj%2F7{SIGNATURE}&x=1", "/again/?next=%2Fj%2F7…&x=1"),
        (f"<a href='/j/7{SIGNATURE}'>", "<a href='/j/7…'>"),
        (f"keyword arguments {{'address': '7{SIGNATURE}'}}", "keyword arguments {'address': '7…'}"),
        (f'{{"exception": "no room\\n7{SIGNATURE}\\nnext"}}', '{"exception": "no room\\n7…\\nnext"}'),
    ],
)  # fmt: skip
def test_wherever_it_stands(said, shortened):
    assert scrub(said) == shortened


@pytest.mark.parametrize(
    "wrong",
    [SIGNATURE, f"7{SIGNATURE[:-1]}", f"7-{SIGNATURE}", f"7{SIGNATURE}%20", "x", "a" * 40, f"ü7{SIGNATURE}"],
)
def test_a_wrong_address_is_hidden_whole(wrong):
    assert scrub(f"/j/{wrong} is not known") == "/j/… is not known"


@pytest.mark.parametrize(
    ("said", "shortened"),
    [
        ("/setup/dGhlIGtleSBvZiB0aGUgZmlyc3Q/", "/setup/…/"),
        ("/accounts/password/reset/key/4-cy1b2c-5f1d/", "/accounts/password/reset/key/…/"),
        ("/accounts/confirm-email/MQ:1tXyZ:abc_def/", "/accounts/confirm-email/…/"),
        ("redis://:secret@cache:6379/0 is gone", "redis://…@cache:6379/0 is gone"),
        ("postgresql://foyer:secret@db/foyer", "postgresql://…@db/foyer"),
    ],
)
def test_keys_and_passwords_are_left_out(said, shortened):
    assert scrub(said) == shortened


@pytest.mark.parametrize(
    "said",
    [
        "/r/7/ answered 200 after 12.5 ms",
        "request_id=9f86d081884c7d659a2feaa0c55ad015",
        "invitations.models.invitation.InvitationQuerySet.drop_outdated",
        "django.db.utils.OperationalError: database is locked",
        "/usr/lib/python3.11/site-packages/django/core/handlers/exception.py",
        "letter 5f0c36d1-1ef4-4f3c-9a0f-0f5f5dbdb7a1 to https://foyer.example:8000/rooms/",
    ],
)
def test_what_opens_nothing_stays(said):
    assert scrub(said) == said
