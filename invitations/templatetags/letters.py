"""What a row says of the letters about its link."""

from django import template

from invitations import history

register = template.Library()
register.filter("has_old_dates", history.has_old_dates)
register.filter("can_be_cancelled", history.can_be_cancelled)


@register.filter
def quoted(text: str) -> str:
    """As mail quotes (RFC 3676, 4.5), so that no line passes for one of ours."""
    return "\n".join(f"> {line}" for line in text.splitlines())
