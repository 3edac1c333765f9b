"""How often something may be done from outside."""

from contextvars import Context

import pytest
import redis
from django.core.cache import cache
from django.test import RequestFactory

from config.cache import Cache
from rooms.limits import Limit, address_block
from tests.sessions import in_another_session

A_FEW = Limit("a few", 3, 600)


def times(limit: Limit, key: str, number: int) -> list[bool]:
    return [limit.is_over(key) for _ in range(number)]


def test_it_is_over_after_so_many_times():
    assert times(A_FEW, "gina", 5) == [False, False, False, True, True]


def test_each_key_and_each_limit_counts_by_itself():
    times(A_FEW, "gina", 4)
    assert not A_FEW.is_over("hugo")
    assert not Limit("others", 3, 600).is_over("gina")


def test_a_new_window_starts_from_nothing(monkeypatch):
    import time

    now = 1_000_000.0
    monkeypatch.setattr(time, "time", lambda: now)
    assert times(A_FEW, "gina", 4)[-1]
    now += 600
    assert not A_FEW.is_over("gina")


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_counted_exactly():
    futures = [in_another_session(A_FEW.is_over, "gina") for _ in range(10)]
    assert sorted(future.result(10) for future in futures) == [False] * 3 + [True] * 7


def test_it_counts_in_redis_too(settings, redis_url):
    settings.CACHES = {"default": {"BACKEND": "config.cache.Cache", "LOCATION": redis_url}}
    assert times(A_FEW, "gina", 4) == [False, False, False, True]
    cache.clear()


def test_requests_share_their_connection(settings, redis_url):
    settings.CACHES = {"default": {"BACKEND": "config.cache.Cache", "LOCATION": redis_url}}
    with redis.Redis.from_url(redis_url) as server:
        A_FEW.is_over("gina")
        before = server.info("stats")["total_connections_received"]
        for _ in range(10):
            Context().run(A_FEW.is_over, "gina")  # as a request is run
        assert server.info("stats")["total_connections_received"] == before
    cache.clear()


def test_without_its_cache_it_lets_everybody_pass_and_asks_it_again_after_a_while(
    settings, caplog, monkeypatch
):
    monkeypatch.setattr(Cache, "_silent_until", {})
    settings.CACHES = {"default": {"BACKEND": "config.cache.Cache", "LOCATION": "redis://127.0.0.1:1"}}
    assert times(A_FEW, "gina", 5) == [False] * 5
    assert caplog.text.count("The cache does not answer") == 1
    Cache._silent_until.clear()
    assert not A_FEW.is_over("gina")
    assert caplog.text.count("The cache does not answer") == 2
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


@pytest.mark.parametrize(
    ("address", "block"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("unix:", ""),
    ],
)
def test_an_address_block_is_what_one_household_has(address, block):
    assert address_block(RequestFactory().get("/", REMOTE_ADDR=address)) == block
