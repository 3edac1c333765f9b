"""All checks at once, each in a thread of its own: whatever hangs, the answer comes, and says what hung."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from django.db import connections
from django.utils import translation
from django.utils.translation import gettext as _

from operation.doctor.findings import Check, Finding, Verdict, bad
from operation.doctor.secrecy import without_secrets

LONGEST = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class Result:
    check: Check
    finding: Finding


def examine(checks: Sequence[Check], longest: float = LONGEST) -> list[Result]:
    deadline = time.monotonic() + longest
    begun = [(check, _begin(check)) for check in checks]
    return [Result(check, _await(answer, deadline - time.monotonic())) for check, answer in begun]


def worst(results: Sequence[Result]) -> Verdict:
    verdicts = {result.finding.verdict for result in results}
    return next((verdict for verdict in reversed(Verdict) if verdict in verdicts), Verdict.GOOD)


def _begin(check: Check) -> Future[Finding]:
    answer: Future[Finding] = Future()
    arguments = (check, answer, translation.get_language())
    threading.Thread(target=_answer, args=arguments, name=check.name, daemon=True).start()
    return answer


def _await(answer: Future[Finding], seconds: float) -> Finding:
    try:
        return answer.result(max(0, seconds))
    except TimeoutError:
        return bad(_("There was no answer within %(seconds)d seconds.") % {"seconds": LONGEST})


def _answer(check: Check, answer: Future[Finding], language: str) -> None:
    with translation.override(language):
        finding = _look(check)
    # Closed before the answer is known: whoever asked may go on to drop the database.
    connections.close_all()
    answer.set_result(finding)


def _look(check: Check) -> Finding:
    try:
        return check.look()
    except Exception as error:  # noqa: BLE001  (a check that fails is itself a finding)
        words = " ".join(str(error).split()) or type(error).__name__
        return bad(_("This could not be looked at: %(error)s") % {"error": without_secrets(words)})
