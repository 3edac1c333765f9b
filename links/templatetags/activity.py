"""What a line of Activity looks like."""

from django import template

register = template.Library()

ICONS = {
    "added": "plus",
    "imported": "upload",
    "unimported": "rotate-ccw",
    "edited": "pencil",
    "switched": "link",
    "role": "shield",
    "window": "calendar",
    "address": "refresh-cw",
    "deleted": "trash-2",
    "undone": "rotate-ccw",
    "settings": "settings",
    "shared": "users",
    "unshared": "users",
    "seated": "user",
    "given_role": "shield",
    "removed": "user-x",
    "put_out": "user-x",
    "let_back": "user",
    "mailed": "send",
    "delivered": "mail-check",
    "not_arrived": "mail-x",
    "complained": "mail-x",
    "unwanted": "mail-x",
    "unsent": "mail-x",
    "came": "door-open",
    "went": "log-out",
}


@register.filter
def icon_of(kind: str) -> str:
    return ICONS[kind]
