"""Who asks the administrators of a room for access, as the links' tabs show it."""

import hashlib

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from links.models import AccessRequest
from links.opening import Opening
from rooms.models import Room
from rooms.requests import Request

SHOWN = 20


class Asking:
    """The first of those who ask in a room, each with what would let them in."""

    def __init__(self, room: Room) -> None:
        now = timezone.now()
        found = AccessRequest.objects.filter(room=room).open().select_related("link")[: SHOWN + 1]
        self.people: list[tuple[AccessRequest, Opening]] = []
        for asked in found:
            asked.link.room = room
            self.people.append((asked, Opening.of(asked.link, now)))
        self.has_more = len(self.people) > SHOWN
        del self.people[SHOWN:]

    @property
    def key(self) -> str:
        """Another when there is anything new to show."""
        said = [
            (asked.pk, asked.name, asked.email, asked.note, opening.key) for asked, opening in self.people
        ]
        return hashlib.sha256(repr((said, self.has_more)).encode()).hexdigest()[:16]


@require_GET
@login_required
def asking(request: Request, room_pk: int) -> HttpResponse:
    """For a page that is open: nothing when it shows all there is."""
    room = get_object_or_404(Room.objects.managed_by(request.user), pk=room_pk)
    found = Asking(room)
    if request.GET.get("seen") == found.key:
        return HttpResponse(status=204)
    return render(request, "links/_asking.html", {"room": room, "asking": found, "is_news": True})
