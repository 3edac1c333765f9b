"""“Send me my link again”: always the same answer, for the same work."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from invitations.forms import AgainForm
from invitations.models import LinkWanted
from invitations.tasks import wake_again
from rooms.limits import Limit, address_block
from rooms.requests import Request
from rooms.views.answers import answer_guest, answer_too_often

EACH_ADDRESS = Limit("again address", 3, 3600)
EACH_BLOCK = Limit("again block", 20, 3600)


@require_http_methods(["GET", "HEAD", "POST"])
def again(request: Request) -> HttpResponse:
    form = AgainForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "has_asked": "asked" in request.GET}
        page, status = "invitations/again.html", 422 if form.is_bound else 200
        return answer_guest(request, page, context, status=status)
    if EACH_BLOCK.is_over(address_block(request)):
        return answer_too_often(request, EACH_BLOCK.ends_in)
    _write_down(form.cleaned_data["email"])
    return redirect(f"{reverse('invitations:again')}?asked")


def _write_down(email: str) -> None:
    # Silently, lest anybody who knows an address learns what others do with it.
    if not EACH_ADDRESS.is_over(email.lower()):
        LinkWanted.objects.create(email=email)
        wake_again()
