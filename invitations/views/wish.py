"""What a guest says of our letters: POST, because mail scanners follow every address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from invitations import optout
from invitations.forms import WishForm
from invitations.models import Invitation, Suppression
from rooms.views.answers import answer_guest, answer_unknown

ONE_CLICK = "List-Unsubscribe"  # what a mail program posts (RFC 8058, 3.2)


@csrf_exempt  # the signed address is the authority, and a mail program has no token
@require_http_methods(["GET", "HEAD", "POST"])
def wish(request: HttpRequest, address: str) -> HttpResponse:
    letter = optout.find(address)
    if letter is None:
        return answer_unknown(request, "invitations/wish_unknown.html")
    if request.method == "POST":
        return _write_down(request, letter)
    wishes = Suppression.objects.of(letter.recipient)
    context = {
        "room": letter.link.room,
        "email": letter.recipient,
        "none_at_all": wishes.filter(room=None).exists(),
        "none_of_room": wishes.filter(room=letter.link.room).exists(),
    }
    return answer_guest(request, "invitations/wish.html", context, language=letter.link.language)


def _write_down(request: HttpRequest, letter: Invitation) -> HttpResponse:
    if ONE_CLICK in request.POST:
        optout.refuse(letter.recipient, letter.link.room)
        return HttpResponse(status=204)
    form = WishForm(request.POST)
    if form.is_valid():
        form.fulfil(letter)
    return redirect(request.path)
