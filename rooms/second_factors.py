"""Second factors of administrators: where one is required, a session that has passed none is nobody's."""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_reset
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.dispatch import receiver
from django.http import HttpRequest

from rooms.models import Administrator

User = AbstractBaseUser | AnonymousUser
# Recovery codes stand in for one of these, and are none by themselves.
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def who(request: HttpRequest, user: User) -> Administrator | AnonymousUser:
    """Whose session this is; nobody's as long as it lacks a second factor that is required."""
    return user if isinstance(user, Administrator) and not is_lacking(request, user) else AnonymousUser()


def is_lacking(request: HttpRequest, user: User) -> bool:
    return settings.MFA_REQUIRED and user.is_authenticated and not is_passed(request, user)


def is_passed(request: HttpRequest, user: User) -> bool:
    """By one that is still there. Who came from the OpenID provider has passed what is asked for there."""
    records = get_authentication_records(request, user)
    if any(record["method"] == "socialaccount" for record in records):
        return True
    passed = {record["id"] for record in records if record["method"] == "mfa"}
    return bool(passed and Authenticator.objects.filter(user=user, pk__in=passed).exists())


def has_any(user: User) -> bool:
    return bool(Authenticator.objects.filter(user=user, type__in=KINDS).exists())


def remove_all(administrator: Administrator) -> int:
    """For somebody who has lost theirs: they log in by password again. How many there were."""
    number: int = Authenticator.objects.filter(user=administrator, type__in=KINDS).count()
    Authenticator.objects.filter(user=administrator).delete()
    return number


# allauth has no other way to hear of it.
@receiver([authenticator_added, authenticator_reset])
def pass_by_adding(request: HttpRequest, user: User, authenticator: Any, **_more: Any) -> None:
    """Whoever has just set one up holds it in their hands."""
    record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
