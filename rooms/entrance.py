"""allauth's forms in our words. ACCOUNT_FORMS."""

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from django.forms import Field
from django.utils.translation import gettext_lazy as _


class LoginForm(AllauthLoginForm):  # type: ignore[misc]  # allauth carries no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self.fields, "login")


class ResetPasswordForm(AllauthResetPasswordForm):  # type: ignore[misc]  # the same
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self.fields, "email")


def _in_our_words(fields: dict[str, Field], email: str) -> None:
    fields[email].label = _("E-mail")
    # The label says it, and stays while one types.
    for field in fields.values():
        field.widget.attrs.pop("placeholder", None)
