"""How log lines look, of all loggers, ours and others': JSON for machines, or words for people."""

from typing import Any

import structlog
from django.core.exceptions import ImproperlyConfigured
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.types import EventDict, WrappedLogger

from config.scrub import scrub

# What a line may say beside its sentence.
SAID_OF_A_REQUEST = ("method", "path", "view", "status", "ms")


def logging_of(kind: str, *, requests: bool) -> dict[str, Any]:
    """Django's LOGGING. `requests`: one line for each. Raises ImproperlyConfigured."""
    if kind not in RENDERERS:
        raise ImproperlyConfigured("LOG_FORMAT must be json or text.")
    ours: dict[str, Any] = {"handlers": [], "propagate": True}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "config.logs.Formatter", "kind": kind}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["console"], "level": "INFO"},
        "loggers": {
            "django": {**ours, "level": "INFO"},
            "django.request": {"level": "ERROR"},
            "django.server": ours,
            "celery": {"level": "WARNING"},
            # What uvicorn has set up before us.
            **dict.fromkeys(("uvicorn", "uvicorn.error", "uvicorn.access"), ours),
            "requests": {"level": "INFO" if requests else "WARNING"},
        },
    }


class Formatter(ProcessorFormatter):
    def __init__(self, kind: str) -> None:
        super().__init__(
            processors=[ProcessorFormatter.remove_processors_meta, *RENDERERS[kind], _scrubbed],
            foreign_pre_chain=[
                add_log_level,
                add_logger_name,
                ExtraAdder(SAID_OF_A_REQUEST),
                structlog.contextvars.merge_contextvars,
            ],
        )


def _scrubbed(_logger: WrappedLogger, _method: str, line: Any) -> str:
    """Last of all, so that no message, argument or traceback gets by."""
    return scrub(str(line))


def _as_words(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """As in `10:15:00 warning rooms.live: Open pages wait (request_id=4f…)`."""
    said = {name: event.pop(name) for name in ("timestamp", "level", "logger", "event")}
    more = [event.pop(name) for name in ("exception", "stack") if name in event]
    named = ", ".join(f"{name}={value}" for name, value in event.items())
    line = "{timestamp} {level} {logger}: {event}".format(**said) + (f" ({named})" if named else "")
    return "\n".join([line, *more])


RENDERERS: dict[str, list[Any]] = {
    "json": [
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        structlog.processors.EventRenamer("message"),
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ],
    "text": [
        structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        _as_words,
    ],
}
