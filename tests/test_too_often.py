"""What is limited from outside, and what whoever comes too often is told (issue 6, *Security*)."""

from contextlib import contextmanager

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.cache.backends.locmem import LocMemCache

from links.views import ask_access, join
from rooms.limits import Limit
from rooms.models import Participant, Room
from rooms.views.answers import WRONG
from tests.browsers import Client
from tests.doors import address_of

pytestmark = pytest.mark.django_db

HERE, ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": "192.0.2.8"}
NOON = 1_800_000_000  # a whole multiple of ten minutes


@pytest.fixture(autouse=True)
def clock(monkeypatch):
    """Stands still, a minute and a half into a window of ten."""
    import time

    now = [NOON + 90.0]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


def use_up(limit: Limit, key: str = HERE["REMOTE_ADDR"]) -> None:
    for _ in range(limit.number):
        limit.is_over(key)


@contextmanager
def counting_the_cache(monkeypatch):
    calls = []
    for verb in ("incr", "add", "get"):
        real = getattr(LocMemCache, verb)

        def call(self, *args, verb=verb, real=real, **kwargs):
            calls.append(verb)
            return real(self, *args, **kwargs)

        monkeypatch.setattr(LocMemCache, verb, call)
    yield calls
    monkeypatch.undo()


@pytest.mark.parametrize("path", ["/j/nothing", "/j/nothing/requests/", "/n/nothing", "/setup/nothing/"])
def test_who_tries_many_addresses_is_told_when_to_come_back(client, path):
    assert client.get(path, **HERE).status_code == 404
    use_up(WRONG)
    for method in (client.get, client.post):
        answer = method(path, **HERE)
        assert (answer.status_code, answer["Retry-After"]) == (429, "510")
        assert "Please try again in 9 minutes." in answer.content.decode()
    assert client.head(path, **HERE).status_code == 429
    assert client.get(path, **ELSEWHERE).status_code == 404


def test_a_new_window_starts_when_it_was_said(client, clock):
    use_up(WRONG)
    seconds = int(client.get("/j/nothing", **HERE)["Retry-After"])
    clock[0] += seconds - 1
    assert client.get("/j/nothing", **HERE).status_code == 429
    clock[0] += 1
    assert client.get("/j/nothing", **HERE).status_code == 404


def test_a_right_link_opens_behind_the_same_address(client, make_link):
    use_up(WRONG)
    use_up(WRONG, "")
    link = make_link()
    assert client.get(f"/j/{address_of(link)}", **HERE).status_code == 200
    assert client.post(f"/j/{address_of(link)}", **HERE).status_code == 302
    assert Participant.objects.count() == 1


def test_forged_deleted_and_replaced_count_alike(client, make_link):
    link = make_link()
    old = address_of(link)
    link.replace_address()
    forged = address_of(link)[:-1] + ("a" if address_of(link)[-1] != "a" else "b")
    assert [client.get(f"/j/{address}", **HERE).status_code for address in (old, forged)] == [404, 404]
    use_up(WRONG)
    assert [client.get(f"/j/{address}", **HERE).status_code for address in (old, forged)] == [429, 429]


def test_a_class_of_forty_behind_one_address_joins_at_once_without_noticing(make_group_link):
    door = f"/j/{address_of(make_group_link())}"
    Room.objects.update(capacity=100)
    answers = [Client().post(door, {"name": f"Pupil {number}"}, **HERE) for number in range(40)]
    assert {answer.status_code for answer in answers} == {302}
    assert Participant.objects.count() == 40


def test_a_lecture_of_500_may_press_join_five_times_each_in_a_minute():
    assert settings.JOINS_A_MINUTE == join.JOINS.number >= 500 * 5


def test_who_joins_more_often_than_a_lecture_is_told_when_to_come_back(client, make_group_link, monkeypatch):
    monkeypatch.setattr(join, "JOINS", Limit("joins", 2, 60))
    door = f"/j/{address_of(make_group_link())}"
    answers = [Client().post(door, {"name": f"Robot {number}"}, **HERE) for number in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 429]
    assert (answers[2]["Retry-After"], Participant.objects.count()) == ("30", 2)
    assert "Please try again in 1 minute." in answers[2].content.decode()
    assert client.post(door, {"name": "Ana"}, **ELSEWHERE).status_code == 302
    assert client.get(door, **HERE).status_code == 200


def test_no_number_is_no_limit():
    none = Limit("joins", 0, 60)
    assert [none.is_over("gina") for _ in range(5)] == [False] * 5


def test_the_door_asks_the_cache_once_for_the_first_join_from_somewhere_and_never_for_a_look(
    client, make_link, monkeypatch
):
    first, second = make_link(), make_link()
    with counting_the_cache(monkeypatch) as calls:
        client.get(f"/j/{address_of(first)}", **HERE)
        assert calls == []
        client.post(f"/j/{address_of(first)}", **HERE)
        assert calls == ["add"]
        client.post(f"/j/{address_of(second)}", **HERE)
        assert calls == ["add", "add", "incr"]


def test_asking_for_access_too_often_says_when_to_come_back(client, make_link):
    shut = make_link(is_active=False)
    use_up(ask_access.EACH_BLOCK)
    answer = client.post(f"/j/{address_of(shut)}/requests/", {"note": "please"}, **HERE)
    assert (answer.status_code, answer["Retry-After"]) == (429, "510")


def log_in(client):
    return client.post("/accounts/login/", {"login": "alice@example.org", "password": "wrong"}, **HERE)


def ask_for_a_password(client):
    return client.post("/accounts/password/reset/", {"email": "alice@example.org"}, **HERE)


@pytest.mark.parametrize(
    ("ask", "times", "seconds", "words"),
    [(log_in, 120, 60, "in 1 minute."), (ask_for_a_password, 5, 3600, "in 60 minutes.")],
)
def test_logging_in_and_asking_for_a_password_say_when_to_come_back(
    client, alice, ask, times, seconds, words
):
    answers = [ask(client) for _ in range(times + 1)]
    assert [answer.status_code == 429 for answer in answers] == [False] * times + [True]
    assert answers[-1]["Retry-After"] == str(seconds)
    assert f"Please try again {words}" in answers[-1].content.decode()


def test_with_a_cache_that_does_not_answer_doors_open_and_it_is_asked_once(
    client, make_link, settings, caplog, monkeypatch
):
    from config.cache import Cache

    monkeypatch.setattr(Cache, "_silent_until", {})
    dead = {"BACKEND": "config.cache.Cache", "LOCATION": "redis://127.0.0.1:1"}
    settings.CACHES = {"default": dead}
    for _ in range(3):
        assert client.post(f"/j/{address_of(make_link())}", **HERE).status_code == 302
        assert client.get("/j/nothing", **HERE).status_code == 404
    assert caplog.text.count("The cache does not answer") == 1
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()
