"""The cache in Redis. While that is away nothing is remembered, and nobody waits for it or is turned away."""

import json
import logging
from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.redis import RedisCache as DjangoRedisCache

log = logging.getLogger(__name__)


class RedisCache(DjangoRedisCache):
    """What django-allauth counts would otherwise be an error for everybody who logs in."""

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_asked(super().add, 1, *args, **kwargs))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return _asked(super().get, default, key, default, version)

    def set(self, *args: Any, **kwargs: Any) -> None:
        _asked(super().set, None, *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(_asked(super().delete, 0, *args, **kwargs))


def _asked(verb: Callable[..., Any], otherwise: Any, *args: Any, **kwargs: Any) -> Any:
    try:
        return verb(*args, **kwargs)
    except (redis.RedisError, OSError) as error:
        log.warning("the cache does not answer: %s", error)
        return otherwise


class Serializer:
    """What is in Redis is data. Django's own is pickle: whoever may write there could run code here."""

    def dumps(self, value: Any) -> Any:
        # A number stays one, so that Redis can count.
        return value if type(value) is int else json.dumps(value)

    def loads(self, data: Any) -> Any:
        return json.loads(data)
