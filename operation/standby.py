"""Beat's work, done by the workers themselves while beat is silent, and through no broker.

Each of beat's tasks is taken by one worker at its own pace, though not faster than each second heartbeat.
Tasks are harmless when doubled, so that nothing is lost if beat comes back meanwhile.
"""

import logging
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

from celery import Celery
from django.conf import settings
from django.db import connections

from operation.models import Heartbeat, Part

log = logging.getLogger(__name__)
BEATS_OWN = "operation.tasks.note_beat"  # by which beat is heard: nobody says it in beat's stead
SILENCE = 5  # heartbeats that beat misses before a worker stands in
PACE = 2  # heartbeats between two rounds of one task, at least


class Standby:
    def __init__(self, app: Celery) -> None:
        self.app = app
        self.stands_in = False
        self._born = time.monotonic()
        self._busy: dict[str, threading.Thread] = {}

    def look(self) -> None:
        """Do what beat would have had done, if beat is silent."""
        self._say(stands_in=self._beat_is_silent())
        if self.stands_in:
            for task, pause in self._tasks():
                if not self._is_busy(task) and Heartbeat.objects.take(Part.STANDBY, task, pause):
                    self._start(task)

    def _beat_is_silent(self) -> bool:
        # A worker that has just started gives beat the time to start as well.
        if time.monotonic() - self._born < SILENCE * settings.HEARTBEAT:
            return False
        return not Heartbeat.objects.filter(part=Part.BEAT).fresh(SILENCE).exists()

    def _say(self, *, stands_in: bool) -> None:
        if stands_in and not self.stands_in:
            log.warning("beat is silent: this worker does its work meanwhile")
        elif self.stands_in and not stands_in:
            log.warning("beat is back")
        self.stands_in = stands_in

    def _tasks(self) -> Iterator[tuple[str, timedelta]]:
        for entry in self.app.conf.beat_schedule.values():
            if entry["task"] != BEATS_OWN:
                seconds = max(entry["schedule"], PACE * settings.HEARTBEAT)
                yield entry["task"], timedelta(seconds=seconds)

    def _is_busy(self, task: str) -> bool:
        return task in self._busy and self._busy[task].is_alive()

    def _start(self, task: str) -> None:
        # A thread each: a long import must not keep seats from those who wait for one.
        thread = threading.Thread(target=self._do, args=[task], name=task, daemon=True)
        self._busy[task] = thread
        thread.start()

    def _do(self, task: str) -> None:
        try:
            self.app.tasks[task]()
        except Exception:
            log.exception("%s failed, and is tried again", task)
        finally:
            connections.close_all()
