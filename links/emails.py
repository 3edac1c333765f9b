"""E-mail addresses as people type them."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email


def clean_email(typed: str) -> str:
    """The address with its domain in small letters (RFC 5321, 2.4). ValidationError in words."""
    try:
        address = validate_email(typed.strip(), check_deliverability=False, allow_smtputf8=False, strict=True)
    except EmailNotValidError as error:
        raise ValidationError(_("This is not a complete e-mail address, as in gina@example.org.")) from error
    return address.normalized
