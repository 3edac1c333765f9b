from invitations.models.invitation import Invitation
from invitations.models.states import Occasion, State
from invitations.models.suppression import Suppression
from invitations.models.tracking_event import TrackingEvent

__all__ = ["Invitation", "Occasion", "State", "Suppression", "TrackingEvent"]
