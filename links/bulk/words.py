"""What would be done to how many links, and what was done, in words."""

from collections.abc import Callable

from django.utils.formats import number_format
from django.utils.translation import ngettext

from links.bulk.work import Action
from links.models import BulkChange


def question(change: BulkChange) -> str:
    """What confirming does."""
    return _say(QUESTIONS[Action(change.action)], change.number)


def result(change: BulkChange) -> str:
    """What was done, to how many, and what of the others."""
    sentences = [_say(RESULTS[Action(change.action)], change.changed)]
    if change.same:
        sentences.append(_say(_were_so, change.same))
    if change.failed:
        stayed = _stay if change.action == Action.UNDO else _could_not
        sentences.append(_say(stayed, change.failed))
    return " ".join(sentences)


Words = Callable[[int], str]

QUESTIONS: dict[Action, Words] = {
    Action.SWITCH_ON: lambda n: ngettext("Switch on %(number)s link", "Switch on %(number)s links", n),
    Action.SWITCH_OFF: lambda n: ngettext("Switch off %(number)s link", "Switch off %(number)s links", n),
    Action.ROLE: lambda n: ngettext("Role of %(number)s link", "Role of %(number)s links", n),
    Action.DATES: lambda n: ngettext("Dates of %(number)s link", "Dates of %(number)s links", n),
    Action.EXPIRE: lambda n: ngettext("Expire %(number)s link", "Expire %(number)s links", n),
    Action.DELETE: lambda n: ngettext("Delete %(number)s link", "Delete %(number)s links", n),
    Action.UNDO: lambda n: ngettext("Undo for %(number)s link", "Undo for %(number)s links", n),
    Action.RESEND: lambda n: ngettext(
        "Send the letter to %(number)s guest", "Send the letter to %(number)s guests", n
    ),
}
RESULTS: dict[Action, Words] = {
    Action.SWITCH_ON: lambda n: ngettext(
        "Switched on: %(number)s link.", "Switched on: %(number)s links.", n
    ),
    Action.SWITCH_OFF: lambda n: ngettext(
        "Switched off: %(number)s link.", "Switched off: %(number)s links.", n
    ),
    Action.ROLE: lambda n: ngettext(
        "%(number)s link has the new role.", "%(number)s links have the new role.", n
    ),
    Action.DATES: lambda n: ngettext(
        "%(number)s link has the new dates.", "%(number)s links have the new dates.", n
    ),
    Action.EXPIRE: lambda n: ngettext("Expired: %(number)s link.", "Expired: %(number)s links.", n),
    Action.DELETE: lambda n: ngettext("Deleted: %(number)s link.", "Deleted: %(number)s links.", n),
    Action.UNDO: lambda n: ngettext(
        "Undone: %(number)s link is as it was.", "Undone: %(number)s links are as they were.", n
    ),
    Action.RESEND: lambda n: ngettext(
        "%(number)s letter is on its way.", "%(number)s letters are on their way.", n
    ),
}


def _were_so(number: int) -> str:
    return ngettext("%(number)s was so already.", "%(number)s were so already.", number)


def _could_not(number: int) -> str:
    return ngettext("It could not be done for %(number)s.", "It could not be done for %(number)s.", number)


def _stay(number: int) -> str:
    return ngettext("%(number)s stays as it is.", "%(number)s stay as they are.", number)


def _say(words: Words, number: int) -> str:
    return words(number) % {"number": number_format(number, force_grouping=True)}
