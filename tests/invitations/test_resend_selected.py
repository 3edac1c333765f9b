"""Letters to all who are selected, and the selection as a file."""

from datetime import timedelta

import pytest
from django.utils import timezone

from invitations import mending, tasks
from invitations.models import Invitation, Suppression
from invitations.models.suppression import hashes_of
from links import bulk
from links.bulk import work
from links.models import BulkChange
from rooms.models import Activity, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_alice(login, alice):
    return login(alice)


def press(client, room, **form):
    url = f"/rooms/{room.pk}/letters/selected/"
    return client.post(url, {"kind": "guest", **form}, headers={"HX-Request": "true"})


def confirm(client):
    change = BulkChange.objects.latest("pk")
    return client.post(f"/bulk/{change.pk}/letters/", headers={"HX-Request": "true"}).content.decode()


def mailed() -> list[str]:
    return sorted(Invitation.objects.values_list("link__email", flat=True))


def test_each_who_may_have_a_letter_gets_one_and_the_others_are_named_with_the_reason(
    as_alice, room, alice, make_guest_link, settings
):
    gone = timezone.now() - timedelta(hours=1)
    make_guest_link(email="new@example.org")
    fresh = make_guest_link(email="fresh@example.org")
    Invitation.objects.create(link=fresh, sent_by=alice)
    make_guest_link(email="off@example.org", is_active=False)
    make_guest_link(email="late@example.org", ends_at=gone)
    make_guest_link(email="out@example.org", role=Role.NO_ACCESS)
    make_guest_link(email="no@example.org")
    Suppression.objects.create(room=room, address_hash=hashes_of("no@example.org")[0])

    assert "A letter cannot be taken back" in press(as_alice, room, all="1").content.decode()
    assert mailed() == ["fresh@example.org"]
    said = confirm(as_alice)

    change = BulkChange.objects.get()
    assert mailed() == ["fresh@example.org", "new@example.org"]
    assert "1 letter is on its way." in said
    assert "/undo/" not in said
    assert (change.changed, change.failed) == (1, 5)
    assert dict(change.failures.values_list("link__email", "reason")) == {
        "fresh@example.org": mending.TOO_SOON,
        "off@example.org": mending.DEAD,
        "late@example.org": mending.DEAD,
        "out@example.org": mending.DEAD,
        "no@example.org": mending.UNWANTED,
    }
    assert not Activity.objects.exists()


def test_a_second_press_sends_nothing_more(as_alice, room, make_guest_link):
    make_guest_link(email="gina@example.org")
    press(as_alice, room, all="1")
    confirm(as_alice), confirm(as_alice)
    press(as_alice, room, all="1")
    confirm(as_alice)

    assert mailed() == ["gina@example.org"]


def test_many_letters_are_left_to_the_worker_who_mails_each_once(
    as_alice, room, make_guest_link, monkeypatch
):
    monkeypatch.setattr(work, "AT_ONCE", 0)
    monkeypatch.setattr(work, "CHUNK", 2)
    emails = sorted(make_guest_link().email for _guest in range(5))
    press(as_alice, room, all="1")
    confirm(as_alice)
    assert mailed() == []
    bulk.run(bulk.DEEDS)  # which is not for letters
    assert mailed() == []
    tasks.resend_many()
    tasks.resend_many()

    assert mailed() == emails


def test_letters_are_not_confirmed_as_a_change_of_links_nor_a_change_as_letters(
    as_alice, room, alice, make_guest_link
):
    make_guest_link()
    press(as_alice, room, all="1")
    letters = BulkChange.objects.get()
    as_alice.post(f"/rooms/{room.pk}/bulk/", {"action": "delete", "all": "1"})
    deletion = BulkChange.objects.latest("pk")

    assert as_alice.post(f"/bulk/{letters.pk}/confirmation/").status_code == 404
    assert as_alice.post(f"/bulk/{deletion.pk}/letters/").status_code == 404
    assert mailed() == []


def test_group_links_and_others_rooms_get_no_letters(
    as_alice, room, bobs_room, make_guest_link, make_group_link
):
    bobs, group = make_guest_link(room=bobs_room), make_group_link()

    assert press(as_alice, bobs_room, all="1").status_code == 404
    assert press(as_alice, room, kind="group", links=[group.pk]).status_code == 404
    press(as_alice, room, links=[bobs.pk, group.pk])
    assert mailed() == []
    assert not BulkChange.objects.exclude(number=0).exists()


def export(client, room, ending="csv", **form):
    return client.post(f"/rooms/{room.pk}/export/{ending}", {"kind": "guest", **form})


def test_what_is_selected_is_exported_and_nothing_else(as_alice, room, make_guest_link):
    gina, hugo = make_guest_link(email="gina@example.org"), make_guest_link(email="hugo@example.org")
    make_guest_link(email="ida@example.org", is_active=False)
    ticked = export(as_alice, room, links=[gina.pk, hugo.pk]).content.decode()
    found = export(as_alice, room, all="1", query="state=inactive").content.decode()

    assert ("gina@" in ticked, "hugo@" in ticked, "ida@" in ticked) == (True, True, False)
    assert ("gina@" in found, "hugo@" in found, "ida@" in found) == (False, False, True)


def test_selected_group_links_are_exported_for_excel(as_alice, room, make_group_link):
    group = make_group_link()
    answer = export(as_alice, room, "xlsx", kind="group", links=[group.pk])

    assert answer["Content-Disposition"].endswith('.xlsx"')
    assert answer.content[:2] == b"PK"


def test_of_nothing_and_of_others_links_there_is_no_file(as_alice, room, bobs_room, make_guest_link):
    bobs = make_guest_link(room=bobs_room, email="bobs@example.org")

    assert export(as_alice, bobs_room, all="1").status_code == 404
    assert export(as_alice, room, "exe", all="1").status_code in (302, 404)
    assert export(as_alice, room, links=[bobs.pk]).url == f"/rooms/{room.pk}/guests/"
