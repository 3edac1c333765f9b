import re

import pytest

from tests.serving import ROOT

pytestmark = pytest.mark.once

LOCKS = ["base", "dev", "sentry"]


def lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text()


def versions(name: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;]+)", lock(name), re.MULTILINE))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_no_address(name):
    assert (
        re.findall(r"://|--index-url|--extra-index-url|--find-links|/(?:home|root|work|tmp)/", lock(name))
        == []
    )


@pytest.mark.parametrize("name", LOCKS)
def test_each_version_has_its_hashes(name):
    entries = re.split(r"\n(?=\w)", re.sub(r"^\s*#.*\n", "", lock(name), flags=re.MULTILINE).strip())

    assert len(entries) >= 3
    assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_tests_run_on_the_versions_that_people_get():
    assert versions("base").items() | versions("sentry").items() <= versions("dev").items()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_has_what_was_asked_for(name):
    asked = re.findall(r"^\w[\w-]*", (ROOT / "requirements" / f"{name}.in").read_text(), re.MULTILINE)

    assert [package for package in asked if package not in versions(name)] == []


def test_there_is_no_lock_of_another_kind():
    assert [file for file in ("uv.lock", "pylock.toml", "poetry.lock") if (ROOT / file).exists()] == []
