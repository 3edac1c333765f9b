"""Each request has an id that its log lines carry, is timed, and leaves a line."""

import logging
import re
import secrets
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bound_contextvars

from rooms import metrics

PROXYS_ID = re.compile(r"[0-9A-Za-z._-]{8,64}")
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))

log = logging.getLogger("requests")


class EachRequest:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        begin = time.perf_counter()
        request_id = _id_of(request)
        with bound_contextvars(request_id=request_id):
            answer = self.get_response(request)
            _write_down(request, answer, time.perf_counter() - begin)
        answer["X-Request-ID"] = request_id
        return answer


def _id_of(request: HttpRequest) -> str:
    """The proxy's, if it looks like one."""
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    return given if PROXYS_ID.fullmatch(given) else secrets.token_hex(8)


def _write_down(request: HttpRequest, answer: HttpResponse, seconds: float) -> None:
    # Names that we gave ourselves: nobody outside can make up a new one.
    view = request.resolver_match.view_name if request.resolver_match else "none"
    method = request.method if request.method in METHODS else "other"
    metrics.REQUESTS.labels(view, method, f"{answer.status_code // 100}xx").observe(seconds)
    if log.isEnabledFor(logging.INFO):
        said = {"view": view, "method": method, "path": request.path, "status": answer.status_code}
        log.info("request", extra={**said, "ms": round(seconds * 1000, 1)})
