"""E-mail addresses as people type them."""

import re
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

# Of such an address only the domain can be wrong: no longer than the part before the @ alone may be, in
# small letters and without signs that stand for something else.
PLAIN = re.compile(r"(?=.{3,64}$)[a-z0-9]+(?:[._+-][a-z0-9]+)*@(?P<domain>[a-z0-9.-]+)")


def clean_email(typed: str) -> str:
    """The address with its domain in small letters (RFC 5321, 2.4). ValidationError in words."""
    address = typed.strip()
    try:
        # A table of thousands has few domains, and looking at one takes long.
        if (plain := PLAIN.fullmatch(address)) and _is_whole(plain["domain"]):
            return address
        return _looked_at(address)
    except EmailNotValidError as error:
        raise ValidationError(_("This is not a complete e-mail address, as in gina@example.org.")) from error


@lru_cache(maxsize=1_000)
def _is_whole(domain: str) -> bool:
    """Nothing has to be changed in it."""
    return _looked_at(f"gina@{domain}") == f"gina@{domain}"


def _looked_at(address: str) -> str:
    return validate_email(address, check_deliverability=False, allow_smtputf8=False, strict=True).normalized
