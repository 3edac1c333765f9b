"""What docker-compose.yml says, as the real Compose reads it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.serving import ROOT

GIVEN = {
    "PUBLIC_URL": "https://foyer.example.org",
    "SECRET_KEY": "0123456789abcdef" * 4,
    "LINK_KEY": "fedcba9876543210" * 4,
    "POSTGRES_PASSWORD": "p" * 64,
}


def compose(*arguments: str, **given: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [Path(sys.executable).parent / "docker-compose", *arguments],
        cwd=ROOT,
        env={**os.environ, **(given or GIVEN)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def composed(**given: str) -> dict[str, Any]:
    said = compose("config", "--format", "json", **{**GIVEN, **given})
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)


def dockerfile(instruction: str) -> list[str]:
    """The words of CMD or HEALTHCHECK in the Dockerfile's last stage; none when there is no such line."""
    last = (ROOT / "Dockerfile").read_text().split("\nFROM ")[-1].replace("\\\n", " ")
    found = re.search(rf"^{instruction}\b[^\[\n]*(\[.*\])", last, re.MULTILINE)
    return json.loads(found[1]) if found else []


def command(service: Mapping[str, Any]) -> list[str]:
    """What Docker would start for this service."""
    entry = service.get("entrypoint") or dockerfile("ENTRYPOINT")
    return [*entry, *(service.get("command") or dockerfile("CMD"))]
