from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from operation.doctor import address


@require_safe
def echo(request: HttpRequest, nonce: str) -> HttpResponse:
    """For the doctor, who asks whether PUBLIC_URL leads here. It says nothing else to anybody."""
    return HttpResponse(address.echo(nonce), content_type="text/plain", headers={"Cache-Control": "no-store"})
