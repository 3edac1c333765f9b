from invitations.models.invitation import Invitation
from invitations.models.suppression import Suppression
from invitations.models.tracking_event import TrackingEvent

__all__ = ["Invitation", "Suppression", "TrackingEvent"]
