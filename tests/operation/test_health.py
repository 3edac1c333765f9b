"""What containers and proxies ask, by plain HTTP and by address."""

import os
import subprocess
import sys

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from operation.views import health
from tests.serving import ROOT

ALONE_IN_A_CONTAINER = {"headers": {"host": "10.1.2.3:8000"}}


@pytest.fixture(autouse=True)
def not_yet_seen(monkeypatch):
    monkeypatch.setattr(health, "seen_migrated", [])


@pytest.mark.once
def test_alive_is_said_without_the_database(client):
    answer = client.get("/healthz", **ALONE_IN_A_CONTAINER)  # no database is allowed in this test

    assert (answer.status_code, answer.content) == (200, b"ok\n")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_machines_get_no_cookie_and_nothing_to_keep(db, client, settings, path):
    settings.METRICS_TOKEN = "a token"
    answer = client.get(path, **ALONE_IN_A_CONTAINER)

    assert answer.cookies == {}
    assert answer["Cache-Control"] == "no-store"


def test_ready_means_that_the_database_answers_and_is_migrated(db, client):
    answer = client.get("/readyz", **ALONE_IN_A_CONTAINER)

    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert answer.cookies == {}


def test_checks_come_by_plain_http_where_people_are_sent_to_https(db, client, settings):
    settings.SECURE_SSL_REDIRECT = True

    assert client.get("/accounts/login/").status_code == 301
    assert [client.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]


def test_a_database_that_waits_for_its_migrations_is_not_ready_until_it_has_them(db, client):
    [(app, newest)] = MigrationLoader(connection).graph.leaf_nodes("links")
    applied = MigrationRecorder(connection).migration_qs.filter(app=app, name=newest)
    row = applied.get()
    applied.delete()
    before = client.get("/readyz")
    row.save(force_insert=True)

    assert before.status_code == 503
    assert before.content == b"The database waits for its migrations: run manage.py migrate.\n"
    assert client.get("/readyz").status_code == 200


def test_once_it_is_good_readiness_costs_one_statement(db, client, django_assert_num_queries):
    client.get("/readyz")

    with django_assert_num_queries(1):
        client.get("/readyz")


@pytest.mark.django_db(transaction=True)
def test_a_database_that_does_not_answer_is_said_in_one_sentence(client, monkeypatch):
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(connection.settings_dict, "NAME", "/nowhere/at all")
        answer = client.get("/readyz")
        connection.close()

    assert (answer.status_code, answer.content) == (503, b"The database does not answer.\n")
    assert client.get("/readyz").status_code == 200


@pytest.mark.once
def test_the_server_says_that_it_is_alive_while_all_its_threads_wait():
    ask = """
import asyncio
from config import asgi
asgi.pages = None  # nothing of it is needed
async def send(message):
    print(message.get("status", ""), message.get("body", b"").decode(), end="")
asyncio.run(asgi.application({"type": "http", "path": "/healthz"}, None, send))
"""
    ran = subprocess.run(
        [sys.executable, "-c", ask], cwd=ROOT, env=os.environ, capture_output=True, text=True, check=False
    )

    assert (ran.stdout, ran.stderr) == ("200  ok\n", "")
