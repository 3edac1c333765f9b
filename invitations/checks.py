"""Settings for bounces and webhooks that can't work: said at the start rather than at the first letter."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from invitations.bounces import LONGEST_NAME


@register
def check_bounce_address(**_more: Any) -> list[CheckMessage]:
    local, _at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    if settings.BOUNCE_ADDRESS and not (0 < len(local) <= LONGEST_NAME and domain):
        words = f"BOUNCE_ADDRESS must be an address with 1 to {LONGEST_NAME} characters before the @."
        return [Error(words, id="invitations.E001")]
    if settings.BOUNCE_IMAP_URL and not settings.BOUNCE_ADDRESS:
        words = "BOUNCE_IMAP_URL needs BOUNCE_ADDRESS as well: without it no bounce can be tied to a letter."
        return [Error(words, id="invitations.E002")]
    return []


@register
def check_webhook_secret(**_more: Any) -> list[CheckMessage]:
    if (secret := settings.ANYMAIL.get("WEBHOOK_SECRET")) and ":" not in secret:
        words = "ANYMAIL_WEBHOOK_SECRET must be a name, a colon and a password: else every report is refused."
        return [Error(words, id="invitations.E003")]
    return []
