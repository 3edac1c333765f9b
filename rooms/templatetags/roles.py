"""Roles in words."""

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from rooms.models import Role

register = template.Library()

MEANINGS = {
    Role.MODERATOR: _("You can speak, use your camera, share your screen, and moderate."),
    Role.PARTICIPANT: _("You can speak, use your camera and share your screen."),
    Role.GUEST: _("You can speak and use your camera."),
    Role.SPECTATOR: _("You can see and hear everything."),
    Role.NO_ACCESS: _("You cannot enter."),
}


@register.filter
def meaning(role: str) -> Promise:
    """What a person with this role may do, said to them."""
    return MEANINGS[Role(role)]


@register.filter
def role_name(role: str) -> Promise | str:
    return Role(role).label
