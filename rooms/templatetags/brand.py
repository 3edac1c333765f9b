"""Who runs this, as pages and letters say it."""

from django import template
from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse

from rooms import brand

register = template.Library()


@register.simple_tag
def brand_name() -> str:
    return str(settings.BRAND_NAME)


@register.simple_tag
def own_brand_name() -> str:
    """Empty as long as it is ours: guests need not know what this runs on."""
    return brand.own_name()


@register.simple_tag
def brand_style_sheet() -> str:
    """Its address; empty without a colour of the operator's."""
    content = brand.own_style_sheet()
    return reverse("rooms:brand_style_sheet", args=[brand.version(content.encode())]) if content else ""


@register.simple_tag
def logo_url() -> str:
    content = brand.own_logo()
    return reverse("rooms:brand_logo", args=[brand.version(content)]) if content else static("logo.svg")
