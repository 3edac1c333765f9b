import json
import shutil
import sys
import textwrap
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from operation.doctor.checkup import CHECKS
from operation.doctor.examination import Result, examine, worst
from operation.doctor.findings import Verdict

INDENT = 27


class Command(BaseCommand):
    help = "Say whether all is well, and what to do if it is not. The exit status is 1 when something is bad."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, json: bool, **options: Any) -> None:
        results = examine(CHECKS)
        verdict = worst(results)
        lines = [_as_json(results)] if json else [*map(self._in_words, results), "", verdict.in_all]
        self.stdout.write("\n".join(lines))
        if verdict is Verdict.BAD:
            sys.exit(1)

    def _in_words(self, result: Result) -> str:
        style = {
            Verdict.GOOD: self.style.SUCCESS,
            Verdict.WARNING: self.style.WARNING,
            Verdict.BAD: self.style.ERROR,
        }[result.finding.verdict]
        head = f"{style(f'{result.finding.verdict:<9}')}{result.check.title!s:<18}"
        width = max(60, shutil.get_terminal_size((110, 24)).columns)
        lines = textwrap.wrap(result.finding.sentence, width - INDENT, break_on_hyphens=False)
        return head + f"\n{' ' * INDENT}".join(lines)


def _as_json(results: list[Result]) -> str:
    return json.dumps(
        [
            {
                "check": result.check.name,
                "verdict": str(result.finding.verdict),
                "sentence": result.finding.sentence,
            }
            for result in results
        ],
        ensure_ascii=False,
        indent=1,
    )
