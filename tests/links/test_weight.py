"""Issue 5: how much a first visit loads, as `Phone` counts it."""

import pytest

from tests.phone import Phone
from tests.serving import Foyer

pytestmark = [pytest.mark.served, pytest.mark.once]

CAST = """
from django.utils import timezone
from links.models import GroupLink, GuestLink
from rooms.models import Administrator, Room
alice = Administrator.objects.create_user("alice@example.org", "a long pass phrase", name="Alice Moreau")
room = Room.objects.create(name="Physics colloquium", time_zone="Europe/Berlin", description="Weekly. " * 30)
room.administrators.add(alice)
for i in range(50):
    email = f"guest{i}@example.org"
    GuestLink.objects.create(room=room, name=f"Guest number {i}", email=email, language="en")
for fields in ({}, {"ends_at": timezone.now()}):
    print(GroupLink.objects.create(room=room, description="All of maths", created_by=alice, **fields).address)
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from rooms.session_cookie import signed
session = SessionStore()
session[SESSION_KEY] = str(alice.pk)
session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
session[HASH_SESSION_KEY] = alice.get_session_auth_hash()
session.save()
print(signed(session.session_key))
print(f"/rooms/{room.pk}/guests/")
"""


@pytest.fixture
def made(serve) -> tuple[Foyer, list[str]]:
    foyer = serve()
    script = foyer.manage("shell", "--verbosity", "0", "-c", CAST)
    assert (script.returncode, script.stderr) == (0, "")
    return foyer, script.stdout.split()


def test_doors_and_the_links_page_keep_their_budgets(made):
    foyer, (door, shut, session, links) = made
    budgets = {door: 40_000, shut: 40_000, foyer.url + links: 120_000}
    weights = {url: Phone(f"sessionid={session}").load(url) for url in budgets}
    over = {url: weight for url, weight in weights.items() if weight >= budgets[url]}
    assert over == {}
    assert min(weights.values()) > 5_000  # all of it is counted
