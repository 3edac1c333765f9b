"""Names that people give, and that others in the room can tell apart."""

import re
import unicodedata
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 80
# Blank on the screen, though Unicode counts them as letters or marks.
HIDING = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")


def clean_name(raw: str) -> str:
    """The name trimmed and in NFC. ValidationError with the reason if it cannot be shown as a name."""
    name = unicodedata.normalize("NFC", raw.strip())
    for position, character in enumerate(name):
        if _is_unseen(character):
            raise ValidationError(_unseen_after(name[:position]), code="unseen")
    name = " ".join(name.split())
    if not name:
        raise ValidationError(_("Please enter a name."), code="required")
    if len(name) > LONGEST:
        raise ValidationError(
            _("A name can have %(longest)d characters; this one has %(length)d."),
            params={"longest": LONGEST, "length": len(name)},
            code="max_length",
        )
    return name


def clean_note(raw: str) -> str:
    """Some lines of text without what would hide or turn around what is written. Never refused."""
    lines = unicodedata.normalize("NFC", raw).splitlines()
    return "\n".join(" ".join(_seen(line).split()) for line in lines).strip()


def split_number(name: str) -> tuple[str, int]:
    """ "Ana (2)" is Ana, the second: so nobody can type the name that another is shown with."""
    match = re.fullmatch(r"(.*\S) \(([2-9]|[1-9]\d{1,3})\)", name)
    return (match[1], int(match[2])) if match else (name, 1)


def shown(name: str, number: int = 1) -> str:
    """A name as others read it. Who has none any more is a former guest, in the reader's language."""
    if not name:
        return _("Former guest")
    return name if number == 1 else f"{name} ({number})"


def name_key(name: str) -> str:
    """What two names that look alike but for upper and lower case have in common."""
    return unicodedata.normalize("NFC", name.casefold())


def _seen(line: str) -> str:
    """Emoji are held together by joiners and selectors, which stay."""
    kept = {"\u200c", "\u200d", "\t"}
    return "".join(sign for sign in line if sign in kept or unicodedata.category(sign) not in HIDING)


@lru_cache(maxsize=1_000)  # a language's letters
def _is_unseen(character: str) -> bool:
    category = unicodedata.category(character)
    return (
        category in HIDING
        or character in BLANKS
        or unicodedata.name(character, "").startswith(("VARIATION SELECTOR", "MONGOLIAN FREE VARIATION"))
    )


def _unseen_after(before: str) -> str:
    if not before:
        return _("The name begins with a character that cannot be seen. Please type it again.")
    return _("There is a character that cannot be seen after “%(before)s”. Please remove it.") % {
        "before": before
    }
