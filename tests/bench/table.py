"""The figures on the console and in docs/performance.md, where each bench has a place between two marks."""

import os
import platform
import re
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from tests.bench.figures import Row

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "performance.md"
HEAD = ("what", "measured", "beside it", "ratio", "to reach")


def show(name: str, title: str, rows: Sequence[Row], seconds: float) -> None:
    lines = _lines(rows)
    sys.stdout.write(f"\n{title} ({name}, {seconds:.0f} s)\n" + "\n".join(lines) + "\n")
    sys.stdout.flush()
    _put(name, "\n".join([*lines, "", f"{date.today()}, {_machine()}: `make bench ARGS={name}`"]))  # noqa: DTZ011


def _lines(rows: Sequence[Row]) -> list[str]:
    cells = [HEAD, tuple("---" for _ in HEAD), *(_cells(row) for row in rows)]
    return [f"| {' | '.join(line)} |" for line in cells]


def _cells(row: Row) -> tuple[str, ...]:
    verdict = {True: ", reached", False: ", **not reached**", None: ""}[row.reached]
    return row.what, str(row.found), row.beside, str(row.ratio), row.reach + verdict


def _put(name: str, text: str) -> None:
    page = PAGE.read_text(encoding="utf-8")
    place = re.compile(rf"(<!-- bench {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
    page, found = place.subn(lambda marks: f"{marks[1]}{text}\n{marks[2]}", page)
    if not found:
        raise LookupError(f"{PAGE.name} has no place for {name}")
    PAGE.write_text(page, encoding="utf-8")


def _machine() -> str:
    return (
        f"{os.cpu_count()} cores of {_processor()}, {platform.system()}, Python {platform.python_version()}"
    )


def _processor() -> str:
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    return found[1].strip() if found else platform.machine()
