"""What is kept in Redis, and what somebody who may write there can do: nothing but lie."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
import redis
from django.core.cache.backends.redis import RedisCache

from tests.serving import ROOT

pytestmark = pytest.mark.once


class Evil:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


@pytest.fixture
def cache(redis_url) -> RedisCache:
    options = {"serializer": "config.serializer.Serializer"}
    cache = RedisCache(redis_url, {"OPTIONS": options})
    yield cache
    cache.clear()
    cache._cache.get_client().connection_pool.disconnect()


@pytest.mark.parametrize("value", [7, True, None, "y", [1.5, 2.5], {"a": ["b"]}])
def test_what_is_kept_comes_back(cache, value):
    cache.set("a", value)
    assert cache.get("a") == value


def test_a_number_is_counted_by_redis(cache):
    cache.add("a", 0)
    assert [cache.incr("a"), cache.incr("a")] == [1, 2]
    assert cache.get("a") == 2


def test_what_somebody_else_has_put_there_is_not_run(cache, redis_url, tmp_path):
    redis.from_url(redis_url).set(cache.make_key("a"), pickle.dumps(Evil(tmp_path / "ran")))
    with pytest.raises(ValueError):  # noqa: PT011  (JSON's, or UTF-8's)
        cache.get("a")
    assert not (tmp_path / "ran").exists()


def test_with_redis_the_site_keeps_it_so(tmp_path):
    script = "from config import settings; print(settings.CACHES['default']['OPTIONS']['serializer'])"
    given = {**os.environ, "VAR_DIR": str(tmp_path), "REDIS_URL": "redis://127.0.0.1:1"}
    said = subprocess.check_output([sys.executable, "-c", script], cwd=ROOT, text=True, env=given)
    assert said == "config.serializer.Serializer\n"
