"""Issue 5: who asks for access is told to the administrators, and let in with one press."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone

from invitations import granting, outbox, telling
from invitations.granting import Answered
from invitations.models import Invitation, Suppression
from links.models import AccessRequest, Link
from links.opening import Opening
from rooms.models import Role
from tests.doors import meanwhile

pytestmark = pytest.mark.django_db
NOW = timezone.now()
PAST = NOW - timedelta(days=1)


def ask(link: Link, browser: str = "b" * 32, **words: str) -> AccessRequest:
    AccessRequest.objects.ask(link, browser, **{"note": "", **words})
    return AccessRequest.objects.get(link=link, browser=browser, answered_at=None)


def promise(link: Link) -> str:
    return Opening.of(Link.objects.select_related("room").get(pk=link.pk), timezone.now()).key


def press(client, asked: AccessRequest, verb: str = "approval", **form: str) -> str:
    """What the administrator is told."""
    form = {"opening": promise(asked.link), **form}
    answer = client.post(f"/requests/{asked.pk}/{verb}/", form, follow=True)
    assert answer.redirect_chain
    return " ".join(str(message) for message in answer.context["messages"])


def is_open(link: Link) -> bool:
    return Link.objects.open_at(timezone.now()).filter(pk=link.pk).exists()


@pytest.fixture
def desk(login, alice):
    return login(alice)


@pytest.fixture
def expired(make_guest_link):
    return make_guest_link(name="Gina", email="gina@example.org", ends_at=PAST)


# One press


@pytest.mark.parametrize(
    "state",
    [
        {"role": Role.NO_ACCESS},
        {"is_active": False},
        {"starts_at": NOW + timedelta(days=1)},
        {"ends_at": PAST},
    ],
)
def test_one_press_opens_the_door_and_mails_the_guest(desk, alice, make_guest_link, state):
    asked = ask(make_guest_link(**state))
    assert press(desk, asked) == "Gina can come in, and the letter is on its way."
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by, asked.tell_at) == ("granted", alice, None)
    assert is_open(asked.link)
    assert [letter.sent_by for letter in asked.link.invitations.all()] == [alice]


def test_a_letter_of_before_is_followed_by_one_with_the_new_dates(desk, alice, expired):
    first = outbox.invite(expired, by=alice)
    Invitation.objects.update(
        created_at=PAST, state="sent", due_at=None, held_at=PAST, sequence=expired.sequence
    )
    press(desk, ask(expired))
    newest = expired.invitations.first()
    assert (newest.pk > first.pk, newest.occasion) == (True, "change")


def test_a_guest_who_had_a_letter_just_now_gets_no_other(desk, alice, expired):
    outbox.invite(expired, by=alice)
    assert "Their letter is less than a minute old" in press(desk, ask(expired))
    assert is_open(expired)
    assert expired.invitations.count() == 1


def test_a_guest_who_wants_no_letters_gets_none(desk, expired):
    Suppression.objects.add(expired.email, expired.room)
    assert "has asked for no more letters" in press(desk, ask(expired))
    assert is_open(expired)
    assert expired.invitations.count() == 0


def test_a_group_link_opens_for_all_who_asked_at_it_and_nobody_is_mailed(desk, make_group_link):
    link = make_group_link(ends_at=PAST)
    asked = [ask(link, f"{i}" * 32, name=f"Ana {i}", email="ana@example.org") for i in range(3)]
    assert "There is no letter about a group link" in press(desk, asked[1])
    assert is_open(link)
    assert set(AccessRequest.objects.values_list("answer", flat=True)) == {"granted"}
    assert Invitation.objects.count() == 0


def test_declining_changes_no_link_and_mails_nobody(desk, alice, expired):
    asked = ask(expired)
    assert press(desk, asked, "refusal") == "Declined: Gina"
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_by) == ("declined", alice)
    assert not is_open(expired)
    assert Invitation.objects.count() == 0


def test_a_press_does_what_its_button_said_or_nothing(desk, expired):
    asked = ask(expired)
    promised = promise(expired)
    expired.switch(on=False)  # by another administrator: the button spoke of the end alone
    assert "has changed meanwhile" in press(desk, asked, opening=promised)
    asked.refresh_from_db()
    assert (asked.answer, is_open(expired), Invitation.objects.count()) == ("", False, 0)
    assert "can come in" in press(desk, asked)


@pytest.mark.parametrize("second", ["approval", "refusal"])
@pytest.mark.parametrize("first", ["approval", "refusal"])
def test_of_two_administrators_the_second_is_told_who_was_first(
    login, room, make_administrator, expired, first, second
):
    carol, dora = make_administrator("Carol"), make_administrator("Dora")
    room.administrators.add(carol, dora)
    asked, promised = ask(expired), promise(expired)
    press(login(carol), asked, first)
    word = {"approval": "granted", "refusal": "declined"}[first]
    assert press(login(dora), asked, second, opening=promised) == f"Carol has answered Gina already: {word}."
    assert Invitation.objects.count() == (first == "approval")
    assert is_open(expired) == (first == "approval")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("second", [granting.grant, granting.decline])
def test_of_two_who_press_at_once_one_decides(alice, expired, second):
    asked, promised = ask(expired), promise(expired)
    form = {"promised": promised} if second is granting.grant else {}
    with transaction.atomic():
        granting.grant(asked, promised, by=alice)
        other = meanwhile(second, asked, by=alice, **form)
    with pytest.raises(Answered):
        other.result(timeout=10)
    assert Invitation.objects.count() == 1
    assert AccessRequest.objects.get().answer == "granted"


@pytest.mark.django_db(transaction=True)
def test_two_who_let_in_two_at_one_link_do_not_wait_for_each_other_forever(alice, make_group_link):
    link = make_group_link(ends_at=PAST)
    first, second = (ask(link, f"{i}" * 32, name=f"Ana {i}") for i in range(2))
    promised = promise(link)
    with transaction.atomic():
        granting.grant(first, promised, by=alice)
        other = meanwhile(granting.grant, second, promised, by=alice)
    with pytest.raises(Answered):
        other.result(timeout=10)


@pytest.mark.parametrize("verb", ["approval", "refusal"])
def test_others_cannot_answer(client, login, bob, expired, verb):
    asked = ask(expired)
    url = f"/requests/{asked.pk}/{verb}/"
    assert login(bob).post(url, {"opening": promise(expired)}).status_code == 404
    assert "/accounts/login/" in client.post(url).url
    assert login(bob).get(url).status_code == 405
    asked.refresh_from_db()
    assert (asked.answer, is_open(expired)) == ("", False)


# The letter to the administrators


def test_all_administrators_who_may_log_in_are_told_what_was_asked(
    smtp, room, make_administrator, expired, make_group_link
):
    room.administrators.add(make_administrator("Carol"), make_administrator("Dora", is_active=False))
    ask(expired, note="I am late,\nsorry")
    ask(make_group_link(description="All of maths", is_active=False), name="Ana", email="ana@example.com")
    telling.tell()
    assert sorted(letter.recipients for letter in smtp.letters) == [
        ["alice@example.org"],
        ["carol@example.org"],
    ]
    letter = smtp.letters[0]
    text = letter.text.replace("\r\n", "\n")
    assert letter.message["Subject"] == "2 people ask to be let in to Physics colloquium"
    assert letter.message["Auto-Submitted"] == "auto-generated"
    assert letter.message.get_content_type() == "text/plain"
    assert "\nGina <gina@example.org>, " in text
    assert "\n> I am late,\n> sorry\n" in text
    assert "\nSomebody with the group link “All of maths”, " in text
    assert "\n> Ana <ana@example.com>\n" in text
    assert f"/rooms/{room.pk}/guests/\n" in text


def test_of_one_who_asks_it_says_one(smtp, expired):
    ask(expired)
    telling.tell()
    assert smtp.letters[0].message["Subject"] == "1 person asks to be let in to Physics colloquium"


def test_nothing_that_others_wrote_becomes_a_header(smtp, room, make_group_link):
    room.name = "Physics\r\nBcc: eve@example.org"
    room.save()
    ask(
        make_group_link(is_active=False),
        name="Ana",
        note="x\r\n\r\nBcc: eve@example.org\n.\nSubject: you won",
    )
    telling.tell()
    [letter] = smtp.letters
    assert letter.recipients == ["alice@example.org"]
    assert letter.message["Bcc"] is None
    assert letter.message["Subject"] == "1 person asks to be let in to Physics Bcc: eve@example.org"
    quote = "\r\n> Ana\r\n> x\r\n> \r\n> Bcc: eve@example.org\r\n> .\r\n> Subject: you won\r\n"
    assert quote in letter.text


def test_one_letter_in_ten_minutes_collects_what_was_asked_since(smtp, make_guest_link):
    links = [make_guest_link(name=f"Guest {i}", ends_at=PAST) for i in range(4)]
    ask(links[0])
    telling.tell()
    for link in links[1:]:
        ask(link)
        telling.tell()
    assert len(smtp.letters) == 1
    AccessRequest.objects.exclude(told_at=None).update(told_at=NOW - timedelta(minutes=10))
    telling.tell()
    telling.tell()
    assert len(smtp.letters) == 2
    assert smtp.letters[1].message["Subject"].startswith("3 people ask")
    assert "Guest 0" not in smtp.letters[1].text


def test_rooms_wait_for_no_other(smtp, make_guest_link, bobs_room):
    ask(make_guest_link(ends_at=PAST))
    telling.tell()
    ask(make_guest_link(ends_at=PAST, room=bobs_room))
    telling.tell()
    assert [letter.recipients for letter in smtp.letters] == [["alice@example.org"], ["bob@example.org"]]


@pytest.mark.parametrize("what", ["answered", "opened", "deleted"])
def test_what_needs_no_answer_any_more_is_not_told(smtp, desk, expired, what):
    asked = ask(expired)
    if what == "answered":
        press(desk, asked, "refusal")
    elif what == "opened":
        expired.set_window(ends_at=None)
    else:
        expired.discard()
    telling.tell()
    assert smtp.letters == []


def test_another_note_is_not_told_again(smtp, expired):
    ask(expired, note="first")
    telling.tell()
    AccessRequest.objects.update(told_at=NOW - timedelta(hours=1))
    ask(expired, note="second")
    telling.tell()
    assert len(smtp.letters) == 1


def test_a_mail_server_that_is_down_is_tried_again(smtp, expired):
    asked = ask(expired)
    smtp.die()
    telling.tell()
    asked.refresh_from_db()
    assert (asked.told_at, asked.claim) == (None, None)
    assert timedelta(seconds=50) < asked.tell_at - timezone.now() <= timedelta(minutes=1)
    smtp.revive()
    telling.tell()
    assert smtp.letters == []  # not before its minute is over
    AccessRequest.objects.update(tell_at=NOW)
    telling.tell()
    assert len(smtp.letters) == 1
    asked.refresh_from_db()
    assert asked.tell_at is None


def test_one_refused_administrator_holds_up_no_other(smtp, room, make_administrator, expired):
    room.administrators.add(make_administrator("Carol"))
    smtp.refuse("alice@example.org")
    asked = ask(expired)
    telling.tell()
    assert [letter.recipients for letter in smtp.letters] == [["carol@example.org"]]
    asked.refresh_from_db()
    assert asked.told_at is not None


def test_a_worker_that_dies_loses_nothing(smtp, expired):
    asked = ask(expired)
    assert AccessRequest.objects.claim(expired.room_id) == [asked]
    telling.tell()
    assert smtp.letters == []
    AccessRequest.objects.update(tell_at=NOW)
    telling.tell()
    assert len(smtp.letters) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_tells(make_guest_link):
    first, second = (make_guest_link(ends_at=PAST) for _ in range(2))
    ask(first)
    with transaction.atomic():
        claimed = AccessRequest.objects.claim(first.room_id)
        ask(second)
        other = meanwhile(AccessRequest.objects.claim, first.room_id)
    assert (len(claimed), other.result(timeout=10)) == (1, [])


def test_it_is_in_the_sites_language_whatever_the_worker_speaks(settings, expired):
    from django.utils import translation

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ask(expired)
    with translation.override("de"):
        telling.tell()
    assert mail.outbox[0].subject == "1 person asks to be let in to Physics colloquium"


def test_beat_calls_for_it():
    from config.celery import EACH

    assert EACH["invitations.tasks.tell_of_requests"] <= 60
    assert EACH["invitations.tasks.send_again"] <= 60
