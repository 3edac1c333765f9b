import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.var import kept_secret, writable
from tests.serving import OURS, ROOT

pytestmark = pytest.mark.once

SAY_KEYS = "from config import settings; print(settings.SECRET_KEY, settings.LINK_KEY)"


def keys(var, **environment) -> list[str]:
    clean = {name: value for name, value in os.environ.items() if name not in OURS}
    return subprocess.check_output(
        [sys.executable, "-c", SAY_KEYS],
        cwd=ROOT,
        text=True,
        env={**clean, "VAR_DIR": str(var), **environment},
    ).split()


def test_secrets_are_made_once_and_kept(tmp_path):
    first = keys(tmp_path)

    assert keys(tmp_path) == first
    assert first[0] != first[1]
    assert min(map(len, first)) >= 50
    assert [(tmp_path / name).read_text() for name in ("secret_key", "link_key")] == first


def test_secrets_are_for_the_owner_alone(tmp_path):
    os.umask(previous := os.umask(0))
    try:
        os.umask(0)
        kept_secret(tmp_path / "link_key")
    finally:
        os.umask(previous)

    assert (tmp_path / "link_key").stat().st_mode & 0o777 == 0o600


def test_the_folder_is_for_the_owner_alone(tmp_path):
    assert writable(tmp_path / "deep" / "var").stat().st_mode & 0o777 == 0o700


def test_the_environment_goes_before_the_files(tmp_path):
    assert keys(tmp_path / "var", SECRET_KEY="mine", LINK_KEY="too") == ["mine", "too"]
    assert list((tmp_path / "var").iterdir()) == []


def test_processes_that_start_at_once_agree(tmp_path):
    go = tmp_path / "go"
    code = (
        "import pathlib, sys; from config.var import kept_secret\n"
        f"while not pathlib.Path({str(go)!r}).exists(): pass\n"
        f"print(kept_secret(pathlib.Path({str(tmp_path / 'link_key')!r})))"
    )
    processes = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    go.touch()
    answers = {process.communicate(timeout=60)[0] for process in processes}

    assert len(answers) == 1
    assert answers.pop().strip() == (tmp_path / "link_key").read_text()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["go", "link_key"]


def test_who_comes_second_takes_the_first_secret(tmp_path, monkeypatch):
    path = tmp_path / "link_key"
    path.write_text("the first")
    monkeypatch.setattr(type(path), "exists", lambda self: False)  # as it was when the second one looked

    assert kept_secret(path) == "the first"
    assert [file.name for file in tmp_path.iterdir()] == ["link_key"]


def test_a_folder_that_cannot_be_written_says_what_to_do(tmp_path):
    (tmp_path / "var").write_text("a file in its place")

    with pytest.raises(
        ImproperlyConfigured, match=r"cannot write there .*: make that folder writable, or set VAR_DIR"
    ):
        writable(tmp_path / "var")
