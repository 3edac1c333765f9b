"""Where an administrator is logged in. allauth lists the sessions and ends all others at once."""

from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from rooms.requests import Request


@require_POST
@login_required
def end(request: Request, pk: int) -> HttpResponse:
    session = get_object_or_404(UserSession.objects.filter(user=request.user), pk=pk)
    get_adapter().end_sessions([session])
    messages.success(request, _("That session is ended."))
    return redirect("usersessions_list")
