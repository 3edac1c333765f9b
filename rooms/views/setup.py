from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from rooms.forms import SetupForm
from rooms.models import SetupKey
from rooms.views.answers import answer_unknown


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def setup(request: HttpRequest, token: str) -> HttpResponse:
    """The first person makes themself an administrator. The key in the address opens once."""
    form = SetupForm(request.POST or None)
    if not SetupKey.is_good(token):
        return answer_unknown(request, "rooms/setup_used_up.html")
    if form.is_valid():
        administrator = form.save(token)
        if administrator is None:
            return answer_unknown(request, "rooms/setup_used_up.html")
        answer: HttpResponse = perform_login(request, administrator, redirect_url=reverse("rooms:create"))
        return answer
    status = 422 if request.method == "POST" else 200
    return render(request, "rooms/setup.html", {"form": form}, status=status)
