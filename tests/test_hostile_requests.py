"""No request makes an error of ours: real forms with hostile values, broken bodies, wrong methods."""

import traceback
from contextlib import suppress

import pytest
from django.core.signals import got_request_exception
from django.db import transaction

from tests.browsers import Client
from tests.hostile import Attacker, Form, Forms
from tests.urlmap import addresses, set_the_stage

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:django-anymail has dropped official support"),
    pytest.mark.filterwarnings("ignore:Anymail's SendinBlue webhook URLs are deprecated"),
]
# They end the session in which the others are asked for.
LAST_WORDS = ("account_logout", "admin:logout")


@pytest.fixture
def attackers(room, alice, login, browser_in, make_administrator, settings):
    """attackers(seed): somebody with everybody's cookies, who knows every address and every form."""
    settings.ALLOWED_HOSTS = ["*"]
    known = set_the_stage(room, alice)
    people = {
        "nobody": Client(),
        "alice": login(alice),
        "Ana, who is in": browser_in(known["person"].browser),
        "the operator": login(make_administrator("Olga", is_superuser=True, is_staff=True)),
    }
    for client in people.values():
        client.raise_request_exception = False
    guests = {**known, "links": known["guest link"]}
    every = [*addresses(known), *addresses(guests)]
    paths = sorted({address.path for address in every if address.name not in LAST_WORDS})
    admin = [path for path in paths if path.startswith(("/admin/", "/operation/"))]
    others = [path for path in paths if path not in admin and not path.startswith("/anymail/")]
    forms = {
        name: list(forms_of(client, admin if name == "the operator" else others))
        for name, client in people.items()
    }
    return lambda seed: Attacker(seed, people, paths, forms)


def forms_of(client: Client, paths: list[str]):
    for path in paths:
        answer = client.get(path)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            page = Forms(path)
            page.feed(answer.content.decode())
            yield from (form for form in page.found if is_ours(form))


def is_ours(form: Form) -> bool:
    return "logout" not in form.action


def faults(attacker: Attacker, number: int) -> dict[str, str]:
    """What went wrong, by where in the code, each with the first request that did it."""
    found: dict[str, str] = {}
    errors: list[str] = []

    def note(**_more):
        errors.append(traceback.format_exc())

    got_request_exception.connect(note)
    with suppress(KeyboardInterrupt):
        for sent in attacker.requests(number):
            errors.clear()
            with transaction.atomic():
                answer = attacker.send(sent)
                transaction.set_rollback(True)
            if answer.status_code >= 500:
                error = errors[-1] if errors else f"answered {answer.status_code} without an error"
                found.setdefault(error.splitlines()[-1][:100], f"{sent}\n{error[-2500:]}")
    got_request_exception.disconnect(note)
    return found


def test_no_hostile_request_makes_an_error_of_ours(attackers):
    found = faults(attackers(1), 600)
    assert not found, "\n\n".join(found.values())


@pytest.mark.soak
def test_no_hostile_request_of_20_000_makes_an_error_of_ours(attackers):
    found = faults(attackers(20), 20_000)
    assert not found, "\n\n".join(found.values())


def test_the_attacker_knows_the_forms_and_comes_through(attackers):
    """Else no error would say nothing."""
    attacker = attackers(2)
    actions = {form.action for form in attacker.forms["alice"] if form.method == "post"}
    assert len(actions) > 30
    assert {"name", "email", "role", "starts_date", "quota", "note"} <= set(attacker.names)
    statuses = set()
    for sent in attacker.requests(150):
        with transaction.atomic():
            statuses.add(attacker.send(sent).status_code)
            transaction.set_rollback(True)
    assert {200, 302, 404, 405, 422} <= statuses
