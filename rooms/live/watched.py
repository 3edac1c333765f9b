import time
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from rooms.live import parts
from rooms.live.look import Lists, News, Person, Question, Wanted
from rooms.live.pages import Kind, Page
from rooms.models import Room

TELL_EVERY = 1.0  # seconds between two lists of a room, however often it changes


@dataclass
class Watched:
    """A room that open pages of this process are about, and what they were told of it."""

    pages: dict[Kind, set[Page]] = field(default_factory=lambda: {kind: set() for kind in Kind})
    fresh: set[Page] = field(default_factory=set)  # just opened: nobody has looked for them yet
    gone: set[Page] = field(default_factory=set)  # of those who are out and have not been told why
    inside: dict[int, set[Page]] = field(default_factory=dict)  # by participant
    people: dict[int, Person] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)  # in the line for a seat
    crowds: dict[str, bytes] = field(default_factory=dict)  # the list of who is in, by language
    room: Room | None = None  # as it was seen last
    told: int | None = None  # the revision of which all pages were told the lists
    told_at: float = 0

    @property
    def is_open(self) -> bool:
        return any(self.pages.values())

    def open(self, page: Page) -> None:
        self.pages[page.kind].add(page)
        self.fresh.add(page)

    def close(self, page: Page) -> int | None:
        """The participant whose last page here this was."""
        for pages in (self.pages[page.kind], self.fresh, self.gone):
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
        return Question(seen=self.room.revision if self.room else None, fresh=frozenset(self.fresh))

    def tell(self, question: Question, news: News) -> set[int]:
        """Hand each page its own news, and collect the pages of those who are out. Who has just connected."""
        fresh = question.fresh & self.fresh
        self.fresh -= fresh
        arrived = self._match(fresh, news.people)
        if fresh:
            self.told = None
        for pk in {person.pk for person in news.people} & self.inside.keys():
            self._tell_person(pk)
        self.room = news.room
        return arrived

    def wanted(self) -> Wanted | None:
        """What all pages have to be told, once a second at most."""
        if self.room is None or time.monotonic() - self.told_at < TELL_EVERY:
            return None
        is_news, wants_door = self.told != self.room.revision, bool(self.pages[Kind.DOOR])
        languages = {page.language for page in self.pages[Kind.INSIDE]} if is_news else ()
        return Wanted(self.room, frozenset(languages), wants_door) if is_news or wants_door else None

    def tell_lists(self, lists: Lists) -> None:
        self.told, self.told_at = lists.room.revision, time.monotonic()
        for page in self.pages[Kind.MANAGE]:
            page.put(f"room {lists.room.pk}", parts.changed(lists.room.pk, lists.room.revision))
        if lists.crowds:
            self.crowds = lists.crowds
            for page in set().union(*self.inside.values()):
                self._show_crowd(page)
            self.places = {pk: place for place, pk in enumerate(lists.line, 1)}
            for pk in self.places.keys() & self.inside.keys():
                self._tell_person(pk)
        self._tell_door(lists)

    def tell_deleted(self, room_id: int) -> None:
        """Whoever manages other rooms as well comes back for them."""
        for page in self.pages[Kind.MANAGE]:
            page.put(f"room {room_id}", parts.changed(room_id, None))
            page.end()
        for page in self.pages[Kind.INSIDE] | self.pages[Kind.DOOR]:
            page.end(parts.room_deleted(page.language))

    def _match(self, fresh: Collection[Page], people: list[Person]) -> set[int]:
        """Find the participants of pages that were just opened. Those who have connected by it."""
        searching: dict[str, set[Page]] = defaultdict(set)
        for page in fresh:
            if page.kind is Kind.INSIDE:
                searching[page.browser].add(page)
        arrived = set()
        for person in people:
            pk = person.pk
            if person.left_at is None and (pages := searching.pop(person.browser, None)):
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
        waits = person.ticket is not None
        place = self.places.get(pk) if waits else None
        for page in self.inside[pk]:
            if person.left_at is not None or page.browser != person.browser:
                self.gone.add(page)
            elif place or not waits or "me" in page.sent:  # a page that was just loaded shows its place
                me = parts.me(person.role, person.granted_role, waits, place, page.language)
                page.put("me", me)

    def _show_crowd(self, page: Page) -> None:
        if page.language in self.crowds:
            page.put("people", self.crowds[page.language])

    def _tell_door(self, lists: Lists) -> None:
        free_places = lists.room.capacity - lists.room.people_in
        places = {browser: place for place, browser in enumerate(lists.door, 1)}
        for page in self.pages[Kind.DOOR] - self.fresh:
            place = places.get(page.browser, 0)
            page.put("door", parts.at_door(place - free_places, page.language))
