"""allauth's forms in our words. ACCOUNT_FORMS, MFA_FORMS."""

import json
from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from django.forms import Field, HiddenInput, JSONField
from django.utils.translation import gettext_lazy as _

from rooms.passwords import RULES


class LoginForm(account.LoginForm):  # type: ignore[misc]  # allauth carries no types
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self.fields, login=_("E-mail"))


class ResetPasswordForm(account.ResetPasswordForm):  # type: ignore[misc]  # the same, here and below
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self.fields, email=_("E-mail"))


class NewPasswordForm(account.ResetPasswordKeyForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self.fields)
        self.fields["password1"].help_text = RULES


class ChangePasswordForm(account.ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self.fields)
        self.fields["password1"].help_text = RULES


class PasswordAgainForm(account.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self.fields)


class CodeForm(mfa.AuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self.fields, code=_("Code"))


class CodeAgainForm(mfa.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self.fields, code=_("Code"))


class FirstCodeForm(ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self.fields, code=_("Code"))


class Decoder(json.JSONDecoder):
    """What Python's parser gives up on is wrong, and no error of ours."""

    def decode(self, text: str) -> Any:  # type: ignore[override]  # the other argument is json's own
        try:
            return super().decode(text)
        except (ValueError, RecursionError) as error:
            raise json.JSONDecodeError(str(error), "", 0) from error


def credential() -> JSONField:
    """What the browser says of a passkey."""
    return JSONField(widget=HiddenInput, decoder=Decoder)


class PasskeyForm(webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    credential = credential()


class PasskeyAloneForm(webauthn.LoginWebAuthnForm):  # type: ignore[misc]
    credential = credential()


class PasskeyAgainForm(webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    credential = credential()


class NewPasskeyForm(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    credential = credential()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self.fields, name=_("Name"), passwordless=_("Log in with it alone, without a password"))
        self.fields["name"].max_length = self.fields["name"].widget.attrs["maxlength"] = 80
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = _("It then asks for your fingerprint, your face or a PIN.")


class PasskeyNameForm(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _in_our_words(self.fields, name=_("Name"))


def _in_our_words(fields: dict[str, Field], **labels: Any) -> None:
    for name, label in labels.items():
        fields[name].label = label
    for field in fields.values():
        # The label says it, and stays while one types.
        field.widget.attrs.pop("placeholder", None)
    if "code" in fields:
        fields["code"].widget.attrs.update(inputmode="numeric", autofocus=True)
