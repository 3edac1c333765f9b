"""A step in a process of its own, so that its peak of memory is its own: Python and Django are in it."""

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tests.serving import ROOT
from tests.webs import Site

LONGEST = 240  # seconds


@dataclass(frozen=True)
class Cost:
    seconds: float
    peak: float  # MB of memory
    said: Any  # what the step gave back


def take(site: Site, module: str, step: str, *args: int) -> Cost:
    """Run `python -m module step args` on the site's data."""
    command = [sys.executable, "-m", module, step, *map(str, args)]
    environment = {**site.foyer.environment, "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True, timeout=LONGEST
    )
    return Cost(*json.loads(done.stdout.splitlines()[-1]))


def run(steps: Mapping[str, Callable[..., Any]]) -> None:
    """In that process: the step that the command names."""
    import django

    django.setup()
    begin = time.perf_counter()
    said = steps[sys.argv[1]](*map(int, sys.argv[2:]))
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(json.dumps([seconds, peak, said]) + "\n")
