"""What an administrator has selected in a list of links: those that were ticked, or all that was found."""

from dataclasses import dataclass
from typing import Self

from django.http import QueryDict
from django.urls import reverse

from links.models import Link, LinkQuerySet
from links.search import Search
from rooms.models import Room

LARGEST = 2**63 - 1  # that a database takes


@dataclass(frozen=True, slots=True)
class Selection:
    """Links of one room and kind. Another room's are not found."""

    room: Room
    kind: Link.Kind
    query: str  # of the list: its search, and on which page it was
    pks: frozenset[int] | None  # None: all that the search finds

    @classmethod
    def read(cls, room: Room, posted: QueryDict) -> Self:
        ticked = frozenset(int(pk) for pk in posted.getlist("links") if pk.isdecimal() and int(pk) <= LARGEST)
        kind = Link.Kind.GROUP if posted.get("kind") == Link.Kind.GROUP else Link.Kind.GUEST
        return cls(
            room, kind, posted.get("query", "").replace("\0", ""), None if posted.get("all") else ticked
        )

    @property
    def links(self) -> LinkQuerySet[Link]:
        if self.pks is None:
            return Search.read(QueryDict(self.query)).links(self.room, self.kind)
        links: LinkQuerySet[Link] = Link.objects.kept().filter(room=self.room, kind=self.kind)
        return links.filter(pk__in=self.pks).order_by("-pk")

    @property
    def list_url(self) -> str:
        return url_of_list(self.room.pk, self.kind, self.query)


def url_of_list(room_id: int, kind: str, query: str) -> str:
    """The list in which they were selected, as it was then."""
    page = reverse("links:guests" if kind == Link.Kind.GUEST else "links:groups", args=[room_id])
    return f"{page}?{query}" if query else page
