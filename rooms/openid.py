"""Who may come in from the OpenID provider that the operator names. SOCIALACCOUNT_ADAPTER, OIDC."""

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from rooms.models import Administrator
from rooms.names import clean_name

Claims = dict[str, Any]


class SocialAccountAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth carries no types
    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """A first login leads to the account with its e-mail, makes one if a claim says so, or is refused."""
        sociallogin.state["process"] = AuthProcess.LOGIN  # whatever the address asks for
        said = sociallogin.account.extra_data
        claims = {**(said.get("id_token") or {}), **(said.get("userinfo") or {})}
        _keep_nothing_of(sociallogin)
        if sociallogin.is_existing:
            return
        email = verified_email(claims)
        if not email:
            raise ImmediateHttpResponse(refusal(request, "unverified"))
        administrator = Administrator.objects.filter(email__iexact=email).first()
        if administrator is None and not is_administrator(claims):
            raise ImmediateHttpResponse(refusal(request, "not_administrator"))
        if administrator and not administrator.is_active:
            raise ImmediateHttpResponse(redirect("account_inactive"))
        sociallogin.connect(request, administrator or _make_administrator(email, claims))

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: str | None = None, **_more: Any
    ) -> None:
        if error == AuthError.CANCELLED:
            messages.info(request, _("You did not log in there. Try again, or log in here."))
            raise ImmediateHttpResponse(redirect("account_login"))
        raise ImmediateHttpResponse(refusal(request, "failed", status=401))


def verified_email(claims: Claims) -> str:
    """In lower case; empty unless the provider, or the operator for its domain, vouches for it."""
    email = str(claims.get("email") or "").strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        return ""
    is_ours = email.rpartition("@")[2] in settings.OIDC_EMAIL_DOMAINS
    # Some providers write booleans as words.
    return email if claims.get("email_verified", is_ours) in (True, "true") else ""


def is_administrator(claims: Claims) -> bool:
    """By OIDC_ADMIN_CLAIM, as in groups=foyer-admins: the claim is that word, or a list with it."""
    name, _equals, word = settings.OIDC["ADMIN_CLAIM"].partition("=")
    said = claims.get(name)
    return bool(word) and (said == word or (isinstance(said, list) and word in said))


def _make_administrator(email: str, claims: Claims) -> Administrator:
    try:
        name = clean_name(str(claims.get("name") or ""))
    except ValidationError:
        name = ""
    new = {"name": name, "password": make_password(None)}
    return Administrator.objects.get_or_create(email=email, defaults=new)[0]


def _keep_nothing_of(sociallogin: SocialLogin) -> None:
    """What the provider says of somebody is read once; we need no copy."""
    sociallogin.account.extra_data = {}
    if sociallogin.account.pk:
        sociallogin.account.save(update_fields=["extra_data"])


def refusal(request: HttpRequest, reason: str, status: int = 403) -> HttpResponse:
    page = {"reason": reason, "provider": settings.OIDC["NAME"]}
    return render(request, "rooms/sign_on_refused.html", page, status=status)
