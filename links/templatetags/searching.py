"""What one can press to search a list of links otherwise."""

from dataclasses import dataclass

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from links.models import Link
from links.search import Search, Sort, State

register = template.Library()

# What is asked for first when somebody asks for an order: who came last, where most people are.
FALLING = {Sort.JOINED, Sort.PRESENT}


@dataclass(frozen=True, slots=True)
class Choice:
    label: str | Promise
    query: str
    is_current: bool
    direction: str = ""  # as `aria-sort` has it


@register.filter
def states(search: Search, kind: str) -> list[Choice]:
    """All, and each state that links of this kind can be in."""
    every = [("", _("All links")), *State.choices]
    if kind != Link.Kind.GUEST:
        every = [(state, label) for state, label in every if state != State.NOT_ARRIVED]
    return [Choice(label, search.but(state=state).query, search.state == state) for state, label in every]


@register.filter
def state_name(search: Search) -> str | Promise:
    return State(search.state).label if search.state else ""


@register.filter
def orders(search: Search) -> list[Choice]:
    return [order(search, sort) for sort in Sort.values]


@register.filter
def order(search: Search, name: str) -> Choice:
    """To sort by this; pressed again the other way round, and once more the newest first again."""
    sort = Sort(name)
    rising, falling = str(sort), f"-{sort}"
    first, second = (falling, rising) if sort in FALLING else (rising, falling)
    following = {first: second, second: ""}.get(search.sort or Sort.NEWEST, first)
    is_current = (search.sort.removeprefix("-") or Sort.NEWEST) == sort
    direction = ("descending" if search.sort.startswith("-") else "ascending") if is_current else ""
    return Choice(
        sort.label,
        search.but(sort="" if following == Sort.NEWEST else following).query,
        is_current,
        direction,
    )
