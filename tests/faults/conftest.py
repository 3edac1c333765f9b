from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.faults.processes import Process


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """start(Process or WebProcess, *arguments, **environment): ended with the test, at the latest."""
    with ExitStack() as stack:

        def start(kind: type[Process], *arguments: str, **environment: Any) -> Process:
            process = kind(*arguments, var=tmp_path, **environment)
            stack.callback(process.end)
            return process

        yield start
