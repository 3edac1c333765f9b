from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def grouped(number: int) -> str:
    """“4,900”, as the reader's language writes it."""
    return number_format(number, force_grouping=True)
