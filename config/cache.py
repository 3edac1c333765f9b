"""A Redis that is away is an empty cache: what it counts and hurries is done without it, and nobody waits."""

import logging
import time
from collections.abc import Callable
from functools import cached_property
from typing import Any, ClassVar

import redis
from django.core.cache.backends.redis import RedisCache, RedisCacheClient

SILENT_AFTER_FAILURE = 5  # seconds

log = logging.getLogger(__name__)


class Client(RedisCacheClient):
    """One for all that is asked: to make another takes half as long as to ask."""

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        return self._client_of_all

    @cached_property
    def _client_of_all(self) -> Any:
        return super().get_client(write=True)


class Cache(RedisCache):
    # Django's; but it makes a cache for each context, which here is a request, and each would connect anew.
    _servers: list[str]
    _options: dict[str, Any]
    _clients: ClassVar[dict[str, Client]] = {}  # of the whole process, and of all its threads
    _silent_until: ClassVar[dict[str, float]] = {}  # of the whole process, by time.monotonic()

    @property
    def _cache(self) -> Client:
        known = str((self._servers, self._options))
        if known not in self._clients:
            self._clients[known] = Client(self._servers, **self._options)
        return self._clients[known]

    def add(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask(super().add, args, kwargs, otherwise=True))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask(super().get, (key, default, version), {}, otherwise=default)

    def set(self, *args: Any, **kwargs: Any) -> None:
        self._ask(super().set, args, kwargs, otherwise=None)

    def touch(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask(super().touch, args, kwargs, otherwise=False))

    def delete(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask(super().delete, args, kwargs, otherwise=False))

    def get_many(self, *args: Any, **kwargs: Any) -> dict[Any, Any]:
        found: dict[Any, Any] = self._ask(super().get_many, args, kwargs, otherwise={})
        return found

    def has_key(self, *args: Any, **kwargs: Any) -> bool:
        return bool(self._ask(super().has_key, args, kwargs, otherwise=False))

    def incr(self, *args: Any, **kwargs: Any) -> int:
        """Raises ValueError for a key that is not there, as all are then."""
        number: int | None = self._ask(super().incr, args, kwargs, otherwise=None)
        if number is None:
            raise ValueError(args)
        return number

    def set_many(self, *args: Any, **kwargs: Any) -> list[Any]:
        failed: list[Any] = self._ask(super().set_many, args, kwargs, otherwise=[])
        return failed

    def delete_many(self, *args: Any, **kwargs: Any) -> None:
        self._ask(super().delete_many, args, kwargs, otherwise=None)

    def _ask(self, verb: Callable[..., Any], args: Any, kwargs: Any, *, otherwise: Any) -> Any:
        if time.monotonic() < self._silent_until.get(str(self._servers), 0):
            return otherwise
        try:
            return verb(*args, **kwargs)
        except (redis.RedisError, OSError) as error:
            self._silent_until[str(self._servers)] = time.monotonic() + SILENT_AFTER_FAILURE
            log.warning("The cache does not answer, so that nothing is limited meanwhile: %s", error)
            return otherwise
