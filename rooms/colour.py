"""Colours that can be read: WCAG 2.2's contrast, and the nearest colour that has enough of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

WRITTEN = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
STEPS = 100


@dataclass(frozen=True, slots=True)
class Colour:
    """Red, green and blue, from 0 to 255 each."""

    red: int
    green: int
    blue: int

    @classmethod
    def read(cls, written: str) -> "Colour":
        """`#26c` or `#2266cc`, in either case. ValueError for all else."""
        if not WRITTEN.fullmatch(written):
            raise ValueError(f"{written} is no colour such as #2563eb.")
        digits = written[1:] if len(written) == 7 else "".join(digit * 2 for digit in written[1:])
        return cls(*bytes.fromhex(digits))

    def __str__(self) -> str:
        return f"#{self.red:02x}{self.green:02x}{self.blue:02x}"

    @property
    def luminance(self) -> float:
        weighed = zip((0.2126, 0.7152, 0.0722), (self.red, self.green, self.blue), strict=True)
        return sum(weight * _linear(channel / 255) for weight, channel in weighed)

    def contrast(self, other: "Colour") -> float:
        """From 1, the same, to 21, black on white."""
        dark, light = sorted((self.luminance, other.luminance))
        return (light + 0.05) / (dark + 0.05)

    def mixed(self, other: "Colour", share: float) -> "Colour":
        """With so much of the other: 0 for none, 1 for nothing else."""
        mine, its = (self.red, self.green, self.blue), (other.red, other.green, other.blue)
        return Colour(*(round(a + (b - a) * share) for a, b in zip(mine, its, strict=True)))

    def readable_on(self, grounds: Sequence["Colour"], towards: "Colour", ratio: float) -> "Colour":
        """The nearest on the way to `towards` that stands out from each ground by that ratio."""
        way = (self.mixed(towards, step / STEPS) for step in range(STEPS + 1))
        return next((one for one in way if min(map(one.contrast, grounds)) >= ratio), towards)


def _linear(channel: float) -> float:
    # The threshold of sRGB (IEC 61966-2-1); WCAG's 0.03928 falls between the same two eighths of a bit.
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)


BLACK, WHITE = Colour(0, 0, 0), Colour(255, 255, 255)
