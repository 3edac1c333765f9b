"""What a letter can be about, and what can become of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Occasion(models.TextChoices):
    INVITATION = "invitation", _("invitation")
    CHANGE = "change", _("new dates")
    CANCELLATION = "cancellation", _("cancellation")
    DAY_BEFORE = "day_before", _("reminder, a day before")
    HOUR_BEFORE = "hour_before", _("reminder, an hour before")


# What a guest still has to know when it was late.
LASTING = (Occasion.INVITATION, Occasion.CHANGE)


class State(models.TextChoices):
    QUEUED = "queued", _("queued")
    SENDING = "sending", _("sending")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    DEFERRED = "deferred", _("deferred")
    BOUNCED = "bounced", _("bounced")
    REJECTED = "rejected", _("rejected")
    UNWANTED = "unwanted", _("not wanted")
    COMPLAINED = "complained", _("complained")
    FAILED = "failed", _("failed")


# Of two things that are said of one letter the later in this line is believed, in whatever order they come.
LINE = (
    *(State.QUEUED, State.SENDING, State.SENT, State.DEFERRED, State.FAILED, State.REJECTED),
    *(State.DELIVERED, State.BOUNCED, State.UNWANTED, State.COMPLAINED),
)

# What an administrator wants to know.
IN_WORDS = {
    State.QUEUED: _("waiting"),
    State.SENDING: _("being sent"),
    State.SENT: _("sent"),
    State.DEFERRED: _("delayed"),
    State.FAILED: _("did not arrive"),
    State.REJECTED: _("did not arrive"),
    State.DELIVERED: _("delivered"),
    State.BOUNCED: _("did not arrive"),
    State.UNWANTED: _("not wanted"),
    State.COMPLAINED: _("reported as spam"),
}
