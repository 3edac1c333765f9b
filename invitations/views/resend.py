"""Letters to all the guests who are selected: asked about and answered as any change of many links."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from invitations import mending
from invitations.tasks import wake_outbox, wake_resend_many
from links import bulk
from links.models import BulkChange, Link
from links.views.bulk_answers import answer_confirmed, ask, begin_bulk, my_bulk_change
from rooms.models import Room
from rooms.requests import Request

RESEND = BulkChange.Action.RESEND


@require_POST
@login_required
def begin(request: Request, room_pk: int) -> HttpResponse:
    room = get_object_or_404(Room.objects.managed_by(request.user), pk=room_pk)
    if request.POST.get("kind") != Link.Kind.GUEST:
        raise Http404
    return ask(request, begin_bulk(request, room, RESEND))


@require_POST
@login_required
def confirmation(request: Request, pk: int) -> HttpResponse:
    change = my_bulk_change(request, pk, RESEND)
    if bulk.confirm(change, RESEND, {}):
        bulk.finish(change, mending.LETTERS)
        wake_resend_many() if change.is_running else wake_outbox()
    change.refresh_from_db()
    return answer_confirmed(request, change)
