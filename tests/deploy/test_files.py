"""What compose, the image and the proxy are made of, judged by the tools that read it."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.composed import GIVEN, compose, composed
from tests.serving import ROOT

pytestmark = pytest.mark.once

EXAMPLE = (ROOT / ".env.example").read_text()
FOYERS = {"web", "live", "worker", "beat", "migrate"}


@pytest.fixture(scope="module")
def services() -> dict:
    return composed()["services"]


def test_the_compose_file_is_one():
    assert compose("config", "-q").returncode == 0


@pytest.mark.parametrize("name", ["PUBLIC_URL", "SECRET_KEY", "LINK_KEY", "POSTGRES_PASSWORD"])
def test_compose_starts_nothing_without_a_secret(name):
    refused = compose("config", "-q", **{**GIVEN, name: ""})

    assert refused.returncode == 1
    assert f"required variable {name} is missing a value: " in refused.stderr


def test_no_secret_has_a_default():
    asked = re.findall(r"\$\{(\w*(?:KEY|PASSWORD|SECRET)\w*)(\W)", (ROOT / "docker-compose.yml").read_text())

    assert {mark for _name, mark in asked} == {":"}
    assert not re.search(r"\$\{\w*(?:KEY|PASSWORD|SECRET)\w*:?-", (ROOT / "docker-compose.yml").read_text())


def test_only_the_proxy_is_reached_from_outside(services):
    assert {name for name, service in services.items() if service.get("ports")} == {"caddy"}


def test_the_proxy_does_not_reach_the_database(services):
    of_data = {name for name, service in services.items() if "data" in service["networks"]}

    assert of_data == FOYERS | {"postgres", "redis"}
    assert set(services["postgres"]["networks"]) == set(services["redis"]["networks"]) == {"data"}
    assert composed()["networks"]["data"]["internal"] is True


def test_no_service_can_write_to_its_image_or_gain_rights(services):
    assert {service["read_only"] for service in services.values()} == {True}
    assert {tuple(service["cap_drop"]) for service in services.values()} == {("ALL",)}
    assert {tuple(service["security_opt"]) for service in services.values()} == {("no-new-privileges:true",)}
    assert [name for name in FOYERS if services[name].get("cap_add")] == []


def test_each_service_has_its_limits(services):
    limits = [service["deploy"]["resources"]["limits"] for service in services.values()]

    assert {frozenset(limit) for limit in limits} == {frozenset({"cpus", "memory", "pids"})}
    assert {tuple(service["logging"]["options"]) for service in services.values()} == {
        ("max-file", "max-size")
    }


def test_web_can_be_scaled(services):
    assert services["web"]["deploy"]["replicas"] == 2
    assert [name for name, service in services.items() if "container_name" in service] == []


def test_nothing_starts_before_the_database_is_as_it_wants_it(services):
    waits = {name: services[name]["depends_on"] for name in FOYERS - {"migrate"}}

    assert {each["migrate"]["condition"] for each in waits.values()} == {"service_completed_successfully"}
    assert services["migrate"]["depends_on"]["postgres"]["condition"] == "service_healthy"


def test_all_of_foyer_is_one_image(services):
    assert {services[name]["image"] for name in FOYERS} == {"foyer"}


def test_hadolint_finds_nothing():
    linted = subprocess.run(
        [Path(sys.executable).parent / "hadolint", "--no-color", "--failure-threshold", "info", "Dockerfile"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (linted.returncode, linted.stdout, linted.stderr) == (0, "", "")


def test_the_image_runs_as_nobody_in_particular_and_without_a_shell():
    last = (ROOT / "Dockerfile").read_text().split("\nFROM ")[-1]

    assert "\nUSER 10001:10001\n" in last
    assert re.findall(r"^ *(?:CMD|ENTRYPOINT)\s+(.)", last, re.MULTILINE) == ["[", "["]


def read_names() -> set[str]:
    """The variables that config/ reads, as env.str("PUBLIC_URL") or os.environ.get("PUBLIC_URL")."""
    asked = [
        call.args[0].value
        for path in (ROOT / "config").glob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and call.args and isinstance(call.args[0], ast.Constant)
        if re.match(r"env\.\w+$|os\.environ\.get$", ast.unparse(call.func))
    ]
    assert "PUBLIC_URL" in asked
    return set(asked)


def test_every_setting_is_explained_in_the_example():
    explained = set(re.findall(r"^#?([A-Z][A-Z_]+)=", EXAMPLE, re.MULTILINE))
    of_compose = set(re.findall(r"\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    of_providers = {name for name in explained - read_names() if name.startswith(("ANYMAIL_", "OIDC_"))}

    assert of_providers
    assert explained - of_providers == read_names() | of_compose


def test_each_setting_of_the_example_has_words_above_it():
    blocks = [
        block.splitlines()
        for block in EXAMPLE.split("\n\n")
        if re.search(r"^#?[A-Z_]+=", block, re.MULTILINE)
    ]

    assert [block for block in blocks if not re.match(r"# \w.*\w", block[0])] == []


def test_the_example_is_an_environment_that_compose_takes(tmp_path, monkeypatch):
    filled = re.sub(r"^(SECRET_KEY|LINK_KEY|POSTGRES_PASSWORD)=$", r"\1=made", EXAMPLE, flags=re.MULTILINE)
    (tmp_path / "env").write_text(filled)
    for name in GIVEN:
        monkeypatch.delenv(name, raising=False)

    taken = compose("--env-file", str(tmp_path / "env"), "config", "-q", **os.environ)

    assert (taken.returncode, taken.stderr) == (0, "")
