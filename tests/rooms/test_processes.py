"""Whoever keeps the processes is told to end at any moment."""

import subprocess
import sys

import pytest

from tests.serving import ROOT

# Sends itself the signal at the n-th thing that is called while it goes round, for each n of a round.
AT_EVERY_MOMENT = """
import itertools, signal, sys
from rooms.management import processes
processes.ROUND = 0.001
for moment in range(40):
    calls = itertools.count()
    def listen(frame, event, argument):
        if next(calls) == moment:
            sys.setprofile(None)
            signal.raise_signal(signal.SIGTERM)
    going = processes.rounds(until=[signal.SIGTERM])
    next(going)
    sys.setprofile(listen)
    for _round in going:
        pass
    sys.setprofile(None)
    print(moment, flush=True)
"""


@pytest.mark.once
def test_a_signal_to_end_is_heard_at_whichever_moment_it_comes():
    done = subprocess.run(
        [sys.executable, "-c", AT_EVERY_MOMENT],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.split() == [str(moment) for moment in range(40)]
