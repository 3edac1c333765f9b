"""A change of a room wakes those who follow it: in this process at once, through Redis in the others.

The database is the truth and messages only hurry: one that gets lost costs half a second.
"""

import logging
import time
from collections.abc import Callable
from functools import partial

import redis
from django.conf import settings
from django.db import transaction

CHANNEL = "foyer:rooms"
SILENT_AFTER_FAILURE = 5  # seconds: nobody who joins waits for a Redis that is gone

log = logging.getLogger(__name__)


class Bell:
    """Rings after the commit."""

    def __init__(self) -> None:
        self.listeners: list[Callable[[int], None]] = []
        self._redis: redis.Redis | None = None
        self._silent_until = 0.0

    def ring(self, room_id: int) -> None:
        for listener in self.listeners:
            listener(room_id)
        if settings.REDIS_URL and time.monotonic() >= self._silent_until:
            self._publish(room_id)

    def _publish(self, room_id: int) -> None:
        try:
            if self._redis is None:
                self._redis = redis.Redis.from_url(
                    settings.REDIS_URL, socket_connect_timeout=0.5, socket_timeout=0.5
                )
            self._redis.publish(CHANNEL, room_id)
        except redis.RedisError as error:
            self._silent_until = time.monotonic() + SILENT_AFTER_FAILURE
            log.warning(
                "Redis does not answer, so that changes are told up to half a second later: %s", error
            )


bell = Bell()


def wake_followers(room_id: int) -> None:
    transaction.on_commit(partial(bell.ring, room_id), robust=True)
