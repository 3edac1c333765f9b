"""How many were in the room over a day, as steps, and as what an SVG says of them."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

Span = tuple[datetime, datetime]
Step = tuple[datetime, int]

POINTS = 300
# Of the plot: its width in its own units, its height and place in pixels.
WIDTH, HEIGHT, TOP = 1000, 140, 18
LEVELS, TIMES = 4, 6  # at most so many spaces between lines, and between labels
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
MINUTES = (15, 30, 60, 120, 180, 240, 360)  # between two labels


@dataclass(frozen=True, slots=True)
class Label:
    """Above the line at `y`, in pixels, or under the place `x`, which is a share of the width."""

    text: str
    x: str = ""
    y: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    peak: int
    peak_at: datetime
    start: datetime
    end: datetime
    path: str
    levels: list[Label]
    times: list[Label]
    quota: Label | None
    height: int = HEIGHT
    top: int = TOP
    bottom: int = TOP + HEIGHT
    width: int = WIDTH


def picture_of(spans: Sequence[Span], zone: ZoneInfo, quota: int) -> Picture:
    """Needs one span at least."""
    steps = steps_of(spans)
    start, end = full_hours(min(start for start, _end in spans), max(end for _start, end in spans), zone)
    peak_at, peak = max(steps, key=lambda step: step[1], default=(start, 0))
    is_near = peak / 4 <= quota <= peak * 1.25
    unit = _unit(max(peak, quota if is_near else 1))
    top = unit * math.ceil(max(peak, quota if is_near else 1) / unit)
    return Picture(
        peak=peak,
        peak_at=peak_at,
        start=start,
        end=end,
        path=_path(merged(steps), start, end, top),
        levels=[Label(f"{number}", y=_pixels(number, top)) for number in range(unit, top + 1, unit)],
        times=_times(start, end, zone),
        quota=Label(f"{quota}", y=_pixels(quota, top)) if is_near and quota else None,
    )


def steps_of(spans: Iterable[Span]) -> list[Step]:
    """How many are in from each instant on. Who comes when another leaves is not in with them."""
    changes: Counter[datetime] = Counter()
    for start, end in spans:
        changes[start] += 1
        changes[end] -= 1
    steps, number = [], 0
    for at in sorted(at for at, change in changes.items() if change):
        number += changes[at]
        steps.append((at, number))
    return steps


def merged(steps: list[Step], most: int = POINTS) -> list[Step]:
    """At most so many: of those that are close together the highest, so that the peak stays the peak."""
    if len(steps) <= most:
        return steps
    first, last = steps[0][0], steps[-1][0]
    columns = most - 1
    width = (last - first) / columns
    rest, number, few = iter([*steps[:-1], (last, 0)]), 0, list[Step]()
    at, following = next(rest)
    for column in range(columns):
        highest = number
        until = first + width * (column + 1) if column < columns - 1 else last
        while at < until:
            number = following
            highest = max(highest, number)
            at, following = next(rest)
        if not few or few[-1][1] != highest:
            few.append((first + width * column, highest))
    return [*few, steps[-1]]


def full_hours(first: datetime, last: datetime, zone: ZoneInfo) -> Span:
    """The hours of the room's clocks around a time: one at least."""
    start = first - _past_hour(first, zone)
    rest = _past_hour(last, zone)
    end = last + (HOUR - rest if rest else timedelta())
    return start, max(end, start + HOUR)


def _past_hour(instant: datetime, zone: ZoneInfo) -> timedelta:
    local = instant.astimezone(zone)
    return timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)


def _path(steps: list[Step], start: datetime, end: datetime, top: int) -> str:
    """Along the ground, up and down at each step, and on the ground again: filled it is an area."""
    if not steps:
        return ""
    moves = [f"M{_across(steps[0][0], start, end)} {HEIGHT}"]
    moves += [f"H{_across(at, start, end)}V{round(HEIGHT * (1 - number / top), 1):g}" for at, number in steps]
    return "".join(moves)


def _across(at: datetime, start: datetime, end: datetime) -> str:
    return f"{round(WIDTH * ((at - start) / (end - start)), 1):g}"


def _pixels(number: int, top: int) -> str:
    return f"{round(TOP + HEIGHT * (1 - number / top), 1):g}"


def _unit(highest: int) -> int:
    """1, 2, 5, 10, 20, 50 …: the first of which there are few enough lines."""
    units = (digit * int(10**power) for power in count() for digit in (1, 2, 5))
    return next(unit for unit in units if highest / unit <= LEVELS)


def _times(start: datetime, end: datetime, zone: ZoneInfo) -> list[Label]:
    """On round times of the room's clocks."""
    apart = next(minutes for minutes in MINUTES if (end - start) / timedelta(minutes=minutes) <= TIMES)
    quarters = (start + QUARTER * number for number in range((end - start) // QUARTER + 1))
    labels = []
    for at in quarters:
        local = at.astimezone(zone)
        if (local.hour * 60 + local.minute) % apart == 0:
            share = round(100 * ((at - start) / (end - start)), 2)
            labels.append(Label(f"{local:%H:%M}", x=f"{share:g}%"))
    return labels
