from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from rooms.models import Administrator


class Request(HttpRequest):
    """What our views rely on, behind `login_required` and the middleware."""

    user: Administrator  # nobody passes login_required without an account
    htmx: HtmxDetails


def asked_back_to(request: HttpRequest) -> str:
    """The page of ours where a form says that it was; empty where that is none."""
    said: str = request.POST.get("next", "")
    is_ours = said.startswith("/") and url_has_allowed_host_and_scheme(said, allowed_hosts=None)
    return said if is_ours else ""
