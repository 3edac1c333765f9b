"""What a check says: a verdict, and one sentence that says what is so and, if it is not good, what to do."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    GOOD = "good", _("good")
    WARNING = "warning", _("warning")
    BAD = "bad", _("bad")

    @property
    def in_all(self) -> str:
        """What it means when nothing is worse."""
        return str(IN_ALL[self])


IN_ALL = {
    Verdict.GOOD: _("All is well."),
    Verdict.WARNING: _("It works, and there is something to see to."),
    Verdict.BAD: _("Something has to be mended."),
}


@dataclass(frozen=True, slots=True)
class Finding:
    verdict: Verdict
    sentence: str


@dataclass(frozen=True, slots=True)
class Check:
    """Something to look at. Slow is what asks somebody else's machine."""

    name: str
    title: str | Promise
    look: Callable[[], Finding]
    is_slow: bool = False


def good(sentence: str) -> Finding:
    return Finding(Verdict.GOOD, sentence)


def warning(sentence: str) -> Finding:
    return Finding(Verdict.WARNING, sentence)


def bad(sentence: str) -> Finding:
    return Finding(Verdict.BAD, sentence)
