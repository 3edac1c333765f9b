import time
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from rooms.live import parts
from rooms.live.look import News, Person, Question
from rooms.live.pages import Kind, Page

TELL_EVERY = 1.0  # seconds between two lists of a room, however often it changes


@dataclass
class Watched:
    """A room that open pages of this process are about, and what they were told of it."""

    pages: set[Page] = field(default_factory=set)
    fresh: set[Page] = field(default_factory=set)  # just opened: nobody has looked for them yet
    gone: set[Page] = field(default_factory=set)  # of those who are out and have not been told why
    inside: dict[int, set[Page]] = field(default_factory=dict)  # by participant
    people: dict[int, Person] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)  # in the line for a seat
    crowds: dict[str, bytes] = field(default_factory=dict)  # the list of who is in, by language
    seen: int | None = None
    told: int | None = None
    told_at: float = 0

    def open(self, page: Page) -> None:
        self.pages.add(page)
        self.fresh.add(page)

    def close(self, page: Page) -> int | None:
        """The participant whose last page here this was."""
        for pages in (self.pages, self.fresh, self.gone):
            pages.discard(page)
        if page.pk is None or page.pk not in self.inside:
            return None
        self.inside[page.pk].discard(page)
        if self.inside[page.pk]:
            return None
        del self.inside[page.pk]
        self.people.pop(page.pk, None)
        return page.pk

    def question(self) -> Question:
        kinds = {page.kind for page in self.pages}
        return Question(
            seen=self.seen,
            fresh=frozenset(self.fresh),
            is_time=time.monotonic() - self.told_at >= TELL_EVERY,
            told=None if self.fresh else self.told,
            wants_people=Kind.INSIDE in kinds,
            wants_door=Kind.DOOR in kinds,
        )

    def tell(self, room_id: int, question: Question, news: News) -> set[int]:
        """Hand each page what is new, and collect the pages of those who are out. Who has just connected."""
        fresh = question.fresh & self.pages
        self.fresh -= fresh
        arrived = self._match(fresh, news.people)
        if question.is_time and (question.told != news.revision or question.wants_door):
            self._tell_all(room_id, news)
        elif fresh:
            self.told = None
        for pk in {person["pk"] for person in news.people} & self.inside.keys():
            self._tell_person(pk)
        self.seen = news.revision
        return arrived

    def tell_deleted(self, room_id: int) -> None:
        """Whoever manages other rooms as well comes back for them."""
        for page in self.pages:
            if page.kind is Kind.MANAGE:
                page.put(f"room {room_id}", parts.changed(room_id, None))
                page.end()
            else:
                page.end(parts.room_deleted(page.language))

    def _match(self, fresh: Collection[Page], people: list[Person]) -> set[int]:
        """Find the participants of pages that were just opened. Those who have connected by it."""
        searching: dict[str, set[Page]] = defaultdict(set)
        for page in fresh:
            if page.kind is Kind.INSIDE:
                searching[page.browser].add(page)
        arrived = set()
        for person in people:
            pk = person["pk"]
            if person["left_at"] is None and (pages := searching.pop(person["browser"], None)):
                arrived.add(pk)
                self._let_in(pk, pages)
            if pk in self.inside:
                self.people[pk] = person
        self.gone.update(*searching.values())
        return arrived

    def _let_in(self, pk: int, pages: set[Page]) -> None:
        self.inside.setdefault(pk, set()).update(pages)
        for page in pages:
            page.pk = pk
            self._show_crowd(page)

    def _tell_person(self, pk: int) -> None:
        """Their own role, on all their pages."""
        person = self.people[pk]
        waits = person["ticket"] is not None
        place = self.places.get(pk) if waits else None
        for page in self.inside[pk]:
            if person["left_at"] is not None or page.browser != person["browser"]:
                self.gone.add(page)
            elif place or not waits or "me" in page.sent:  # a page that was just loaded shows its place
                me = parts.me(person["role"], person["granted_role"], waits, place, page.language)
                page.put("me", me)

    def _tell_all(self, room_id: int, news: News) -> None:
        self.told, self.told_at = news.revision, time.monotonic()
        for page in self.pages:
            if page.kind is Kind.MANAGE:
                page.put(f"room {room_id}", parts.changed(room_id, news.revision))
        if news.crowd is not None:
            languages = {page.language for page in self.pages if page.kind is Kind.INSIDE}
            self.crowds = {
                language: parts.crowd(news.crowd, news.people_in, language) for language in languages
            }
            for page in set().union(*self.inside.values()):
                self._show_crowd(page)
        if news.line is not None:
            self.places = {pk: place for place, pk in enumerate(news.line, 1)}
            for pk in self.places.keys() & self.inside.keys():
                self._tell_person(pk)
        if news.door is not None:
            self._tell_door(news.door, news.free_places)

    def _show_crowd(self, page: Page) -> None:
        if page.language in self.crowds:
            page.put("people", self.crowds[page.language])

    def _tell_door(self, door: list[str], free_places: int) -> None:
        places = {browser: place for place, browser in enumerate(door, 1)}
        for page in self.pages - self.fresh:
            if page.kind is Kind.DOOR:
                place = places.get(page.browser, 0)
                page.put("door", parts.at_door(place - free_places, page.language))
