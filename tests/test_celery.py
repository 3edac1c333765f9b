"""How worker and beat begin."""

import subprocess
import sys

import pytest

from tests.serving import ROOT

pytestmark = pytest.mark.once

BEGIN = """
import sys
from config import celery_app
celery_app.loader.import_default_modules()
print(*({"invitations.tasks", "config.urls"} & sys.modules.keys()))
"""


def test_worker_and_beat_load_the_tasks_and_not_the_pages():
    """Django's checks load all pages, and Celery would drop what they say."""
    begun = subprocess.run(
        [sys.executable, "-c", BEGIN], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (begun.stdout, begun.stderr) == ("invitations.tasks\n", "")
