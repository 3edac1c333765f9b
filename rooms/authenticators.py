"""How second factors are kept, and what they are called. MFA_ADAPTER."""

import base64
import hashlib

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.safestring import mark_safe
from django.utils.translation import gettext


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth carries no types
    def encrypt(self, text: str) -> str:
        """A copy of the database opens no account."""
        return _ciphers().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _ciphers().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # SECRET_KEY is another one by now: no code fits what nobody knows.
            return str(generate_totp_secret())

    def build_totp_svg(self, url: str) -> str:
        drawing = segno.make(url, error="m").svg_inline(svgclass=None, lineclass=None, omitsize=True)
        return mark_safe(drawing)  # noqa: S308  (segno's own, of modules and no text)

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002
        number = Authenticator.objects.filter(user=user, type=type).count()
        return f"{gettext('Passkey')} {number + 1}" if number else gettext("Passkey")

    def _get_site_name(self) -> str:
        return str(settings.BRAND_NAME)


def _ciphers() -> MultiFernet:
    return MultiFernet([_cipher(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _cipher(key: str) -> Fernet:
    digest = hashlib.sha256(f"rooms.authenticators:{key}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))
