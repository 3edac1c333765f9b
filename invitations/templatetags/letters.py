"""What a row says of the letters about its link."""

from django import template

from invitations import history

register = template.Library()
register.filter("has_old_dates", history.has_old_dates)
register.filter("can_be_cancelled", history.can_be_cancelled)
