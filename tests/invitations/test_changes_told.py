"""What a guest heard of a link, and what they are offered to hear: new dates, a cancellation."""

from datetime import timedelta

import pytest
import vobject
from django.utils import timezone

from invitations import history, outbox
from invitations.models import Invitation
from invitations.outbox import NothingToCancel
from links.undo import restore

pytestmark = pytest.mark.django_db


@pytest.fixture
def dates():
    now = timezone.now().replace(microsecond=0)
    return {"starts_at": now + timedelta(hours=2), "ends_at": now + timedelta(hours=4)}


@pytest.fixture
def told(smtp, make_link, alice, dates):
    """A link whose guest has had a letter a while ago."""
    link = make_link(name="Gina", email="gina@example.org", **dates)
    outbox.invite(link, by=alice)
    outbox.drain()
    an_hour_ago(link)
    return link


def an_hour_ago(link):
    link.invitations.update(created_at=timezone.now() - timedelta(hours=1))


def method_of(letter):
    [part] = letter.message.iter_attachments()
    calendar = vobject.readOne(part.get_content())
    return calendar.method.value, calendar.vevent.status.value, calendar.vevent.sequence.value


def test_when_the_dates_change_a_letter_with_the_new_ones_is_offered(smtp, told, alice, login, dates):
    assert not history.has_old_dates(told)
    told.set_window(starts_at=dates["starts_at"] + timedelta(minutes=30))
    page = login(alice).get(f"/rooms/{told.room_id}/guests/").content.decode()
    assert history.has_old_dates(told)
    assert "Send new dates" in page

    outbox.resend(told, by=alice)
    outbox.drain()

    assert smtp.letters[-1].message["Subject"] == f"New dates: {told.room}"
    assert "have changed" in smtp.letters[-1].text
    assert method_of(smtp.letters[-1]) == ("PUBLISH", "CONFIRMED", "1")
    assert not history.has_old_dates(told)
    assert "Send new dates" not in login(alice).get(f"/rooms/{told.room_id}/guests/").content.decode()


def test_a_letter_that_is_resent_without_a_change_is_an_invitation(smtp, told, alice):
    outbox.resend(told, by=alice)
    outbox.drain()
    assert smtp.letters[-1].message["Subject"] == f"Your invitation to {told.room}"


def test_who_had_no_letter_is_offered_none(make_link, dates, alice, login):
    link = make_link(**dates)
    link.set_window(starts_at=None)
    assert not history.has_old_dates(link)
    assert not history.can_be_cancelled(link)


def test_when_a_link_is_deleted_a_cancellation_is_offered_and_cancels_the_entry(smtp, told, alice, login):
    desk = login(alice)
    page = desk.post(f"/links/{told.pk}/deletion/", headers={"HX-Request": "true"}).content.decode()
    assert "Send cancellation" in page

    page = desk.post(f"/links/{told.pk}/cancellation/", headers={"HX-Request": "true"}).content.decode()
    outbox.drain()

    assert "on its way" in page
    assert "Send cancellation" not in page
    letter = smtp.letters[-1]
    assert letter.message["Subject"] == f"Cancelled: {told.room}"
    assert told.address not in letter.text + letter.html
    assert method_of(letter) == ("CANCEL", "CANCELLED", "1")


def test_it_is_cancelled_once(told, alice):
    told.discard()
    outbox.cancel(told, by=alice)
    with pytest.raises(NothingToCancel):
        outbox.cancel(told, by=alice)
    assert told.invitations.filter(occasion="cancellation").count() == 1


def test_a_link_that_is_kept_is_not_cancelled(told, alice):
    with pytest.raises(NothingToCancel):
        outbox.cancel(told, by=alice)


def test_a_cancellation_that_is_not_sent_yet_goes_away_with_undo(smtp, told, alice):
    told.discard()
    outbox.cancel(told, by=alice)
    restore(told, by=alice)
    outbox.drain()
    assert [letter.message["Subject"] for letter in smtp.letters] == [f"Your invitation to {told.room}"]
    assert list(told.invitations.values_list("occasion", "state")) == [("invitation", "sent")]


def test_after_a_cancellation_was_sent_undo_offers_the_dates_again(smtp, told, alice):
    told.discard()
    outbox.cancel(told, by=alice)
    outbox.drain()
    restore(told, by=alice)
    assert history.has_old_dates(told)
    an_hour_ago(told)
    outbox.resend(told, by=alice)
    outbox.drain()
    assert method_of(smtp.letters[-1]) == ("PUBLISH", "CONFIRMED", "1")


def test_another_ones_link_is_not_cancelled(told, alice, bob, login):
    told.discard()
    assert login(bob).post(f"/links/{told.pk}/cancellation/").status_code == 404
    assert Invitation.objects.count() == 1
