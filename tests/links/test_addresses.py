"""DESIGN 2.1.6, 2.1.7 and *Addresses* in 4."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from links import addresses
from links.door import Unknown, find
from links.models import Link
from rooms.models import Role
from tests.doors import address_of

ids = st.integers(min_value=1, max_value=2**63 - 1)
versions = st.integers(min_value=1, max_value=2**31)


@given(ids, versions)
def test_an_address_is_read_back_as_its_link(pk, version):
    address = addresses.sign(pk, version)
    read_pk, signature = addresses.read(address)
    assert read_pk == pk
    assert addresses.is_genuine(signature, pk, version)


@given(ids, versions)
def test_an_address_survives_plain_mail(pk, version):
    assert re.fullmatch(r"/j/[0-9A-Za-z]{1,57}", f"/j/{addresses.sign(pk, version)}")


@given(ids, versions, st.integers(min_value=0, max_value=40), st.characters())
def test_an_address_with_one_character_changed_is_not_genuine(pk, version, place, character):
    address = addresses.sign(pk, version)
    place %= len(address)
    if address[place] == character:
        return
    parts = addresses.read(address[:place] + character + address[place + 1 :])
    assert parts is None or not addresses.is_genuine(parts[1], parts[0], version)


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text):
    parts = addresses.read(text)
    assert parts is None or addresses.sign(parts[0], 1).startswith(text[:-22])


signs = st.text(addresses.DIGITS + " /-_=+.\u0660\u0130\uff11\0", max_size=3)


@given(ids, versions, st.integers(0, 40), st.integers(0, 3), signs, st.booleans())
def test_an_address_has_no_second_spelling(pk, version, place, cut, put, swap):
    address = addresses.sign(pk, version)
    place %= len(address)
    spelled = address[:place] + put + address[place + cut :]
    spelled = spelled.swapcase() if swap else spelled
    parts = addresses.read(spelled)
    opens = parts is not None and parts[0] == pk and addresses.is_genuine(parts[1], pk, version)
    assert opens is (spelled == address)


@given(st.text(max_size=40) | st.text(addresses.DIGITS, min_size=20, max_size=36))
@example("0" * 23)
@example("\u0660" * 24)
@example("z" * 33)
def test_whatever_is_read_is_written_in_the_same_way(text):
    parts = addresses.read(text)
    assert parts is None or addresses.sign(parts[0], 1)[:-22] + parts[1] == text
    assert parts is None or not addresses.is_genuine(parts[1], parts[0], 1)
    assert addresses.read_for("letters", text) is None


def test_another_version_of_a_link_has_another_address():
    assert addresses.sign(7, 1) != addresses.sign(7, 2)


def test_a_rotated_key_still_opens_and_a_forgotten_one_does_not(settings):
    settings.LINK_KEY, settings.LINK_KEY_FALLBACKS = "old", []
    pk, signature = addresses.read(addresses.sign(7, 1))
    settings.LINK_KEY, settings.LINK_KEY_FALLBACKS = "new", ["old"]
    assert addresses.is_genuine(signature, pk, 1)
    settings.LINK_KEY_FALLBACKS = []
    assert not addresses.is_genuine(signature, pk, 1)


@pytest.mark.django_db
def test_unknown_forged_malformed_replaced_and_deleted_are_one(client, make_link):
    link, replaced, deleted = (make_link(email=f"{name}@example.org") for name in ("a", "b", "c"))
    old = address_of(replaced)
    replaced.replace_address()
    deleted.discard()
    genuine = address_of(link)
    forged = genuine[:-1] + ("0" if genuine[-1] != "0" else "1")
    # Each has a token of its own, and the address that was asked for.
    pages = {
        re.sub(rb'value="[^"]*"', b"", client.get(f"/j/{address}").content)
        for address in (addresses.sign(10**6, 1), forged, "7", "x" * 300, "%00", old, address_of(deleted))
    }
    assert len(pages) == 1
    assert link.room.name not in pages.pop().decode()
    assert client.get(f"/j/{forged}").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        lambda link: link.edit(name="Regina"),
        lambda link: link.edit(email="regina@example.org"),
        lambda link: link.grant(Role.SPECTATOR),
        lambda link: link.switch(on=False),
        lambda link: link.expire_now(),
    ],
    ids=["name", "e-mail", "role", "switch", "dates"],
)
def test_a_change_never_changes_the_address(make_link, change):
    link = make_link()
    before = link.address
    change(link)
    link.refresh_from_db()
    assert link.address == before


@pytest.mark.django_db
def test_replacing_the_address_kills_the_old_one(make_link):
    link = make_link()
    old = address_of(link)
    link.replace_address()
    assert find(address_of(link), "browser").pk == link.pk
    with pytest.raises(Unknown):
        find(old, "browser")


@pytest.mark.django_db
def test_the_address_is_public_urls_whatever_the_host_of_the_request(client, alice, make_link, settings):
    settings.PUBLIC_URL = "https://foyer.example.org"
    settings.ALLOWED_HOSTS = ["evil.example.com"]
    link = make_link()
    client.force_login(alice)
    page = client.get(f"/rooms/{link.room_id}/guests/", headers={"host": "evil.example.com"}).content.decode()
    assert link.address.startswith("https://foyer.example.org/j/")
    assert link.address in page
    assert "evil.example.com/j/" not in page


@pytest.mark.django_db
def test_a_copy_of_the_database_holds_no_address(make_link):
    link = make_link()
    address = address_of(link)
    row = Link.objects.filter(pk=link.pk).values().get()
    assert not any(address[-22:] in str(value) for value in row.values())
