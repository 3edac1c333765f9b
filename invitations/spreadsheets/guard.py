"""Cells that a spreadsheet program would run as a formula (OWASP, CSV injection), and the guard before them.

The guard is an apostrophe, and reading takes it away again: whatever was written comes back. Names that begin
with an apostrophe, 't Hooft, are left alone both ways.
"""

import re

RUN = r"['\s]*[=+\-@＝＋－＠]|'*[\t\r\n]"  # noqa: RUF001  (some programs run the wide ones too)
DANGEROUS = re.compile(RUN)
GUARDED = re.compile(f"'(?:{RUN})")


def is_run(text: str) -> bool:
    return DANGEROUS.match(text) is not None


def guarded(text: str) -> str:
    return f"'{text}" if is_run(text) else text


def unguarded(text: str) -> str:
    return text[1:] if GUARDED.match(text) else text
