"""What every answer tells browsers: pages, redirects, errors and files; streams are in test_edges_served."""

import pytest
from django.urls import reverse

from tests.browsers import Client
from tests.doors import address_of, join

pytestmark = pytest.mark.django_db

POLICY = {
    "base-uri 'none'",
    "connect-src 'self'",
    "default-src 'none'",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
}
FEATURES = "camera display-capture geolocation gyroscope magnetometer microphone midi payment usb"
EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES.split()),
}


@pytest.fixture
def answers(client, login, alice, room, make_link, browser_in):
    """Every kind of answer by its name, of every part of the site."""
    open_link, shut = make_link("group"), make_link(is_active=False)
    door, inside = f"/j/{address_of(open_link)}", f"/r/{room.pk}/"
    person = browser_in(join(open_link).browser)
    alices = login(alice)
    client.raise_request_exception = False
    return {
        "door": client.get(door),
        "door, HEAD": client.head(door),
        "shut door": client.get(f"/j/{address_of(shut)}"),
        "unknown door": client.get("/j/nothing"),
        "name refused": Client().post(door, {"name": ""}),
        "joined": Client().post(door, {"name": "Ana"}),
        "asking": client.get(f"/j/{address_of(shut)}/requests/"),
        "inside": person.get(inside),
        "left": person.post(f"{inside}leave/"),
        "inside, by nobody": client.get(inside),
        "again": client.get("/again/"),
        "again, posted": client.post("/again/", {"email": "gina@example.org"}),
        "wish of nobody": client.get("/n/nothing"),
        "set-up": client.get("/setup/nothing/"),
        "new password": client.get("/accounts/password/reset/key/1-a-b/"),
        "log in": client.get("/accounts/login/"),
        "sent to the login": client.get("/"),
        "rooms": alices.get("/"),
        "links": alices.get(reverse("links:guests", args=[room.pk])),
        "links, htmx": alices.get(reverse("links:guests", args=[room.pk]), headers={"hx-request": "true"}),
        "export": alices.get(reverse("invitations:export", args=[room.pk, "csv"])),
        "wrong method": alices.get(reverse("rooms:enter", args=[room.pk])),
        "admin": client.get("/admin/login/"),
        "nothing": client.get("/nothing/"),
        "language": client.post("/language/", {"language": "de", "next": door}),
        "wrong host": client.get("/", headers={"host": "evil.example.com"}),
        "form without its token": Client(enforce_csrf_checks=True).post(door, {"name": "Ana"}),
        "colour": client.get("/brand/x.css"),
        "favicon": client.get("/favicon.ico"),
    }


GUESTS = {
    *(
        "door",
        "door, HEAD",
        "shut door",
        "unknown door",
        "name refused",
        "joined",
        "asking",
        "inside",
        "left",
    ),
    *("inside, by nobody", "again", "again, posted", "wish of nobody", "set-up", "new password"),
    "form without its token",
}
KEPT = {"favicon"}


def test_every_answer_has_exactly_these_headers(answers):
    for name, answer in answers.items():
        assert {header: answer.get(header) for header in EXPECTED} == EXPECTED, name
        assert set(answer["Content-Security-Policy"].split("; ")) == POLICY, name


def test_no_other_site_hears_of_a_guests_page(answers):
    policies = {name: answer["Referrer-Policy"] for name, answer in answers.items()}
    assert policies == {name: "no-referrer" if name in GUESTS else "same-origin" for name in answers}


def test_what_is_somebodys_is_kept_by_nobody(answers):
    for name, answer in answers.items():
        assert ("no-store" in answer["Cache-Control"]) is (name not in KEPT), name


def test_the_walk_meets_every_kind_of_answer(answers):
    assert {answer.status_code for answer in answers.values()} == {200, 302, 400, 403, 404, 405, 422}


def test_an_answer_to_our_own_fault_has_them_too(client, monkeypatch):
    from links.views import join as door

    def fail(*_args):
        raise ZeroDivisionError

    monkeypatch.setattr(door, "find", fail)
    client.raise_request_exception = False
    answer = client.get("/j/nothing")
    assert answer.status_code == 500
    assert {header: answer.get(header) for header in EXPECTED} == EXPECTED
    assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("no-referrer", "no-store")
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
