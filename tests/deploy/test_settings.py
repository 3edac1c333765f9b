"""A wrong or missing setting is one sentence at the start, whoever starts."""

import os
import runpy
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.deploy.composed import composed
from tests.serving import OURS, ROOT

pytestmark = pytest.mark.once

KEYS = {"SECRET_KEY": "s" * 50, "LINK_KEY": "k" * 50}
SERVER = {"DATABASE_URL": "postgresql://foyer:a-secret@127.0.0.1:1/foyer"}
STARTS = {
    "manage": ["manage.py", "check"],
    "uvicorn": ["-m", "uvicorn", "config.asgi:application", "--port", "1"],
    "celery": ["-m", "celery", "--app", "config", "worker"],
    "beat": ["-m", "celery", "--app", "config", "beat"],
}
WRONG = {
    "PUBLIC_URL": {
        "foyer.example.org": "PUBLIC_URL must be an address such as https://foyer.example.org, with nothing "
        "behind the host, and it is “foyer.example.org”.",
        "https://foyer.example.org/rooms": "PUBLIC_URL must be an address such as https://foyer.example.org,",
        "https://foyer.example.org:port": "PUBLIC_URL must be an address such as https://foyer.example.org,",
        "https://": "PUBLIC_URL must be an address such as https://foyer.example.org,",
    },
    "DATABASE_URL": {
        "mysql://foyer@db/foyer": "DATABASE_URL must begin with postgresql://, postgres:// or sqlite://, "
        "as in postgresql://foyer:secret@db/foyer.",
        "foyer": "DATABASE_URL must begin with postgresql://,",
        "postgresql://foyer:a-secret@db": "DATABASE_URL must end with the database's name, as in …@db/foyer.",
        "postgresql://foyer:a-secret/2@db/foyer": "DATABASE_URL cannot be read: in names and passwords",
    },
    "REDIS_URL": {"redis": "REDIS_URL must begin with redis:// or rediss://, as in redis://redis/0."},
    "EMAIL_URL": {
        "mail.example.org": "EMAIL_URL must begin with smtp://,",
        "smtp://foyer:a-secret/2@mail.example.org": "EMAIL_URL cannot be read: in names and passwords",
    },
    "EMAIL_BACKEND": {
        "anymail.backends.mailgn.EmailBackend": "EMAIL_BACKEND names anymail.backends.mailgn.EmailBackend, "
        "which is not installed.",
        "mailgun": "EMAIL_BACKEND names mailgun, which is not installed.",
    },
    "TIME_ZONE": {
        "Berlin": "TIME_ZONE must be an IANA time zone such as Europe/Berlin, and it is “Berlin”.",
    },
    "LETTERS_A_MINUTE": {
        "many": "LETTERS_A_MINUTE must be a whole number, and it is “many”.",
        "-1": "LETTERS_A_MINUTE must be a whole number, and it is “-1”.",
        "0": "LETTERS_A_MINUTE must be 1 or more, and it is 0.",
    },
    "DEBUG": {"ture": "DEBUG must be true or false, and it is “ture”."},
}
CASES = [(name, value, said) for name, values in WRONG.items() for value, said in values.items()]


@pytest.fixture
def settings_of(monkeypatch, tmp_path):
    """settings_of(**environment): what config/settings.py makes of that environment, and of nothing else."""

    def read(**environment: str) -> dict:
        for name in OURS | {"PUBLIC_URL", "REDIS_URL", "EMAIL_URL", "EMAIL_BACKEND"}:
            monkeypatch.delenv(name, raising=False)
        for name, value in {"VAR_DIR": str(tmp_path / "var"), **environment}.items():
            monkeypatch.setenv(name, value)
        return runpy.run_path(str(ROOT / "config/settings.py"))

    return read


@pytest.fixture
def complaint(settings_of):
    """complaint(**environment): the sentence with which the settings refuse it."""

    def hear(**environment: str) -> str:
        with pytest.raises(ImproperlyConfigured) as refusal:
            settings_of(**environment)
        return str(refusal.value)

    return hear


@pytest.mark.parametrize(("name", "value", "sentence"), CASES)
def test_what_is_wrong_is_said_in_a_sentence_that_names_it(complaint, name, value, sentence):
    said = complaint(**KEYS, **{name: value})

    assert said.startswith(sentence)
    assert said.endswith(".")
    assert "\n" not in said
    assert "a-secret" not in said


@pytest.mark.parametrize("command", STARTS.values(), ids=STARTS)
def test_it_is_one_sentence_and_the_end_for_whoever_starts(tmp_path, command):
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    ended = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**inherited, "VAR_DIR": str(tmp_path), "TIME_ZONE": "Berlin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr == f"{WRONG['TIME_ZONE']['Berlin']}\n"


def test_what_is_empty_is_not_given(settings_of):
    read = settings_of(LETTERS_A_MINUTE="", PUBLIC_URL=" ", EMAIL_URL="", TIME_ZONE="", DATABASE_URL="")

    assert (read["LETTERS_A_MINUTE"], read["PUBLIC_URL"], read["TIME_ZONE"]) == (
        200,
        "http://127.0.0.1:8000",
        "UTC",
    )
    assert read["EMAIL_BACKEND"] == "config.eml.EmailBackend"
    assert read["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"


def test_a_key_that_begins_with_a_dollar_sign_is_no_variables_name(settings_of):
    assert settings_of(SECRET_KEY="$PATH")["SECRET_KEY"] == "$PATH"


@pytest.mark.parametrize("name", KEYS)
def test_keys_must_be_given_where_other_machines_share_the_database(complaint, name):
    given = {**KEYS, name: ""}

    assert complaint(**SERVER, **given) == (
        f"{name} must be set, the same for all processes on this database: "
        "make one with `openssl rand -hex 32`, and keep it."
    )


def test_keys_that_an_earlier_start_has_kept_go_on(settings_of, tmp_path):
    kept = settings_of(PUBLIC_URL="https://foyer.example.org")

    assert settings_of(**SERVER)["LINK_KEY"] == kept["LINK_KEY"] == (tmp_path / "var/link_key").read_text()


def test_one_machine_with_https_and_its_data_in_a_file_makes_its_keys(settings_of):
    assert len(settings_of(PUBLIC_URL="https://foyer.example.org")["SECRET_KEY"]) >= 50


@pytest.mark.parametrize("name", KEYS)
def test_under_https_a_short_key_is_refused(complaint, name):
    keys = {**KEYS, name: "changeme"}

    assert complaint(PUBLIC_URL="https://foyer.example.org", **keys) == (
        f"{name} has 8 characters and needs 50 or more: make one with `openssl rand -hex 32`, and keep it."
    )


def test_one_key_for_both_is_refused(complaint):
    assert complaint(SECRET_KEY="s" * 50, LINK_KEY="s" * 50) == (
        "LINK_KEY must differ from SECRET_KEY, so that each can be changed alone: "
        "make one with `openssl rand -hex 32`, and keep it."
    )


def test_what_compose_sets_passes_djangos_checks_for_production(tmp_path):
    given = composed()["services"]["web"]["environment"]
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    checked = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={**inherited, **given, "VAR_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (checked.returncode, checked.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []  # it made no secrets of its own
