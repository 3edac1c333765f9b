from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from links.models import Link, LinkQuerySet
from rooms.models import Room


@dataclass(frozen=True, slots=True)
class Search:
    words: str = ""
    state: str = ""
    sort: str = ""

    @classmethod
    def read(cls, asked: QueryDict) -> "Search":
        words = asked.get("q", "").replace("\0", "").strip()
        return cls(words, "not_arrived" if asked.get("state") == "not_arrived" else "", "")

    def links(self, room: Room, kind: Link.Kind) -> LinkQuerySet[Link]:
        links: LinkQuerySet[Link] = Link.objects.kept().filter(room=room, kind=kind).search(self.words)
        return links.not_arrived() if self.state else links

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in (("q", self.words), ("state", self.state)) if value})
