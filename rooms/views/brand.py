"""The operator's colour and logo, at addresses that stand for their content."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from rooms import brand
from rooms.templatetags.brand import logo_url

YEAR = 365 * 24 * 3600


@require_safe
def style_sheet(request: HttpRequest, version: str) -> HttpResponse:
    return _kept(brand.own_style_sheet().encode(), "text/css", version)


@require_safe
def logo(request: HttpRequest, version: str) -> HttpResponse:
    return _kept(brand.own_logo(), brand.kind_of_logo(), version)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look when a page names no icon, as a picture that is opened by itself."""
    answer = redirect(logo_url())
    patch_cache_control(answer, public=True, max_age=24 * 3600)
    return answer


def _kept(content: bytes, kind: str, version: str) -> HttpResponse:
    if not content:
        raise Http404
    answer = HttpResponse(content, content_type=kind)
    if version == brand.version(content):
        patch_cache_control(answer, public=True, max_age=YEAR, immutable=True)
    else:
        # A page from before the last change asks for an older one, and is given what is so now.
        patch_cache_control(answer, no_cache=True)
    return answer
