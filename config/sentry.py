"""Errors told to a Sentry, for those who have one: where it broke, and nothing of those who were there."""

import re
from importlib import import_module
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from structlog.contextvars import get_contextvars

from config.scrub import SHORTENED, scrub

# What may be told of a request.
TOLD = ("method", "url", "headers")
HEADERS = ("host", "user-agent")
NEVER = frozenset(("cookies", "env", "http.fragment", "http.query", "query_string", "user", "vars"))

EMAIL = re.compile(r"[^\s@<>()\[\],;:\"'/=]+@[\w-]+(\.[\w-]+)*")
QUERY = re.compile(r"(?<=[\w/])\?[^\s\"'<>]+")


def report_errors_to(dsn: str) -> None:
    """Nowhere, without a DSN. Raises ImproperlyConfigured."""
    if not dsn:
        return
    try:
        sdk = import_module("sentry_sdk")
        integrations = [
            import_module("sentry_sdk.integrations.django").DjangoIntegration(middleware_spans=False),
            import_module("sentry_sdk.integrations.celery").CeleryIntegration(propagate_traces=False),
        ]
        sdk.init(dsn, integrations=integrations, before_send=anonymous, **QUIET)
    except ModuleNotFoundError as error:
        raise ImproperlyConfigured(
            "SENTRY_DSN is set, but sentry-sdk is missing: pip install -r requirements/sentry.txt"
        ) from error
    except ValueError as error:
        raise ImproperlyConfigured(f"SENTRY_DSN can't be used: {error}.") from error


QUIET: dict[str, Any] = {
    "auto_enabling_integrations": False,
    "auto_session_tracking": False,
    "include_local_variables": False,
    "max_request_body_size": "never",
    "send_client_reports": False,
    "send_default_pii": False,
    "trace_propagation_targets": [],
}


def anonymous(event: dict[str, Any], _hint: Any) -> dict[str, Any]:
    """A report without cookies, credentials, bodies, queries, e-mail addresses, and what opens a door."""
    request = {name: value for name, value in event.get("request", {}).items() if name in TOLD}
    headers = request.pop("headers", {})
    request["headers"] = {name: value for name, value in headers.items() if name.lower() in HEADERS}
    tags = {**(event.get("tags") or {}), **get_contextvars()}  # the id of the request, the name of the task
    cleaned: dict[str, Any] = _clean({**event, "request": request, "tags": tags})
    return cleaned


def _clean(value: Any) -> Any:
    match value:
        case str():
            return EMAIL.sub(SHORTENED, QUERY.sub("", scrub(value)))
        case dict():
            return {name: _clean(part) for name, part in value.items() if name not in NEVER}
        case list() | tuple():
            return [_clean(part) for part in value]
        case _:
            return value
