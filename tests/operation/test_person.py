"""Issue 6: one person's data across rooms: what there is, its export, its end."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from invitations import outbox
from invitations.models import Import, Invitation, LinkWanted, Suppression
from links.models import AccessRequest, GuestLink, Link
from operation.person import Person
from rooms import seating
from rooms.models import Activity, Participant
from rooms.models.activity import Deed
from tests import imports
from tests.browsers import Client
from tests.doors import counters, join

pytestmark = pytest.mark.django_db

EMAIL = "gina@example.org"
PAGE, FILE, ERASURE = "/operation/people/", "/operation/people/file/", "/operation/people/erasure/"


@pytest.fixture
def olga(make_administrator):
    return make_administrator("Olga", is_staff=True, is_superuser=True)


@pytest.fixture
def desk(olga, login) -> Client:
    return login(olga)


def ask(link: Link, browser: str = "b", **words: str) -> None:
    AccessRequest.objects.ask(link, browser, **{"name": "", "email": "", "note": "", **words})


def answer_of(desk: Client, path: str, **more: str):
    return desk.post(path, {"email": "Gina@Example.org", **more})


def test_only_operators_come_in(client, login, alice, gina):
    for path in (PAGE, FILE, ERASURE):
        assert client.post(path, {"email": EMAIL, "erase": ""}).status_code == 302
        assert login(alice).post(path, {"email": EMAIL, "erase": ""}).status_code == 404
    gina.refresh_from_db()
    assert (gina.name, gina.deleted_at) == ("Gina", None)


def test_it_says_how_much_is_stored(desk, gina, alice, make_guest_link, bobs_room):
    make_guest_link(email="GINA@example.org", room=bobs_room)
    make_guest_link(email="hugo@example.org")
    outbox.invite(gina, alice)
    seating.leave(join(gina))

    page = answer_of(desk, PAGE).text
    for words in ("Links: 2", "Letters: 1", "Stays in rooms: 1", "Requests for access: 0"):
        assert words in page


def test_nobody_is_looked_up_by_an_address_that_logs_keep(desk, gina):
    assert "Links: " not in desk.get(f"{PAGE}?email={EMAIL}").text
    assert "Links: 1" in answer_of(desk, PAGE).text


def test_the_file_has_all_of_it_by_name(desk, gina, alice, room, make_group_link):
    gina.edit(note="Bring the slides", by=alice)
    letter = outbox.invite(gina, alice)
    seating.leave(join(gina))
    group = make_group_link(is_active=False)
    ask(group, "other", name="G.", email=EMAIL, note="Please")
    Suppression.objects.add(EMAIL, room)
    imports.done(room, alice)

    answer = answer_of(desk, FILE)
    told = json.loads(b"".join(answer.streaming_content))
    assert answer["Content-Type"] == "application/json"
    assert set(told) == {
        *("format", "email", "written_at", "has_account"),
        *("links", "letters", "stays", "requests", "deeds", "rows", "wishes"),
    }
    assert (told["format"], told["email"], told["has_account"]) == ("foyer-person/1", EMAIL, False)
    assert [(link["room"], link["name"], link["note"]) for link in told["links"]] == [
        ("Physics colloquium", "Gina", "Bring the slides")
    ]
    assert [sent["message_id"] for sent in told["letters"]] == [letter.message_id]
    assert [(stay["name"], stay["joined_as"]) for stay in told["stays"]] == [("Gina", "participant")]
    assert [(asked["name"], asked["note"]) for asked in told["requests"]] == [("G.", "Please")]
    assert [row["cells"][:2] for row in told["rows"]] == [["Gina", EMAIL]]
    assert [wish["room"] for wish in told["wishes"]] == ["Physics colloquium"]
    assert {"deed": "edited", "after": {"note": "Bring the slides"}}.items() <= told["deeds"][0].items()


def test_the_file_of_nobody_is_an_empty_one(desk):
    told = json.loads(b"".join(answer_of(desk, FILE).streaming_content))
    assert told["links"] == told["letters"] == told["stays"] == told["wishes"] == []


def test_the_question_changes_nothing(desk, gina):
    inside = join(gina)
    page = answer_of(desk, ERASURE).text

    assert "Erase gina@example.org?" in page
    assert "1 person is in the room and will be put out." in page
    inside.refresh_from_db()
    gina.refresh_from_db()
    assert (inside.left_at, inside.name, gina.email) == (None, "Gina", EMAIL)


def test_an_erased_guest_is_out_and_their_link_is_dead(desk, client, gina, room):
    inside, address = join(gina), gina.address
    assert answer_of(desk, ERASURE, erase="").status_code == 302

    inside.refresh_from_db()
    gina.refresh_from_db()
    assert (str(inside), inside.ending, bool(inside.left_at)) == ("Former guest", "deleted", True)
    assert (str(gina), gina.email, bool(gina.deleted_at)) == ("Former guest", "", True)
    assert counters(room) == (0, 0, 0)
    assert client.get(address).status_code == 404


def test_others_stay_who_they_are(desk, make_guest_link, gina, room):
    hugo = make_guest_link(name="Hugo", email="hugo@example.org")
    inside = join(hugo)
    answer_of(desk, ERASURE, erase="")

    hugo.refresh_from_db()
    inside.refresh_from_db()
    assert (hugo.name, hugo.deleted_at, inside.name, inside.left_at) == ("Hugo", None, "Hugo", None)
    assert counters(room) == (1, 1, 0)


def test_activity_says_that_somebody_was_erased_and_not_who(
    desk, olga, gina, alice, make_guest_link, bobs_room
):
    make_guest_link(email=EMAIL, room=bobs_room)
    gina.edit(name="Regina", by=alice)
    answer_of(desk, ERASURE, erase="")

    done = Activity.objects.filter(deed=Deed.FORGOTTEN).order_by("room")
    assert [(deed.room_id, deed.by, deed.number, deed.about) for deed in done] == [
        (gina.room_id, olga, 1, ""),
        (bobs_room.pk, olga, 1, ""),
    ]
    assert set(Activity.objects.values_list("about", flat=True)) == {""}
    edited = Activity.objects.get(deed=Deed.EDITED)
    assert (edited.by, edited.before, edited.after) == (alice, {}, {})


def test_their_wish_for_no_letters_stays(desk, gina, room):
    Suppression.objects.add(EMAIL, None)
    answer_of(desk, ERASURE, erase="")

    assert Suppression.objects.forbid(EMAIL, room)


def test_letters_that_wait_do_not_go(desk, gina, alice):
    letter = outbox.invite(gina, alice)
    answer_of(desk, ERASURE, erase="")
    outbox.drain()

    letter.refresh_from_db()
    assert (letter.state, letter.recipient, letter.due_at) == ("failed", "", None)


def test_who_asked_through_a_group_link_is_out_with_the_same_browser(desk, room, make_group_link):
    group = make_group_link(is_active=False)
    ask(group, "hers", name="Gina B", email=EMAIL)
    Link.objects.update(is_active=True)
    hers, other = join(group, "Gina B", "hers"), join(group, "Other", "another")
    answer_of(desk, ERASURE, erase="")

    hers.refresh_from_db()
    other.refresh_from_db()
    assert (hers.name, hers.ending, other.name, other.left_at) == ("", "no_access", "Other", None)
    assert AccessRequest.objects.count() == 0
    assert counters(room) == (1, 1, 0)


def test_what_was_theirs_before_a_correction_goes_and_the_next_guest_stays(desk, room, gina, alice):
    seating.leave(join(gina))
    fate = {"state": "bounced", "reason": f"{EMAIL} unknown", "due_at": None}
    letter = Invitation.objects.create(link=gina, recipient=EMAIL, **fate)
    gina.edit(name="Hugo", email="hugo@example.org", by=alice)
    seating.leave(join(gina))
    answer_of(desk, ERASURE, erase="")

    letter.refresh_from_db()
    gina.refresh_from_db()
    assert (letter.state, letter.recipient, letter.reason) == ("bounced", "", "")
    assert (gina.name, gina.email, gina.deleted_at) == ("Hugo", "hugo@example.org", None)
    assert sorted(Participant.objects.values_list("name", flat=True)) == ["", "Hugo"]
    assert EMAIL not in str(list(Activity.objects.values_list("about", "before", "after")))


def test_a_file_that_waits_to_be_imported_goes_whole(desk, room, alice):
    imports.begin(room, alice)
    kept = imports.begin(room, alice, "name,email\nHugo,hugo@example.org\n")
    LinkWanted.objects.create(email=EMAIL)
    answer_of(desk, ERASURE, erase="")

    assert list(Import.objects.all()) == [kept]
    assert LinkWanted.objects.count() == 0


def test_a_row_of_an_import_that_runs_makes_no_link_of_theirs(desk, room, alice):
    begun = imports.begin(room, alice)
    begun.confirm()
    answer_of(desk, ERASURE, erase="")
    imports.work()

    assert [str(link) for link in GuestLink.objects.all()] == ["Hugo"]
    assert begun.rows.order_by("number").values_list("state", "email")[0] == ("skipped", "")


def test_an_administrators_account_is_told_apart_and_not_touched(desk, alice):
    page = desk.post(PAGE, {"email": alice.email}).text
    assert "This is an administrator's address, too." in page.replace("&#x27;", "'")
    desk.post(ERASURE, {"email": alice.email, "erase": ""})

    alice.refresh_from_db()
    assert (alice.email, alice.name, alice.is_active) == ("alice@example.org", "Alice", True)


def test_erasing_twice_finds_nobody(desk, gina, olga):
    answer_of(desk, ERASURE, erase="")
    Person(EMAIL).erase(by=olga)

    assert Activity.objects.filter(deed=Deed.FORGOTTEN).count() == 1


def test_a_report_of_a_letter_that_comes_late_brings_nothing_back(desk, gina):
    from invitations.models import State
    from invitations.tracking import Report, note

    letter = Invitation.objects.create(link=gina, recipient=EMAIL, state="sent", attempts=1, due_at=None)
    answer_of(desk, ERASURE, erase="")
    at = timezone.now() + timedelta(minutes=1)
    letter = Invitation.objects.select_related("link").get(pk=letter.pk)
    note(Report("late", "bounced", State.BOUNCED, f"<{EMAIL}> unknown", at), letter)
    note(Report("later", "complained", State.COMPLAINED, "", at), letter)

    letter.refresh_from_db()
    assert (letter.state, letter.reason) == ("sent", "")
    assert Suppression.objects.count() == 0


def test_of_somebody_unknown_there_is_nothing_to_export_or_erase(desk):
    page = answer_of(desk, PAGE).text
    assert "Nothing is stored under this address." in page
    assert FILE not in page
    assert ERASURE not in page
