from invitations.models.imports import Import, ImportRow
from invitations.models.invitation import Invitation
from invitations.models.link_wanted import LinkWanted
from invitations.models.states import Occasion, State
from invitations.models.suppression import Suppression
from invitations.models.tracking_event import TrackingEvent

__all__ = [
    "Import",
    "ImportRow",
    "Invitation",
    "LinkWanted",
    "Occasion",
    "State",
    "Suppression",
    "TrackingEvent",
]
