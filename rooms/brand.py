"""The operator's own name, colour and logo. Without settings nothing of it is asked for."""

import hashlib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders

from rooms.colour import BLACK, WHITE, Colour

TEXT, SHAPE = 4.5, 3.0  # the contrast that WCAG 2.2 asks of words (1.4.3) and of what shows a state (1.4.11)
KINDS = {".svg": "image/svg+xml", ".png": "image/png"}
OUR_NAME, OUR_COLOUR = "Foyer", "#2563eb"
# What tokens.css puts behind words. A test holds the two together.
LIGHT = tuple(map(Colour.read, ("#ffffff", "#f7f7f8", "#f4f4f6", "#f1f1f3")))
DARK = tuple(map(Colour.read, ("#18181b", "#111113", "#202024", "#0c0c0e")))


@cache
def style_sheet(colour: str) -> str:
    """The tokens that follow from the operator's colour, for both schemes: every pair can be read."""
    accent = Colour.read(colour)
    light, dark = _tokens(accent, LIGHT, BLACK, 0.08), _tokens(accent, DARK, WHITE, 0.18)
    in_the_dark = f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}"
    return f"@layer tokens {{ :root {{ {light} }} {in_the_dark} }}\n"


def _tokens(accent: Colour, grounds: Sequence[Colour], towards: Colour, tint: float) -> str:
    fill = accent.readable_on(grounds, towards, SHAPE)
    ink = max(WHITE, BLACK, key=fill.contrast)
    soft = grounds[0].mixed(accent, tint)
    values = {
        "accent": fill,
        # Away from what is written on it.
        "accent-hover": fill.mixed(BLACK if ink == WHITE else WHITE, 0.14),
        "accent-ink": ink,
        "accent-text": accent.readable_on([*grounds, soft], towards, TEXT),
        "accent-soft": soft,
    }
    return " ".join(f"--{name}: {value};" for name, value in values.items())


@cache
def logo(path: str, colour: str) -> bytes:
    """The operator's file; without one our own, in their colour."""
    if path:
        return Path(path).read_bytes()
    ours = Path(str(finders.find("logo.svg"))).read_text(encoding="utf-8")
    fill = Colour.read(colour)
    ink = max(WHITE, BLACK, key=fill.contrast)
    return ours.replace("#fff", str(ink)).replace(OUR_COLOUR, str(fill)).encode()


def own_name() -> str:
    return "" if settings.BRAND_NAME == OUR_NAME else str(settings.BRAND_NAME)


def own_style_sheet() -> str:
    return style_sheet(settings.BRAND_COLOUR) if settings.BRAND_COLOUR else ""


def own_logo() -> bytes:
    is_own = settings.BRAND_LOGO or settings.BRAND_COLOUR
    return logo(settings.BRAND_LOGO, settings.BRAND_COLOUR) if is_own else b""


def kind_of_logo() -> str:
    return KINDS[Path(settings.BRAND_LOGO or ".svg").suffix.lower() or ".svg"]


def version(content: bytes) -> str:
    """Stands for the content in its address, which may then be kept for ever."""
    return hashlib.sha256(content).hexdigest()[:12]
