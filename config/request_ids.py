"""A request's id goes along with the tasks that it wakes, so that the worker's lines carry it too."""

from typing import Any

from celery import Task
from structlog.contextvars import bind_contextvars, get_contextvars, unbind_contextvars

HEADER = "foyer_request_id"


def send_along(headers: dict[str, Any], **_more: Any) -> None:
    if request_id := get_contextvars().get("request_id"):
        headers[HEADER] = request_id


def take_up(task: "Task[Any, Any]", **_more: Any) -> None:
    request_id = task.request.get(HEADER)
    bind_contextvars(task=task.name, **({"request_id": request_id} if request_id else {}))


def put_down(**_more: Any) -> None:
    unbind_contextvars("task", "request_id")
