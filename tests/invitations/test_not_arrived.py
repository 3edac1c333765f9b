"""Letters that did not arrive: what the administrator sees of them, and what they do about them."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.utils import timezone

from invitations import mending, outbox
from invitations.mending import Tally
from invitations.models import Invitation, Suppression
from invitations.models.invitation import State
from links.models import NOT_ARRIVED, GuestLink
from rooms.models import Role
from tests.doors import meanwhile

pytestmark = pytest.mark.django_db
LOST = ["failed", "rejected", "bounced"]


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


@pytest.fixture
def letter(make_link, alice):
    """letter("bounced", "Mailbox unknown: 550", link=…, ago=timedelta(hours=1)): a letter and its outcome."""

    def write(state: str, reason: str = "", link: GuestLink | None = None, ago=timedelta(hours=1), **fields):
        invitation = outbox.invite(link or make_link(), by=alice)
        due_at = timezone.now() if state == "queued" else None
        fields = {
            "created_at": timezone.now() - ago,
            "changed_at": timezone.now() - ago,
            "due_at": due_at,
            **fields,
        }
        Invitation.objects.filter(pk=invitation.pk).update(state=state, reason=reason, **fields)
        invitation.refresh_from_db()
        return invitation

    return write


def page_of(client, room, **query) -> BeautifulSoup:
    return BeautifulSoup(client.get(f"/rooms/{room.pk}/guests/", query).content, "html.parser")


def row_of(page: BeautifulSoup, invitation: Invitation) -> str:
    return page.find(id=f"link-{invitation.link_id}").find(class_="delivery").get_text(" ", strip=True)


def states(link: GuestLink) -> list[str]:
    return list(link.invitations.order_by("pk").values_list("state", flat=True))


# What is shown.


@pytest.mark.parametrize(
    ("state", "reason", "words"),
    [
        ("queued", "", "waiting an hour ago"),
        ("sending", "", "being sent an hour ago"),
        ("sent", "", "sent an hour ago"),
        ("delivered", "", "delivered an hour ago"),
        ("deferred", "Mailbox full: 452 4.2.2", "delayed an hour ago Mailbox full: 452 4.2.2"),
        (
            "bounced",
            "Mailbox unknown: 550 5.1.1 no",
            "did not arrive an hour ago Mailbox unknown: 550 5.1.1 no Correct the address",
        ),
        ("rejected", "Address not valid", "did not arrive an hour ago Address not valid Correct the address"),
        ("failed", "550 no", "did not arrive an hour ago 550 no Correct the address"),
        ("complained", "", "reported as spam an hour ago"),
    ],
)
def test_a_row_says_in_words_what_became_of_the_letter_and_when(as_alice, room, letter, state, reason, words):
    invitation = letter(state, reason)
    page = page_of(as_alice, room)
    assert row_of(page, invitation).replace("\xa0", " ") == words
    moment = page.find(id=f"link-{invitation.link_id}").find(class_="delivery").find("time")
    assert "(Europe/Berlin)" in moment["title"]


def test_every_state_has_its_words():
    for state in State:
        assert Invitation(state=state).in_words


def test_our_part_of_a_reason_is_in_the_reader_s_language(letter):
    from django.utils import translation

    invitation = letter("failed", "Replaced by a newer letter: 550 no")
    with translation.override("de"):
        assert invitation.reason_in_words != invitation.reason
        assert invitation.reason_in_words.endswith(": 550 no")


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ({"is_active": False}, "It goes when the link is switched on."),
        ({"ends_at": timezone.now() - timedelta(days=1)}, "It goes when the link has a later end."),
        ({"role": Role.NO_ACCESS}, "It goes when this guest has access."),
    ],
)
def test_a_letter_that_waits_for_its_link_says_so(as_alice, room, letter, make_link, link, words):
    invitation = letter("queued", link=make_link(**link))
    assert words in row_of(page_of(as_alice, room), invitation)
    Invitation.objects.update(state="sent", due_at=None)
    assert words not in row_of(page_of(as_alice, room), invitation)


def test_a_letter_that_we_try_again_says_when(as_alice, room, letter):
    soon = timezone.now() + timedelta(minutes=9, seconds=30)
    invitation = letter("deferred", "451 later", due_at=soon)
    assert "Next try: 9\xa0minutes from now" in row_of(page_of(as_alice, room), invitation)


def test_the_row_shows_the_newest_letter(as_alice, room, letter, gina):
    letter("bounced", link=gina)
    newest = letter("delivered", link=gina)
    assert row_of(page_of(as_alice, room), newest).startswith("delivered")


# The filter.


def test_the_floors_agree_on_what_has_not_arrived():
    assert set(NOT_ARRIVED) <= set(State.values)
    assert sorted(LOST) == sorted(NOT_ARRIVED)


def test_the_filter_shows_those_whose_newest_letter_did_not_arrive(as_alice, room, letter, make_link):
    lost = [letter(state) for state in LOST]
    for state in set(State.values) - set(LOST):
        letter(state)
    make_link()  # without any letter
    mended = letter("bounced")
    letter("sent", link=mended.link)
    again = letter("sent")
    lost.append(letter("bounced", link=again.link))
    page = as_alice.get(f"/rooms/{room.pk}/guests/", {"state": "not_arrived"}).context["page"]
    assert [link.pk for link in page] == [invitation.link_id for invitation in reversed(lost)]


def test_the_filter_is_in_the_address_and_goes_together_with_a_search_and_pages(
    as_alice, room, letter, make_link
):
    for i in range(51):
        letter("bounced", link=make_link(name=f"Guest {i}"))
    page = page_of(as_alice, room, state="not_arrived")
    assert page.find("a", rel="next")["href"] == "?state=not_arrived&page=2"
    assert page.find("input", {"name": "state"})["value"] == "not_arrived"
    found = as_alice.get(f"/rooms/{room.pk}/guests/", {"state": "not_arrived", "q": "Guest 50"}).context[
        "page"
    ]
    assert [link.name for link in found] == ["Guest 50"]
    assert as_alice.get(f"/rooms/{room.pk}/guests/", {"state": "?"}).context["page"].paginator.count == 51


def test_an_empty_filter_says_that_nothing_is_lost(as_alice, room, letter):
    letter("sent")
    page = page_of(as_alice, room, state="not_arrived").get_text()
    assert "No letter is lost" in page
    assert "Resend to" not in page


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize("query", ["", "?state=not_arrived"])
def test_the_list_has_a_fixed_number_of_statements(
    as_alice, room, letter, make_link, django_assert_num_queries, number, query
):
    for _ in range(number):
        letter("bounced", "Mailbox unknown: 550", link=make_link(is_active=False))
    with django_assert_num_queries(9):
        as_alice.get(f"/rooms/{room.pk}/guests/{query}")


# Another address.


def test_the_address_is_corrected_and_the_letter_goes_again_in_one_step(as_alice, letter, gina, smtp):
    lost = letter("bounced", "Mailbox unknown: 550", link=gina)
    address = gina.address
    page = as_alice.get(f"/links/{gina.pk}/correction/").content.decode()
    assert 'value="gina@example.org"' in page
    answer = as_alice.post(f"/links/{gina.pk}/correction/", {"email": "Gina@Example.com"})
    assert answer.url == f"/rooms/{gina.room_id}/guests/"
    gina.refresh_from_db()
    assert (gina.email, gina.address) == ("Gina@example.com", address)
    assert states(gina) == ["bounced", "queued"]
    outbox.drain()
    [sent] = smtp.letters
    assert sent.recipients == ["Gina@example.com"]
    assert sent.message["Message-ID"] != lost.message_id
    assert address in sent.text


def test_a_corrected_address_need_not_wait_for_the_minute_of_the_old_one(as_alice, letter, gina):
    letter("bounced", link=gina, ago=timedelta(seconds=5))
    as_alice.post(f"/links/{gina.pk}/correction/", {"email": "other@example.org"})
    assert states(gina) == ["bounced", "queued"]


def test_a_double_click_sends_one_letter(as_alice, letter, gina):
    letter("bounced", link=gina)
    answers = [
        as_alice.post(f"/links/{gina.pk}/correction/", {"email": "other@example.org"}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [302, 422]
    assert "try again in" in answers[1].content.decode()
    assert states(gina) == ["bounced", "queued"]


def test_an_address_that_has_another_link_is_refused_with_a_way_to_it(as_alice, letter, gina, make_link):
    letter("bounced", link=gina)
    other = make_link(email="taken@example.org")
    answer = as_alice.post(f"/links/{gina.pk}/correction/", {"email": "Taken@example.org"})
    assert answer.status_code == 422
    assert f'href="/links/{other.pk}/"' in answer.content.decode()
    gina.refresh_from_db()
    assert (gina.email, states(gina)) == ("gina@example.org", ["bounced"])


@pytest.mark.parametrize("email", ["", "gina", "gina@example.org\nBcc: all@example.org"])
def test_what_is_no_address_is_refused_and_nothing_changes(as_alice, letter, gina, email):
    letter("bounced", link=gina)
    assert as_alice.post(f"/links/{gina.pk}/correction/", {"email": email}).status_code == 422
    gina.refresh_from_db()
    assert (gina.email, states(gina)) == ("gina@example.org", ["bounced"])


def test_of_a_dead_link_neither_the_address_nor_the_letter_changes(as_alice, letter, gina):
    letter("bounced", link=gina)
    gina.switch(on=False)
    answer = as_alice.post(f"/links/{gina.pk}/correction/", {"email": "other@example.org"})
    assert "Switch it on first" in answer.content.decode()
    gina.refresh_from_db()
    assert (gina.email, states(gina)) == ("gina@example.org", ["bounced"])


def test_somebody_else_s_link_is_not_found(client, bob, letter, gina, room):
    letter("bounced", link=gina)
    client.force_login(bob)
    assert client.get(f"/links/{gina.pk}/correction/").status_code == 404
    assert client.post(f"/links/{gina.pk}/correction/", {"email": "eve@example.org"}).status_code == 404
    assert client.post(f"/rooms/{room.pk}/letters/").status_code == 404
    gina.refresh_from_db()
    assert (gina.email, states(gina)) == ("gina@example.org", ["bounced"])


# All of them.


def test_one_button_resends_to_all_that_did_not_arrive(as_alice, room, letter, bobs_room, make_link):
    lost = [letter(state) for state in LOST]
    others = [letter("sent"), letter("complained"), letter("bounced", link=make_link(room=bobs_room))]
    page = page_of(as_alice, room, state="not_arrived")
    assert "Resend to all 3 guests whom the letter did not reach" in page.get_text(" ", strip=True)
    answer = as_alice.post(f"/rooms/{room.pk}/letters/", follow=True)
    assert "3 letters are on their way." in answer.content.decode()
    assert [states(letter.link) for letter in lost] == [[state, "queued"] for state in LOST]
    assert [len(states(letter.link)) for letter in others] == [1, 1, 1]


def test_a_second_click_finds_nothing_left(as_alice, room, letter):
    letter("bounced")
    pages = [as_alice.post(f"/rooms/{room.pk}/letters/", follow=True).content.decode() for _ in range(2)]
    assert "1 letter is on its way." in pages[0]
    assert "0 letters are on their way." in pages[1]
    assert Invitation.objects.filter(state="queued").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_send_one_letter(room, alice, letter):
    letter("bounced")
    with transaction.atomic():
        first = mending.resend_all(room, by=alice)
        second = meanwhile(mending.resend_all, room, by=alice)  # waits for our commit
    assert (first.sent, second.result(timeout=10).sent) == (1, 0)
    assert Invitation.objects.filter(state="queued").count() == 1


def test_dead_links_and_those_of_a_moment_ago_are_skipped_and_counted(
    as_alice, room, alice, letter, make_link
):
    letter("bounced")
    letter("bounced", ago=timedelta(seconds=20))
    dead = [{"is_active": False}, {"role": Role.NO_ACCESS}, {"ends_at": timezone.now() - timedelta(days=1)}]
    for fields in dead:
        letter("bounced", link=make_link(**fields))
    page = as_alice.post(f"/rooms/{room.pk}/letters/", follow=True).content.decode()
    for words in ("1 letter is on its way.", "1 guest had one", "3 links are switched off"):
        assert words in page
    assert Invitation.objects.filter(state="queued").count() == 1
    assert mending.resend_all(room, by=alice) == Tally(sent=0, too_soon=1, dead=3, unwanted=0)


def test_who_wants_no_letters_is_skipped_and_counted(as_alice, room, alice, letter, smtp):
    unwanted = letter("bounced").link
    Suppression.objects.add(unwanted.email, room)
    page = as_alice.post(f"/rooms/{room.pk}/letters/", follow=True).content.decode()
    assert "1 guest has asked for no more letters." in page
    assert unwanted.invitations.count() == 1


def test_a_deleted_link_gets_no_letter(room, alice, letter):
    letter("bounced").link.discard()
    assert mending.resend_all(room, by=alice) == Tally(0, 0, 0, 0)


def test_an_older_letter_that_still_waits_is_replaced(room, alice, letter, gina):
    letter("queued", link=gina)
    letter("bounced", link=gina)
    mending.resend_all(room, by=alice)
    assert states(gina) == ["failed", "bounced", "queued"]


@pytest.mark.parametrize("number", [1, 30])
def test_resending_to_all_has_a_fixed_number_of_statements(
    room, alice, letter, django_assert_num_queries, number
):
    for _ in range(number):
        letter("bounced")
    # A savepoint and its release; lock, read, letters, wishes, replace, write.
    with django_assert_num_queries(8):
        assert mending.resend_all(room, by=alice).sent == number
