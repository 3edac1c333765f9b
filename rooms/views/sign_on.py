from allauth.socialaccount.providers.openid_connect import views
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from requests import RequestException

from rooms import openid


@require_GET
def begin(request: HttpRequest) -> HttpResponse:
    """To the OpenID provider; what it says of itself is asked on the way, and it may be away."""
    try:
        answer: HttpResponse = views.login(request, "openid")
    except (RequestException, KeyError):
        return openid.refusal(request, "failed", status=502)
    return answer
