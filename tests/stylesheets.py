"""Our style sheets as tests read them."""

import re
from pathlib import Path

from rooms.colour import Colour

FOLDER = Path(__file__).parent.parent / "static" / "css"
DARK = "@media (prefers-color-scheme: dark)"


def tokens() -> dict[str, dict[str, Colour]]:
    """The colours of tokens.css by scheme and name. The light ones hold in the dark as well."""
    return schemes((FOLDER / "tokens.css").read_text())


def schemes(sheet: str) -> dict[str, dict[str, Colour]]:
    light, _, dark = sheet.partition(DARK)
    return {"light": colours(light), "dark": colours(light) | colours(dark)}


def colours(rules: str) -> dict[str, Colour]:
    found = re.findall(r"--([a-z-]+): (#[0-9a-f]{3}(?:[0-9a-f]{3})?);", rules)
    return {name: Colour.read(written) for name, written in found}
