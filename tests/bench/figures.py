"""What was measured, several times over: the median, and how far the others lay from it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Figures:
    values: Sequence[float]
    unit: str

    @property
    def median(self) -> float:
        return median(self.values)

    def __str__(self) -> str:
        low, middle, high = (number(value) for value in (min(self.values), self.median, max(self.values)))
        return f"{middle} {self.unit}".strip() + f" ({low} to {high})" * (len(self.values) > 1)


@dataclass(frozen=True)
class Row:
    """One line of the table. `reached`: None where nothing was promised."""

    what: str
    found: object
    beside: str = ""
    ratio: object = ""
    reach: str = ""
    reached: bool | None = None


def at_least(least: float, what: str, found: Figures, beside: str, other: Figures) -> Row:
    """Beside the limit: the more the better. Each is divided by the other of its own round."""
    ratio = _ratio(found, other)
    return Row(what, found, f"{beside}: {other}", ratio, f"at least {least:g}", ratio.median >= least)


def at_most(most: float, what: str, found: Figures, beside: str, other: Figures) -> Row:
    ratio = _ratio(found, other)
    return Row(what, found, f"{beside}: {other}", ratio, f"at most {most:g}", ratio.median <= most)


def alternate(rounds: int, *things: Callable[[], T]) -> list[list[T]]:
    """A B A B …, after one of each that only warms up: what disturbs the machine disturbs them alike."""
    for thing in things:
        thing()
    results: list[list[T]] = [[] for _thing in things]
    for _round in range(rounds):
        for thing, its in zip(things, results, strict=True):
            its.append(thing())
    return results


def number(value: float) -> str:
    """Three figures that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def part(values: Sequence[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def _ratio(found: Figures, other: Figures) -> Figures:
    return Figures([one / two for one, two in zip(found.values, other.values, strict=True)], "")


def claim(holds: Any, words: str) -> None:
    """A fast wrong answer is no figure."""
    if not holds:
        raise Wrong(words)


class Wrong(Exception):
    """What was measured did not do what it should."""
