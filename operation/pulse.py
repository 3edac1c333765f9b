"""A worker's own sign of life, from a thread of its own: it is given however busy the worker is."""

import contextlib
import logging
import os
import socket
import threading

from celery import Celery
from django.conf import settings
from django.db import DatabaseError, connections

from operation.models import Heartbeat, Part
from operation.standby import Standby

log = logging.getLogger(__name__)


class Pulse(threading.Thread):
    def __init__(self, app: Celery) -> None:
        super().__init__(name="pulse", daemon=True)
        self.worker = f"{socket.gethostname()}:{os.getpid()}"
        self._standby = Standby(app)
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.is_set():
            self._give_sign()
            self._ended.wait(settings.HEARTBEAT)
        self._take_leave()

    def end(self) -> None:
        """The worker goes in order, so that nobody need look for it."""
        self._ended.set()

    def _give_sign(self) -> None:
        try:
            Heartbeat.objects.note(Part.WORKER, self.worker)
            Heartbeat.objects.forget_workers()
            self._standby.look()
        except Exception as error:  # noqa: BLE001  (without a database there is nothing to do; it comes back)
            log.warning("no sign of life could be given: %s", error)
        finally:
            # A connection that is made anew survives every restart of the database.
            connections.close_all()

    def _take_leave(self) -> None:
        with contextlib.suppress(DatabaseError):
            Heartbeat.objects.filter(part=Part.WORKER, name=self.worker).delete()
        connections.close_all()
