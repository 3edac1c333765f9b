from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do in a room."""

    MODERATOR = "moderator", _("Moderator")
    PARTICIPANT = "participant", _("Participant")
    GUEST = "guest", _("Guest")
    SPECTATOR = "spectator", _("Spectator")
    NO_ACCESS = "no_access", _("No access")

    @property
    def may_enter(self) -> bool:
        return self is not Role.NO_ACCESS

    @property
    def takes_seat(self) -> bool:
        return self in SEATED

    @property
    def may_wait(self) -> bool:
        """Takes a seat, but comes in without one and waits. A moderator is never downgraded."""
        return self in (Role.PARTICIPANT, Role.GUEST)

    @property
    def may_speak(self) -> bool:
        return self.takes_seat

    @property
    def may_share_screen(self) -> bool:
        return self in (Role.MODERATOR, Role.PARTICIPANT)

    @property
    def may_moderate(self) -> bool:
        return self is Role.MODERATOR


SEATED = (Role.MODERATOR, Role.PARTICIPANT, Role.GUEST)
