"""What mail providers report to. Anymail's addresses, as far as they are of use here."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from anymail.urls import urlpatterns as all_of_anymail
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpResponseBase
from django.urls import URLPattern

app_name = "anymail"
log = logging.getLogger(__name__)


def _of_ours(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A provider that was not set up has no address: else anybody could fill our log with errors."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(*args, **kwargs)
        except ImproperlyConfigured as error:
            log.info("a report of a mail provider is not read: %s", str(error).split("\n")[0])
            raise Http404 from error

    return guarded


# We take no letters in this way.
urlpatterns = [
    URLPattern(pattern.pattern, _of_ours(pattern.callback), pattern.default_args, pattern.name)
    for pattern in all_of_anymail
    if "inbound" not in pattern.name
]
