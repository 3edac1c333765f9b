"""The door, asked with anything: it opens for its address and a name that can be shown, and nothing else."""

import unicodedata
from urllib.parse import quote

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from links.door import Unknown, find
from rooms.models import Participant
from rooms.names import HIDING
from tests.browsers import Client
from tests.doors import address_of

pytestmark = pytest.mark.django_db

# The stage stays the same: each example is taken back.
on_one_stage = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@on_one_stage
@given(name=st.text(max_size=90))
@example(name="a\0b")
@example(name="\u202eana")
@example(name="Ana (2)")
def test_who_is_in_has_a_name_that_can_be_shown(door_of, name):
    with transaction.atomic():
        answer = Client().post(door_of, {"name": name.encode("utf-8", "replace").decode()})
        people = list(Participant.objects.all())
        transaction.set_rollback(True)
    assert (answer.status_code, len(people)) in {(302, 1), (422, 0)}
    for person in people:
        shown = person.shown_name
        assert shown == unicodedata.normalize("NFC", shown).strip()
        assert not {unicodedata.category(sign) for sign in shown} & HIDING


@on_one_stage
@given(text=st.text(min_size=1, max_size=60))
@example(text="\0")
@example(text="9" * 40)
@example(text="../../j/")
def test_no_other_address_opens_anything(door_of, text):
    path = f"/j/{quote(text, safe='')}"
    statuses = {Client().get(path).status_code, Client().post(path, {"name": "Ana"}).status_code}
    assert statuses <= {404, 429}
    assert Participant.objects.count() == 0


@on_one_stage
@given(st.text(max_size=60), st.text(max_size=40))
def test_no_text_breaks_the_look_up(text, browser):
    with pytest.raises(Unknown):
        find(text, browser.replace("\0", ""))


@pytest.fixture
def door_of(make_group_link) -> str:
    return f"/j/{address_of(make_group_link())}"
