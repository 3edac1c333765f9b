"""Issue 6: backups hold no usable link, session, key or token."""

import re
from collections.abc import Callable

import pytest
from django.core import mail

from invitations import optout, outbox
from links import addresses
from links.door import Unknown, find
from links.models import Link
from rooms.models import Administrator, SetupKey
from tests.browsers import Client
from tests.cast import PASSWORD
from tests.doors import join
from tests.dumps import dump, runs

pytestmark = pytest.mark.django_db(transaction=True)
MOST = 3_000  # tries


@pytest.fixture
def dumped(tmp_path) -> Callable[[], bytes]:
    return lambda: dump(tmp_path)


def log_in(administrator: Administrator) -> Client:
    client = Client()
    answer = client.post("/accounts/login/", {"login": administrator.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def windows(dumped: bytes, length: int) -> list[str]:
    """Every piece of that length of everything that is long enough."""
    found = {run[at : at + length] for run in runs(dumped, length) for at in range(len(run) - length + 1)}
    assert 0 < len(found) < MOST
    return sorted(found)


def test_a_dump_holds_no_address(dumped, gina, make_group_link, alice):
    letter = outbox.invite(gina, alice)
    group = make_group_link()
    join(gina)
    join(group)
    outbox.drain()
    secrets = [link.address.rpartition("/")[2] for link in (gina, group)]
    secrets += [secret[-addresses.SIGNATURE_LENGTH :] for secret in secrets]
    secrets.append(optout.address_of(letter).rpartition("/")[2])

    bytes_of_it = dumped()
    assert b"gina@example.org" in bytes_of_it  # it is a dump
    assert [secret for secret in secrets if secret.encode() in bytes_of_it] == []
    assert b"/j/" not in bytes_of_it


def test_nothing_in_a_dump_opens_a_door(dumped, client, gina, make_group_link, alice):
    group = make_group_link()
    join(gina)
    outbox.invite(gina, alice)
    log_in(alice)
    bytes_of_it = dumped()

    for link in (gina, group):
        real = addresses.sign(link.pk, link.version)
        digits = real[: -addresses.SIGNATURE_LENGTH]
        tried = [digits + window for window in windows(bytes_of_it, addresses.SIGNATURE_LENGTH)]
        assert [address for address in tried if opens(address)] == []
        assert {client.get(f"/j/{address}").status_code for address in tried[::50]} == {404}
        assert opens(real)
        assert client.get(f"/j/{real}").status_code == 200


def opens(address: str) -> bool:
    try:
        return isinstance(find(address, ""), Link)
    except Unknown:
        return False


def test_nothing_in_a_dump_is_a_session(dumped, alice):
    real = log_in(alice).cookies["sessionid"].value
    bytes_of_it = dumped()
    assert real.encode() not in bytes_of_it

    def comes_in(key: str) -> bool:
        client = Client()
        client.cookies["sessionid"] = key
        return client.get("/rooms/new/").status_code == 200

    tried = {piece for run in runs(bytes_of_it, 20) for piece in (run, run[:32], run[-32:], run[:40])}
    assert 0 < len(tried) < MOST
    assert [key for key in tried if comes_in(key)] == []
    assert comes_in(real)


def test_logging_out_ends_a_session(alice):
    client = log_in(alice)
    key = client.cookies["sessionid"].value
    client.post("/accounts/logout/")

    client.cookies["sessionid"] = key
    assert client.get("/rooms/new/").status_code == 302


def test_nothing_in_a_dump_recognises_a_browser(dumped, client, room, gina):
    client.post(f"/j/{addresses.sign(gina.pk, gina.version)}")
    page = f"/r/{room.pk}/"
    assert client.get(page).status_code == 200
    name, real = next((name, cookie.value) for name, cookie in client.cookies.items() if "csrf" not in name)
    bytes_of_it = dumped()

    assert real.encode() not in bytes_of_it
    for browser in runs(bytes_of_it, 32):
        other = Client()
        other.cookies[name] = browser
        assert other.get(page).status_code == 404


def test_nothing_in_a_dump_is_the_set_up_key(dumped, client, db):
    token = SetupKey.issue()
    bytes_of_it = dumped()

    assert token.encode() not in bytes_of_it
    assert {client.get(f"/setup/{run}/").status_code for run in runs(bytes_of_it, 32)} == {404}
    assert client.get(f"/setup/{token}/").status_code == 200


def test_a_dump_holds_no_token_for_a_new_password(dumped, client, alice):
    client.post("/accounts/password/reset/", {"email": alice.email})
    token = re.search(r"/password/reset/key/(\S+?)/", mail.outbox[0].body)[1]

    assert token.encode() not in dumped()
    assert client.get(f"/accounts/password/reset/key/{token}/").status_code == 302
