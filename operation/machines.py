"""What machines ask: containers, proxies and Prometheus, by plain HTTP and at any host's name."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from operation.views.health import is_alive, is_ready
from operation.views.metrics import metrics

Answering = Callable[[HttpRequest], HttpResponse]

ANSWERS: dict[str, Answering] = {"/healthz": is_alive, "/readyz": is_ready, "/metrics": metrics}


class Machines:
    """Before all other middleware: no host, TLS, session or log line for who asks every few seconds."""

    def __init__(self, get_response: Answering) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (ask := ANSWERS.get(request.path_info)) is None:
            return self.get_response(request)
        answer = ask(request)
        answer["Cache-Control"] = "no-store"
        return answer
