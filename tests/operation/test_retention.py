"""Issue 6: so many days after a link's end its guest becomes a former guest."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.celery import EACH
from invitations import outbox
from invitations.attendance import people as attendance
from invitations.attendance.day import day_of
from invitations.models import Import, Invitation, TrackingEvent
from invitations.models.states import State
from links import undo
from links.activity import Choice
from links.models import AccessRequest, GuestLink, Link
from operation import leftovers, retention
from operation.tasks import forget_people
from rooms import seating
from rooms.models import Activity, Participant, Room
from rooms.models.activity import Deed
from tests import imports
from tests.doors import counters, join, meanwhile

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def ago(**how) -> dict:
    return {"ends_at": timezone.now() - timedelta(**how)}


def left(participant: Participant, days: int) -> Participant:
    seating.leave(participant)
    Participant.objects.filter(pk=participant.pk).update(left_at=timezone.now() - days * DAY)
    return participant


def names() -> list[str]:
    return [str(link) for link in Link.objects.order_by("pk")]


def sentences(room: Room) -> list[str]:
    return [line.sentence for line in Choice(room).lines(None, 50)]


def test_a_guest_becomes_a_former_guest_so_many_days_after_the_links_end(make_guest_link, settings):
    settings.RETENTION_DAYS = 90
    make_guest_link(name="Over", **ago(days=90, minutes=1))
    make_guest_link(name="Not yet", **ago(days=89, hours=23))
    make_guest_link(name="Open")

    assert retention.run() == 1
    assert names() == ["Former guest", "Not yet", "Open"]
    assert list(GuestLink.objects.filter(email="").values_list("name", "note")) == [("", "")]


def test_a_link_without_an_end_is_over_when_it_is_deleted(make_guest_link):
    make_guest_link(name="Deleted", deleted_at=timezone.now() - 91 * DAY)
    make_guest_link(name="Switched off", is_active=False, created_at=timezone.now() - 400 * DAY)

    assert retention.run() == 1
    assert names() == ["Former guest", "Switched off"]


def test_each_room_has_its_own_days(make_room, make_guest_link, settings):
    settings.RETENTION_DAYS = 90
    for forgets, days in (("site", 1), ("never", 1), ("days", 10), ("days", 200)):
        room = make_room(forgets=forgets, forgets_after=days)
        make_guest_link(room=room, name=f"{forgets} {days}", **ago(days=100))

    assert retention.run() == 2
    assert names() == ["Former guest", "never 1", "Former guest", "days 200"]


def test_with_zero_days_the_site_forgets_nobody(make_guest_link, settings):
    settings.RETENTION_DAYS = 0
    make_guest_link(**ago(days=4000))

    assert retention.run() == 0
    assert names() == ["Gina"]


def test_who_came_through_a_group_link_is_forgotten_after_they_left(room, make_group_link):
    group = make_group_link()
    left(join(group, "Old"), 91)
    left(join(group, "New"), 89)
    join(group, "Inside")

    assert retention.run() == 1
    assert [str(person) for person in Participant.objects.order_by("pk")] == ["Former guest", "New", "Inside"]
    assert counters(room) == (1, 1, 0)


def test_who_is_in_keeps_their_name_until_they_leave(gina):
    inside = join(gina)
    GuestLink.objects.filter(pk=gina.pk).update(**ago(days=91))

    assert retention.run() == 0
    seating.leave(inside)
    assert retention.run() == 1
    assert [str(person) for person in Participant.objects.all()] == ["Former guest"]


def test_who_is_barred_keeps_their_name_until_they_are_not(make_group_link, settings):
    settings.BAR_HOURS = 24 * 365
    barred = join(make_group_link(), "Mallory")
    seating.remove(barred)
    Participant.objects.update(left_at=timezone.now() - 91 * DAY)
    Activity.objects.update(at=timezone.now() - 91 * DAY)

    assert retention.run() == 0
    seating.let_back(barred)
    Activity.objects.update(at=timezone.now() - 91 * DAY)
    assert retention.run() == 1
    assert set(Activity.objects.exclude(deed=Deed.FORGOTTEN).values_list("about", flat=True)) == {""}


def test_counts_and_times_stay(room, alice, gina, make_group_link):
    group = make_group_link()
    for name in ("Ana", "Ben"):
        left(join(group, name), 91)
    left(join(gina), 91)
    GuestLink.objects.filter(pk=gina.pk).update(**ago(days=91))
    Participant.objects.update(joined_at=timezone.now() - 91 * DAY - timedelta(hours=1))
    day = day_of((timezone.now() - 91 * DAY).astimezone(room.zone).date(), room.zone)

    def told():
        people = attendance.people_of(attendance.stays_on(day, room), day, timezone.now())
        return sorted((person.first, person.last, person.times, person.kind) for person in people)

    before, times = (
        told(),
        list(Participant.objects.order_by("pk").values_list("joined_at", "left_at", "role")),
    )
    assert retention.run() == 3
    assert told() == before
    assert len(before) == 3
    assert list(Participant.objects.order_by("pk").values_list("joined_at", "left_at", "role")) == times


def test_the_address_of_a_former_guest_opens_nothing(client, gina):
    address = gina.address
    GuestLink.objects.filter(pk=gina.pk).update(**ago(days=91))
    retention.run()
    gina.refresh_from_db()
    GuestLink.objects.filter(pk=gina.pk).update(ends_at=None)

    for door in (address, gina.address):
        assert client.get(door).status_code == 404
        assert client.post(door).status_code == 404
    assert Participant.objects.count() == 0


def test_a_former_guest_gets_no_letter(gina, alice):
    waiting = outbox.invite(gina, alice)
    GuestLink.objects.filter(pk=gina.pk).update(**ago(days=91))
    retention.run()
    GuestLink.objects.filter(pk=gina.pk).update(ends_at=None)

    outbox.drain()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.recipient, waiting.attempts) == (State.FAILED, "", 0)
    gina.refresh_from_db()
    with pytest.raises(outbox.DeadLink):
        outbox.resend(gina, alice)


def test_undo_brings_no_name_back(gina, alice):
    gina.edit(name="Regina", email="regina@example.org", by=alice)
    gina.discard(by=alice)
    done = list(Activity.objects.order_by("pk"))
    GuestLink.objects.filter(pk=gina.pk).update(deleted_at=timezone.now() - 91 * DAY)
    retention.run()

    for deed in done:
        assert undo.undo(deed, by=alice).taken == 0
    gina.refresh_from_db()
    assert (gina.name, gina.email, gina.is_living(timezone.now())) == ("", "", False)
    assert gina.deleted_at


def test_many_former_guests_of_one_room_stand_beside_each_other(make_guest_link):
    for _ in range(3):
        make_guest_link(**ago(days=91))

    assert retention.run() == 3
    assert names() == ["Former guest"] * 3


def test_activity_says_how_many_and_not_who(room, gina, alice):
    gina.edit(name="Regina", by=alice)
    GuestLink.objects.filter(pk=gina.pk).update(**ago(days=91))
    retention.run()

    said = sentences(room)
    assert said == [
        "1 person became a former guest: their name and e-mail address are erased",
        "Alice changed Former guest",
    ]


def test_what_becomes_of_people_within_an_hour_is_one_line(room, make_guest_link, monkeypatch):
    monkeypatch.setattr(retention, "CHUNK", 2)
    for _ in range(5):
        make_guest_link(**ago(days=91))

    assert retention.run() == 5
    assert list(Activity.objects.values_list("deed", "number")) == [("forgotten", 5)]


def test_whoever_dies_leaves_whole_chunks_behind(room, make_guest_link, monkeypatch):
    monkeypatch.setattr(retention, "CHUNK", 2)
    for _ in range(5):
        make_guest_link(**ago(days=91))

    cutoff = timezone.now() - 90 * DAY
    assert retention.forget_chunk(room.pk, cutoff) == 2
    assert names().count("Former guest") == 2
    assert retention.run() == 3
    assert retention.run() == 0


@pytest.mark.parametrize("people", [1, 3_000])
def test_a_chunk_takes_as_many_statements_whatever_it_holds(room, alice, people, monkeypatch):
    monkeypatch.setattr(retention, "CHUNK", 3_000)
    GuestLink.objects.bulk_create(
        GuestLink(room=room, kind="guest", name=f"Guest {n}", email=f"{n}@example.org", **ago(days=91))
        for n in range(people)
    )
    links, gone = list(GuestLink.objects.all()), {"left_at": timezone.now() - 91 * DAY}
    Invitation.objects.bulk_create(Invitation(link=link, recipient=link.email) for link in links)
    Activity.objects.of_new(links, by=alice, part_of=Activity.objects.create(room=room, deed=Deed.IMPORTED))
    Participant.objects.bulk_create(
        Participant(room=room, link=link, exclusive=link is not None, browser=str(n), name=f"{n}", **gone)
        for n, link in enumerate([*links, *[None] * people])
    )
    with CaptureQueriesContext(connection) as queries:
        assert retention.forget_chunk(room.pk, timezone.now() - 90 * DAY) == 2 * people

    assert len(queries) == 19
    assert Participant.objects.named().count() == Invitation.objects.exclude(recipient="").count() == 0


def test_what_is_left_over_goes_after_thirty_days(room, alice, gina):
    an_import = imports.done(room, alice)
    letter = Invitation.objects.create(link=gina)
    old, _new = (TrackingEvent.objects.create(event_id=name, invitation=letter) for name in ("old", "new"))
    month = timezone.now() - 31 * DAY
    TrackingEvent.objects.filter(pk=old.pk).update(created_at=month)
    forget_people()
    imports.work()
    assert Import.objects.count() == 1

    Import.objects.filter(pk=an_import.pk).update(ended_at=month)
    imports.work()
    leftovers.sweep()
    assert Import.objects.count() == 0
    assert list(TrackingEvent.objects.values_list("event_id", flat=True)) == ["new"]
    assert sorted(names()) == ["Gina", "Hugo"]


def test_requests_for_access_last_no_longer_than_names(room, make_group_link):
    Room.objects.update(forgets="days", forgets_after=2)
    group = make_group_link(is_active=False)
    for number, days in enumerate((1, 3)):
        AccessRequest.objects.create(
            room=room, link=group, browser=str(number), name="Ana", asked_at=timezone.now() - days * DAY
        )
    retention.run()

    assert AccessRequest.objects.count() == 1


def test_settings_say_who_becomes_a_former_guest_within_a_week(login, alice, room, make_guest_link):
    client = login(alice)
    assert "in the next 7 days" not in client.get(f"/rooms/{room.pk}/settings/").text
    make_guest_link(**ago(days=85))
    make_guest_link(**ago(days=89))
    make_guest_link(**ago(days=80))

    page = client.get(f"/rooms/{room.pk}/settings/").text
    first = (timezone.now() + DAY).astimezone(room.zone)
    day = f"{first.day} {first:%b} {first.year}"
    assert f"2 people become former guests in the next 7 days, the first of them on {day}." in page
    assert names() == ["Gina"] * 3


def test_an_administrator_chooses_how_long(login, alice, room):
    client = login(alice)
    page = client.get(f"/rooms/{room.pk}/settings/").text
    assert "as this site does: after 90 days" in page
    form = {"name": room.name, "time_zone": room.time_zone, "quota": 10, "capacity": 15}
    seen = {
        "initial-forgets": "site",
        "initial-forgets_after": "90",
        **{f"initial-{k}": v for k, v in form.items()},
    }
    answer = client.post(
        f"/rooms/{room.pk}/settings/", {**form, **seen, "forgets": "days", "forgets_after": "7"}
    )

    assert answer.status_code == 302
    room.refresh_from_db()
    assert room.days_kept == 7
    assert Choice(room).lines(None, 1)[0].details == [
        "Former guests: as this site does → after so many days",
        "Days: 90 → 7",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_link_that_is_opened_again_at_this_moment_keeps_its_guest(gina, alice):
    GuestLink.objects.filter(pk=gina.pk).update(**ago(days=91))
    with transaction.atomic():
        gina.set_window(ends_at=None, by=alice)
        forgetting = meanwhile(retention.run)

    assert forgetting.result(timeout=20) == 0
    assert names() == ["Gina"]


@pytest.mark.once
def test_beat_calls_it_each_hour():
    assert EACH["operation.tasks.forget_people"] == 3600
