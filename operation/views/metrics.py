"""What Prometheus fetches: what this process has counted, and what the database says."""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest

from operation.figures import Figures


def metrics(request: HttpRequest) -> HttpResponse:
    if not settings.METRICS_TOKEN:
        return HttpResponseNotFound()
    if not _is_token(request.headers.get("Authorization", "")):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    figures = CollectorRegistry()
    figures.register(Figures())
    return HttpResponse(generate_latest(REGISTRY) + generate_latest(figures), CONTENT_TYPE_LATEST)


def _is_token(given: str) -> bool:
    """Compared in constant time."""
    return hmac.compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
