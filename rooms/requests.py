from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from rooms.models import Administrator


class Request(HttpRequest):
    """What our views rely on, behind `login_required` and the middleware."""

    user: Administrator  # nobody passes login_required without an account
    htmx: HtmxDetails
