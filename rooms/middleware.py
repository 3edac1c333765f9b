"""What is asked of a session on its way in."""

import time
from collections.abc import Callable
from functools import partial

from allauth.account.internal.flows.login import get_authentication_records
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from rooms import second_factors
from rooms.second_factors import User

GetResponse = Callable[[HttpRequest], HttpResponse]
SEEN_EVERY = 300  # seconds: a list of sessions need not be truer, and a page should not write


class SecondFactorMiddleware:
    """Where a second factor is required, whoever has none is led to set one up. MFA_REQUIRED.

    Until then they are somebody on the pages of their account and nobody on all others, so that no page has
    to think of it. Whoever has one, and has not shown it in this session, logs in again.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        login = reverse("account_login")
        # Asked when somebody asks: the door never does.
        request.user = SimpleLazyObject(partial(self._who, request, request.user, login))  # type: ignore[assignment]
        if request.path == login and second_factors.is_lacking(request, request.user):
            return redirect("mfa_index")
        return self.get_response(request)

    def _who(self, request: HttpRequest, user: User, login: str) -> User:
        is_account_page = request.path.startswith(login.removesuffix("login/"))
        if is_account_page and second_factors.is_lacking(request, user) and not second_factors.has_any(user):
            request.lacks_second_factor = True  # type: ignore[attr-defined]  # what the page says first
            return user
        return second_factors.who(request, user)


class LastSeenMiddleware:
    """Writes down, now and then, when and from where a session of an administrator was used."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # A page that asked nobody who they are is no business of theirs.
        if request.session.accessed and request.user.is_authenticated and self._is_due(request):
            request.session["seen_at"] = time.time()
            UserSession.objects.create_from_request(request)
        return response

    def _is_due(self, request: HttpRequest) -> bool:
        records = get_authentication_records(request, request.user)
        last = request.session.get("seen_at") or (records[-1]["at"] if records else None)
        return last is not None and time.time() - last > SEEN_EVERY
