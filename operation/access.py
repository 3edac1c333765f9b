"""Who runs Foyer: superusers. For everybody else their pages do not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.http.response import HttpResponseBase

from rooms.requests import Request

View = Callable[..., HttpResponseBase]


def operators_only(view: View) -> View:
    """A view for superusers. Who is not logged in is sent to the login."""

    @wraps(view)
    def guarded(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_superuser:
            raise Http404
        return view(request, *args, **kwargs)

    return login_required(guarded)
