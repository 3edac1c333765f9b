"""What of a room's links is asked for: by words, by state, in which order. As it stands in an address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from links.models import Link, LinkQuerySet
from rooms.models import Room


class State(models.TextChoices):
    ACTIVE = "active", _("Active")
    SCHEDULED = "scheduled", _("Scheduled")
    EXPIRED = "expired", _("Expired")
    INACTIVE = "inactive", _("Inactive")
    NO_ACCESS = "no_access", _("No access")
    NOT_ARRIVED = "not_arrived", _("Not arrived")
    NEVER_JOINED = "never_joined", _("Never joined")


class Sort(models.TextChoices):
    """What stands first; with a minus before it, what stands last."""

    NEWEST = "newest", _("Newest")
    NAME = "name", _("Name")
    ROLE = "role", _("Role")
    OPENS = "opens", _("Opens")
    CLOSES = "closes", _("Closes")
    JOINED = "joined", _("Last joined")
    PRESENT = "present", _("In the room")


Found = LinkQuerySet[Link]
# Each is a rule of the query set, and this is only where its name in an address is read.
FILTERS: dict[str, Callable[[Found, datetime], Found]] = {
    State.ACTIVE: lambda links, now: links.open_at(now),
    State.SCHEDULED: lambda links, now: links.scheduled_at(now),
    State.EXPIRED: lambda links, now: links.expired_at(now),
    State.INACTIVE: lambda links, _now: links.inactive(),
    State.NO_ACCESS: lambda links, _now: links.without_access(),
    State.NOT_ARRIVED: lambda links, _now: links.not_arrived(),
    State.NEVER_JOINED: lambda links, _now: links.never_joined(),
}
ORDERS: dict[str, Callable[[Found, bool], Found]] = {
    Sort.NEWEST: lambda links, falling: links.by_age(falling=falling),
    Sort.NAME: lambda links, falling: links.by_name(falling=falling),
    Sort.ROLE: lambda links, falling: links.by_role(falling=falling),
    Sort.OPENS: lambda links, falling: links.by_opening(falling=falling),
    Sort.CLOSES: lambda links, falling: links.by_closing(falling=falling),
    Sort.JOINED: lambda links, falling: links.by_last_join(falling=falling),
    Sort.PRESENT: lambda links, falling: links.by_presence(falling=falling),
}


@dataclass(frozen=True, slots=True)
class Search:
    words: str = ""
    state: str = ""
    sort: str = ""

    @classmethod
    def read(cls, asked: QueryDict | Mapping[str, str]) -> "Search":
        """What is not known is not asked for."""
        state, sort = asked.get("state") or "", asked.get("sort") or ""
        return cls(
            words=(asked.get("q") or "").replace("\0", "").strip(),
            state=state if state in State else "",
            sort=sort if sort.removeprefix("-") in Sort and sort != Sort.NEWEST else "",
        )

    def links(self, room: Room, kind: Link.Kind) -> Found:
        """The room's links that are found, in the order that was asked for: always a total one."""
        links: Found = Link.objects.kept().filter(room=room, kind=kind).search(self.words)
        if self.state:
            links = FILTERS[self.state](links, timezone.now())
        order = ORDERS[self.sort.removeprefix("-") or Sort.NEWEST]
        return order(links, self.sort.startswith("-"))

    def but(self, **changes: Any) -> "Search":
        """The same search, but for this."""
        return replace(self, **changes)

    @property
    def query(self) -> str:
        """As it stands in an address, without the page."""
        asked = {"q": self.words, "state": self.state, "sort": self.sort}
        return urlencode({name: value for name, value in asked.items() if value})

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.state)
