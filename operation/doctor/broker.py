"""What carries tasks: a Redis that answers, or a folder that can be written; and nobody's tasks lie in it."""

import tempfile
import time
from pathlib import Path

import redis
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from operation.doctor.findings import Finding, bad, good, warning
from operation.doctor.secrecy import without_secrets

QUEUE = "celery"
TIMEOUT = 2.0  # seconds
OLD = 300  # seconds after which a worker should have taken a task
MANY = 1_000


def broker() -> Finding:
    return _redis(settings.REDIS_URL) if settings.REDIS_URL else _folder(_path())


def _redis(url: str) -> Finding:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=TIMEOUT, socket_timeout=TIMEOUT) as server:
            server.ping()
            waiting = int(server.llen(QUEUE))
    except redis.RedisError as error:
        words = _(
            "Redis does not answer (%(error)s): all goes on, but slower. Check REDIS_URL and that it runs."
        )
        return bad(words % {"error": without_secrets(str(error))})
    return _too_many(waiting) if waiting > MANY else good(_("Redis answers, and no tasks pile up."))


def _path() -> Path:
    return Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])


def _folder(folder: Path) -> Finding:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            old = _old_messages(folder)
    except OSError as error:
        words = _("Nothing can be written into %(folder)s (%(error)s). Make it writable.")
        return bad(words % {"folder": folder, "error": error.strerror})
    return _too_many(old) if old else good(_("Tasks go through files, and none is left lying."))


def _old_messages(folder: Path) -> int:
    limit, number = time.time() - OLD, 0
    for path in folder.glob("*.msg"):
        try:
            number += path.stat().st_mtime < limit
        except FileNotFoundError:
            continue  # a worker has just taken it
    return number


def _too_many(number: int) -> Finding:
    words = ngettext(
        "One task waits and no worker takes it. Start a worker, or more of them.",
        "%(number)d tasks wait and no worker takes them. Start a worker, or more of them.",
        number,
    )
    return warning(words % {"number": number})
