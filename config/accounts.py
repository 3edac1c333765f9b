"""How administrators log in: what django-allauth is asked for. Constants, but for an OpenID provider."""

from typing import Any

# All of them, or there is no such provider.
OPENID = ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "NAME", "ADMIN_CLAIM")

APPS = [
    *["allauth", "allauth.account", "allauth.mfa", "allauth.usersessions"],
    *["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"],
]

PASSWORD_LENGTH = 12
VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{kind}Validator"}
    for kind in ("UserAttributeSimilarity", "CommonPassword", "NumericPassword")
]
LENGTH = {
    "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
    "OPTIONS": {"min_length": PASSWORD_LENGTH},
}

SETTINGS: dict[str, Any] = {
    "AUTH_PASSWORD_VALIDATORS": [*VALIDATORS, LENGTH],
    "PASSWORD_HASHERS": [
        f"django.contrib.auth.hashers.{kind}PasswordHasher" for kind in ("Argon2", "PBKDF2")
    ],
    "ACCOUNT_ADAPTER": "rooms.accounts.AccountAdapter",
    "ACCOUNT_FORMS": {
        "login": "rooms.entrance.LoginForm",
        "reset_password": "rooms.entrance.ResetPasswordForm",
        "reset_password_from_key": "rooms.entrance.NewPasswordForm",
        "change_password": "rooms.entrance.ChangePasswordForm",
        "reauthenticate": "rooms.entrance.PasswordAgainForm",
    },
    "ACCOUNT_LOGIN_METHODS": {"email"},
    "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*"],
    "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
    "ACCOUNT_EMAIL_VERIFICATION": "none",
    "ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS": False,
    "ACCOUNT_EMAIL_SUBJECT_PREFIX": "",
    # A key is the account; of a login, together with the address that tries. A class of 40 behind one address
    # logs in at once, and some of them mistype.
    "ACCOUNT_RATE_LIMITS": {
        "login": "120/m/ip",
        "login_failed": "60/m/ip,5/5m/key",
        "reset_password": "40/m/ip,5/h/key",
        "reset_password_from_key": "60/m/ip",
        "reauthenticate": "10/m/user",
        "change_password": "5/m/user",
    },
    # Second factors. A passkey that asks for finger, face or PIN is both factors at once.
    "MFA_ADAPTER": "rooms.authenticators.MFAAdapter",
    "MFA_FORMS": {
        "authenticate": "rooms.entrance.CodeForm",
        "reauthenticate": "rooms.entrance.CodeAgainForm",
        "activate_totp": "rooms.entrance.FirstCodeForm",
        "authenticate_webauthn": "rooms.entrance.PasskeyForm",
        "login_webauthn": "rooms.entrance.PasskeyAloneForm",
        "reauthenticate_webauthn": "rooms.entrance.PasskeyAgainForm",
        "add_webauthn": "rooms.entrance.NewPasskeyForm",
        "edit_webauthn": "rooms.entrance.PasskeyNameForm",
    },
    "MFA_SUPPORTED_TYPES": ["totp", "webauthn", "recovery_codes"],
    "MFA_PASSKEY_LOGIN_ENABLED": True,
    "MFA_RATE_LIMITS": {"webauthn_login": "60/m/ip"},
    # By OpenID Connect. rooms.openid decides who may come in; a link leads there, because a form that is
    # sent on to another host is against our policy.
    "SOCIALACCOUNT_ADAPTER": "rooms.openid.SocialAccountAdapter",
    "SOCIALACCOUNT_LOGIN_ON_GET": True,
    "SOCIALACCOUNT_OPENID_CONNECT_URL_PREFIX": "",
}


def providers(openid: dict[str, str]) -> dict[str, Any]:
    """SOCIALACCOUNT_PROVIDERS. Its callback is /accounts/openid/login/callback/."""
    if not all(openid.values()):
        return {}
    app = {
        "provider_id": "openid",
        "name": openid["NAME"],
        "client_id": openid["CLIENT_ID"],
        "secret": openid["CLIENT_SECRET"],
        "settings": {"server_url": openid["ISSUER"].rstrip("/"), "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"APPS": [app]}}
