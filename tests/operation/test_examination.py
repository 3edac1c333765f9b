"""All checks together: bounded, never raising, without a secret. The command, and the page for superusers."""

import json
import threading
import time

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from operation.doctor.checkup import CHECKS, QUICK, SLOW
from operation.doctor.examination import examine, worst
from operation.doctor.findings import Check, Finding, Verdict, bad, good, warning
from operation.doctor.secrecy import without_secrets
from operation.models import Heartbeat, Part
from rooms.models import Room
from tests.browsers import Client

PAGE = "/operation/"


def check(look, name="one") -> Check:
    return Check(name, name.title(), look)


# --- Examining


@pytest.mark.once
def test_a_check_that_hangs_does_not_hold_up_the_others():
    gate = threading.Event()
    began = time.monotonic()

    hung, fine = examine([check(lambda: gate.wait(30)), check(lambda: good("Fine."))], longest=0.5)

    assert time.monotonic() - began < 5
    gate.set()
    assert fine.finding == good("Fine.")
    assert hung.finding.verdict is Verdict.BAD
    assert hung.finding.sentence == "There was no answer within 5 seconds."


@pytest.mark.once
def test_a_check_that_raises_is_a_finding(settings):
    settings.DATABASES["default"]["PASSWORD"] = "verysecret"

    def look() -> Finding:
        raise OSError("no way\nto postgresql://foyer:verysecret@db/foyer with verysecret")

    try:
        [result] = examine([check(look)])
    finally:
        settings.DATABASES["default"]["PASSWORD"] = ""

    assert result.finding == bad("This could not be looked at: no way to postgresql://…@db/foyer with …")


@pytest.mark.once
def test_no_secret_is_shown(settings):
    settings.EMAIL_HOST_PASSWORD = "mail secret"
    settings.ANYMAIL = {"MAILGUN_API_KEY": "key-1234"}
    settings.REDIS_URL = "redis://:p%40ssword@redis/0"
    shown = without_secrets(
        f"mail secret, key-1234, p@ssword, p%40ssword, {settings.SECRET_KEY}, {settings.LINK_KEY}, smtp://a:b@host"
    )

    assert shown == "…, …, …, …, …, …, smtp://…@host"


@pytest.mark.once
def test_what_is_said_is_in_the_language_of_who_asks():
    with translation.override("de"):
        [result] = examine([check(lambda: good(translation.gettext("Rooms")))])

    assert result.finding.sentence == "Räume"


@pytest.mark.once
@pytest.mark.parametrize(
    ("findings", "verdict"),
    [
        ([good("")], Verdict.GOOD),
        ([good(""), warning(""), good("")], Verdict.WARNING),
        ([warning(""), bad(""), good("")], Verdict.BAD),
    ],
)
def test_the_worst_counts(findings, verdict):
    assert worst(examine([check(lambda finding=finding: finding) for finding in findings])) is verdict


# --- The command


@pytest.fixture
def all_is_well(live_server, settings) -> None:
    """As far as it can be without services: letters go into files, and everybody is on this machine."""
    settings.PUBLIC_URL = live_server.url
    Heartbeat.objects.note(Part.WORKER, "here:1")
    Heartbeat.objects.note(Part.BEAT)


@pytest.mark.once
def test_the_command_says_all_and_ends_with_0(all_is_well, capsys):
    call_command("doctor")

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("good     Database          SQLite 3.")
    assert "good     Worker            One worker is at work." in lines
    assert lines[-1] == "It works, and there is something to see to."
    assert {line[:9].strip() for line in lines[:-2]} <= {"good", "warning", ""}


@pytest.mark.once
def test_the_command_ends_with_1_when_something_is_bad(all_is_well, capsys):
    Heartbeat.objects.filter(part=Part.WORKER).delete()

    with pytest.raises(SystemExit) as end:
        call_command("doctor")

    assert end.value.code == 1
    assert capsys.readouterr().out.endswith("Something has to be mended.\n")


@pytest.mark.once
def test_the_command_for_programs(all_is_well, capsys):
    call_command("doctor", "--json")

    said = json.loads(capsys.readouterr().out)
    assert [entry["check"] for entry in said] == [check.name for check in CHECKS]
    assert said[2] == {"check": "worker", "verdict": "good", "sentence": "One worker is at work."}


# --- The page


@pytest.fixture
def olga(make_administrator):
    return make_administrator("Olga", is_staff=True, is_superuser=True)


def test_the_page_shows_at_once_what_is_quickly_known(olga, login):
    answer = login(olga).get(PAGE)

    assert answer.status_code == 200
    assert [result.check for result in answer.context["results"]] == list(QUICK)
    text = answer.content.decode()
    assert text.count("Not looked at yet") == len(SLOW)
    assert 'hx-get="/operation/?all"' in text
    assert 'href="/operation/?all"' in text  # without JavaScript


def test_the_page_shows_all_when_asked(olga, login, settings):
    settings.PUBLIC_URL = "http://127.0.0.1:1"
    answer = login(olga).get(PAGE, {"all": ""})

    assert [result.check for result in answer.context["results"]] == list(CHECKS)
    text = answer.content.decode()
    assert "Not looked at yet" not in text
    assert "hx-trigger" not in text.partition('id="findings"')[2]
    assert "Something has to be mended." in text


def test_htmx_gets_the_same_part(olga, login):
    text = login(olga).get(PAGE, HTTP_HX_REQUEST="true").content.decode()

    assert text.lstrip().startswith('<section id="findings"')
    assert 'id="announcements"' not in text


def test_what_came_of_it_is_heard(olga, login):
    text = login(olga).get(f"{PAGE}?all", HTTP_HX_REQUEST="true").content.decode()

    verdict = "Something has to be mended."
    assert f'<div id="announcements" hx-swap-oob="innerHTML">{verdict}</div>' in text


@pytest.mark.parametrize("query", ["", "?all"])
def test_the_page_is_for_superusers_alone(alice, login, query):
    assert login(alice).get(PAGE + query).status_code == 404
    assert Client().get(PAGE + query).status_code == 302
    assert Client().get(PAGE + query)["Location"].startswith(reverse("account_login"))


def test_the_way_to_it_is_shown_to_superusers_alone(olga, alice, login):
    link = 'href="/operation/"'

    assert link in login(olga).get("/").content.decode()
    assert link not in login(alice).get("/").content.decode()
    assert link not in Client().get("/accounts/login/").content.decode()


def test_however_many_rooms_it_asks_the_database_as_often(olga, login, make_room):
    def asked() -> list[int]:
        numbers = []
        for each in QUICK:
            with CaptureQueriesContext(connection) as queries:
                each.look()
            numbers.append(len(queries))
        return numbers

    Heartbeat.objects.note(Part.WORKER, "one:1")
    Heartbeat.objects.note(Part.BEAT)
    make_room()
    client = login(olga)
    client.get(PAGE)
    before = asked()
    with CaptureQueriesContext(connection) as page_before:
        client.get(PAGE)

    for number in range(30):
        make_room()
        Heartbeat.objects.note(Part.WORKER, f"more:{number}")

    assert Room.objects.count() == 31
    assert asked() == before
    with CaptureQueriesContext(connection) as page_after:
        client.get(PAGE)
    assert (
        len(page_after) == len(page_before) == 2
    )  # session and user; each check has a connection of its own
