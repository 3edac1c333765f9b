"""Where one is logged in: listed, seen, ended."""

import re
import time

import pytest
from allauth.usersessions.models import UserSession
from bs4 import BeautifulSoup

from rooms.middleware import SEEN_EVERY
from rooms.models import SetupKey
from rooms.templatetags.accounts import browser
from tests.browsers import Client
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.5 Mobile/15E148 Safari/604.1"
)


def log_in(administrator, agent: str = FIREFOX, address: str = "192.0.2.7") -> Client:
    client = Client(HTTP_USER_AGENT=agent, REMOTE_ADDR=address)
    client.post("/accounts/login/", {"login": administrator.email, "password": PASSWORD})
    return client


def listed(client: Client) -> list[str]:
    page = BeautifulSoup(client.get("/accounts/sessions/").content, "html.parser")
    return [re.sub(r"\s+", " ", row.text).strip() for row in page.select("main .list li")]


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def let_pass(client: Client, seconds: float) -> None:
    """As if the session were that much older."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= seconds
    session.save()
    for row in UserSession.objects.filter(session_key=session.session_key):
        row.last_seen_at = row.last_seen_at.fromtimestamp(time.time() - seconds, row.last_seen_at.tzinfo)
        row.save()


def test_the_page_lists_ones_own_and_says_which_is_this_one(alice, bob):
    desk, phone = log_in(alice), log_in(alice, IPHONE, "2001:db8::7")
    log_in(bob)
    newest, oldest = listed(phone)
    assert newest.startswith("Safari · iPhone here 2001:db8::7 · logged in ")
    assert oldest.startswith("Firefox · Windows 192.0.2.7 · logged in ")
    assert " · last seen " in oldest
    assert len(listed(desk)) == 2


def test_one_is_ended_and_the_others_stay(alice):
    desk, phone, laptop = log_in(alice), log_in(alice, IPHONE), log_in(alice)
    row = UserSession.objects.get(session_key=phone.session.session_key)
    answer = desk.post(f"/accounts/sessions/{row.pk}/end/", follow=True)
    assert "That session is ended." in answer.content.decode()
    assert [is_in(client) for client in (desk, phone, laptop)] == [True, False, True]
    assert len(listed(desk)) == 2


def test_all_others_are_ended_at_once(alice):
    desk, phone, laptop = log_in(alice), log_in(alice, IPHONE), log_in(alice)
    answer = desk.post("/accounts/sessions/", follow=True)
    assert "All other sessions are ended." in answer.content.decode()
    assert [is_in(client) for client in (desk, phone, laptop)] == [True, False, False]
    assert len(listed(desk)) == 1


def test_somebody_elses_session_does_not_exist(alice, bob):
    desk, other = log_in(alice), log_in(bob)
    row = UserSession.objects.get(user=bob)
    assert desk.post(f"/accounts/sessions/{row.pk}/end/").status_code == 404
    assert is_in(other)


def test_a_new_password_ends_all_other_sessions(alice):
    desk, phone = log_in(alice), log_in(alice, IPHONE)
    new = "another long pass phrase"
    desk.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert [is_in(client) for client in (desk, phone)] == [True, False]
    assert len(listed(desk)) == 1


def test_a_session_is_seen_now_and_then_and_not_at_each_step(alice):
    client = log_in(alice)
    before = UserSession.objects.get().last_seen_at
    client.get("/")
    assert UserSession.objects.get().last_seen_at == before
    let_pass(client, SEEN_EVERY + 1)
    before = UserSession.objects.get().last_seen_at
    client.get("/", REMOTE_ADDR="192.0.2.8")
    row = UserSession.objects.get()
    assert (row.last_seen_at > before, row.ip) == (True, "192.0.2.8")
    client.get("/", REMOTE_ADDR="192.0.2.9")
    assert UserSession.objects.get().ip == "192.0.2.8"


def test_a_session_from_before_there_was_a_list_gets_onto_it(alice):
    client = log_in(alice)
    UserSession.objects.all().delete()
    let_pass(client, SEEN_EVERY + 1)
    client.get("/")
    assert len(listed(client)) == 1


def test_the_first_administrators_session_is_listed(client):
    token = SetupKey.issue()
    form = {"email": "olga@example.org", "name": "Olga", "password": PASSWORD}
    assert client.post(f"/setup/{token}/", form).url == "/rooms/new/"
    assert len(listed(client)) == 1


def test_whoever_only_stands_at_a_door_is_not_looked_up(alice, gina):
    client = log_in(alice)
    let_pass(client, SEEN_EVERY + 1)
    path = "/" + gina.address.split("/", 3)[3]
    before = UserSession.objects.get().last_seen_at
    client.get(path)
    assert UserSession.objects.get().last_seen_at == before


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox · Windows"),
        (IPHONE, "Safari · iPhone"),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
            "Edge · Linux",
        ),
        (
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
            "Chrome · Android",
        ),
        ("curl/8.5.0", "curl"),
        ("", "Unknown browser"),
    ],
)
def test_a_browser_is_called_what_its_owner_calls_it(agent, name):
    assert browser(agent) == name
