"""What mail servers say, in plain words. A reason is our words, a colon, and theirs."""

import re

from django.utils.translation import gettext_noop as _

# The subject and detail of an enhanced status code (RFC 3463, 3); where no detail is known, its subject.
WORDS = {
    "1.1": _("Mailbox unknown"),
    "1.2": _("Mail domain unknown"),
    "1.6": _("Mailbox has moved"),
    "1.10": _("Mailbox unknown"),  # Microsoft's use of it; by RFC 7505 nobody there receives mail at all
    "1": _("Address not valid"),
    "2.1": _("Mailbox switched off"),
    "2.2": _("Mailbox full"),
    "2.3": _("Letter too large"),
    "3.4": _("Letter too large"),
    "4.7": _("Delivery took too long"),
    "4": _("The receiving mail server cannot be reached"),
    "7": _("Refused by the receiving mail server"),
}
LATER = _("The receiving mail server wants it again later")
# Of servers without such codes.
PHRASES = {
    r"(user|recipient|mailbox|account)( is)? (unknown|not found)|unknown (user|recipient|mailbox)": "1.1",
    r"no such (user|recipient|mailbox)|(user|mailbox|account|address) (does not|doesn't) exist": "1.1",
    r"no mailbox here by that name": "1.1",
    r"(mailbox|inbox)( is)? full|over quota|quota exceeded": "2.2",
}
STATUS = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")


def reason(said: str, ours: str = "") -> str:
    """In words where the server's are understood, else with `ours`; what it said itself stands behind."""
    said = plain(said)
    ours = in_words(said) or ours
    return f"{ours}: {said}" if ours and said else ours or said


def in_words(said: str) -> str:
    if status := STATUS.search(said):
        kind, subject, detail = status.groups()
        if kind == "4" and subject == "7":
            return LATER
        return WORDS.get(f"{subject}.{detail}") or WORDS.get(subject, "")
    matches = (WORDS[code] for phrase, code in PHRASES.items() if re.search(phrase, said, re.IGNORECASE))
    return next(matches, "")


def plain(said: str) -> str:
    """On one line, and without what no database and no page wants."""
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())
