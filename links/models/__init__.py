from links.models.access_request import AccessRequest
from links.models.bulk import BulkChange, BulkFailure
from links.models.kinds import GroupLink, GuestLink
from links.models.link import Link
from links.models.queryset import NOT_ARRIVED, LinkQuerySet

__all__ = [
    "NOT_ARRIVED",
    "AccessRequest",
    "BulkChange",
    "BulkFailure",
    "GroupLink",
    "GuestLink",
    "Link",
    "LinkQuerySet",
]
