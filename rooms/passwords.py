"""What a password has to be, said before one types. AUTH_PASSWORD_VALIDATORS checks it."""

from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

RULES = format_lazy(
    _("At least {number} characters. A few words in a row are good; your name or a common password is not."),
    number=settings.PASSWORD_LENGTH,
)
