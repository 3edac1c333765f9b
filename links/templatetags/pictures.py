"""A link's address as a picture that a phone reads."""

import segno
from django import template
from django.utils.safestring import SafeString, mark_safe

from links.models import Link

register = template.Library()


@register.simple_tag
def qr_code(link: Link) -> SafeString:
    """Inline, as large as its place allows."""
    drawing = segno.make(link.address, error="m").svg_inline(
        omitsize=True, border=2, svgclass="qr", lineclass=None
    )
    return mark_safe(drawing)  # noqa: S308  (segno's own, of modules and no text)
