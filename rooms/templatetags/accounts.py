"""What pages about accounts say."""

import re

from django import template
from django.conf import settings
from django.utils.translation import gettext

register = template.Library()

# In this order: each also calls itself what comes after it.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "Chrom": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Macintosh": "macOS",
    "CrOS": "ChromeOS",
    "Linux": "Linux",
}


@register.simple_tag
def sign_on_name() -> str:
    """Of the OpenID provider; empty if there is none."""
    return str(settings.OIDC["NAME"]) if settings.SOCIALACCOUNT_PROVIDERS else ""


@register.filter
def browser(user_agent: str) -> str:
    """Firefox · Windows; what it says itself, in short, of one that nobody knows."""
    found = [
        next((name for word, name in known.items() if word in user_agent), "")
        for known in (BROWSERS, SYSTEMS)
    ]
    said = " · ".join(filter(None, found)) or re.split(r"[ /]", user_agent.strip())[0][:40]
    return said or gettext("Unknown browser")
