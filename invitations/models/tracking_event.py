from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from invitations.models.invitation import Invitation


class TrackingEvent(models.Model):
    """What a mail provider or a bounce said of a letter. It is heard once, however often it is said."""

    # Of a letter that we don't know it is only counted.
    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, null=True, related_name="events")
    event_id = models.CharField(max_length=255, unique=True)
    kind = models.CharField(_("kind"), max_length=32)
    created_at = models.DateTimeField(_("heard"), auto_now_add=True)

    class Meta:
        verbose_name = _("tracking event")
        verbose_name_plural = _("tracking events")
        ordering: ClassVar = ["-pk"]

    def __str__(self) -> str:
        return f"{self.kind} ({self.event_id})"
