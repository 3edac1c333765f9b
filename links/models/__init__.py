from links.models.access_request import AccessRequest
from links.models.kinds import GroupLink, GuestLink
from links.models.link import Link
from links.models.queryset import NOT_ARRIVED, LinkQuerySet

__all__ = ["NOT_ARRIVED", "AccessRequest", "GroupLink", "GuestLink", "Link", "LinkQuerySet"]
