"""Group links as sheets of paper to hang on a door."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from links.models import GroupLink
from rooms.models import Room
from rooms.requests import Request

# A picture a sheet: more would keep a small server busy for seconds, and no door has room for them.
SHEETS = 100


@require_GET
@login_required
def posters(request: Request, room_pk: int) -> HttpResponse:
    """Those that open now or later; with `?link=` only that one."""
    room = get_object_or_404(Room.objects.managed_by(request.user), pk=room_pk)
    links = GroupLink.objects.living(timezone.now()).filter(room=room).order_by("pk")
    if (chosen := request.GET.get("link", "")).isdecimal():
        links = links.filter(pk=min(int(chosen), 2**63 - 1))
    return render(request, "links/posters.html", {"room": room, "links": links[:SHEETS]})
