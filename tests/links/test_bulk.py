"""The same done to many links: to those that were seen, each once, and it can be taken back."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from links import bulk
from links.bulk import work
from links.models import BulkChange, GuestLink, Link
from links.selection import Selection
from rooms.models import Activity, Role
from rooms.models.activity import Deed
from tests.doors import counters, join, meanwhile, roles

pytestmark = pytest.mark.django_db
Action = BulkChange.Action
OFF = {"is_active": False}


@pytest.fixture
def as_alice(login, alice):
    return login(alice)


@pytest.fixture
def make_guests(room):
    """make_guests(30): so many links to `room`, Guest 1 first."""

    def make(number: int, **fields) -> list[GuestLink]:
        return GuestLink.objects.bulk_create(
            GuestLink(
                kind="guest",
                room=room,
                name=f"Guest {n}",
                email=f"guest{n}@example.org",
                language="en",
                **fields,
            )
            for n in range(1, number + 1)
        )

    return make


@pytest.fixture
def small_chunks(monkeypatch):
    """Of two links each, and nothing is done within the request."""
    monkeypatch.setattr(work, "CHUNK", 2)
    monkeypatch.setattr(work, "AT_ONCE", 0)


def all_of(room, kind="guest", query="") -> Selection:
    return Selection(room, Link.Kind(kind), query, None)


def begin(room, by, action=Action.SWITCH_OFF, values=OFF, **choices) -> BulkChange:
    """A change of all guest links that is confirmed and not done."""
    change = bulk.draft(all_of(room), action, by)
    assert bulk.confirm(change, action, values, **choices)
    return change


def done(room, by, action=Action.SWITCH_OFF, values=OFF, **choices) -> BulkChange:
    change = begin(room, by, action, values, **choices)
    do()
    change.refresh_from_db()
    return change


def do() -> None:
    """What the worker does when it is woken."""
    bulk.run(bulk.DEEDS)


def counted(change) -> tuple[int, int, int]:
    change.refresh_from_db()
    return change.changed, change.same, change.failed


def off() -> list[str]:
    return list(GuestLink.objects.filter(is_active=False).order_by("pk").values_list("name", flat=True))


def press(client, room, action="switch_off", *, htmx=False, **form):
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(
        f"/rooms/{room.pk}/bulk/", {"action": action, "kind": "guest", **form}, headers=headers
    )


def answer(client, **form):
    change = BulkChange.objects.latest("pk")
    return client.post(f"/bulk/{change.pk}/confirmation/", form, headers={"HX-Request": "true"})


# What is done to each.


def test_links_are_switched_off_and_those_that_were_off_are_counted(room, alice, make_guests):
    first, *_others = make_guests(3)
    first.switch(on=False)

    assert counted(done(room, alice)) == (2, 1, 0)
    assert off() == ["Guest 1", "Guest 2", "Guest 3"]


def test_links_are_switched_on(room, alice, make_guests):
    make_guests(3, is_active=False)

    assert counted(done(room, alice, Action.SWITCH_ON, {"is_active": True})) == (3, 0, 0)
    assert off() == []


def test_who_is_in_has_the_new_role_at_once(room, alice, make_guests):
    for link in make_guests(3):
        join(link)
    done(room, alice, Action.ROLE, {"role": Role.SPECTATOR})

    assert set(roles(room).values()) == {Role.SPECTATOR}
    assert counters(room) == (3, 0, 0)


def test_no_access_puts_out_at_once(room, alice, make_guests):
    for link in make_guests(3):
        join(link)
    done(room, alice, Action.ROLE, {"role": Role.NO_ACCESS})

    assert counters(room) == (0, 0, 0)


def test_dates_are_given_and_what_is_not_said_stays(room, alice, make_guests):
    starts_at, ends_at = datetime(2026, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC)
    make_guests(2, starts_at=starts_at)
    done(room, alice, Action.DATES, {"ends_at": ends_at})

    assert set(GuestLink.objects.values_list("starts_at", "ends_at", "sequence")) == {(starts_at, ends_at, 1)}


def test_a_link_that_would_end_before_it_starts_is_named_and_holds_up_no_other(room, alice, make_guests):
    first, _second = make_guests(2)
    first.set_window(starts_at=datetime(2100, 1, 1, tzinfo=UTC))
    change = done(room, alice, Action.DATES, {"ends_at": datetime(2099, 1, 1, tzinfo=UTC)})

    assert counted(change) == (1, 0, 1)
    failure = change.failures.get()
    assert (failure.link_id, failure.reason) == (
        first.pk,
        "With these dates the link would end before it starts",
    )


def test_links_expire_now_even_those_that_have_not_opened(room, alice, make_guests):
    first, _second = make_guests(2)
    first.set_window(starts_at=timezone.now() + timedelta(days=1))
    done(room, alice, Action.EXPIRE, {"ends_at": timezone.now()})

    assert {link.phase for link in GuestLink.objects.all()} == {"expired"}


def test_deleted_links_are_gone_and_who_came_through_them_is_out(room, alice, make_guests):
    for link in make_guests(3):
        join(link)

    assert counted(done(room, alice, Action.DELETE, {"deleted_at": timezone.now()})) == (3, 0, 0)
    assert not GuestLink.objects.kept().exists()
    assert counters(room) == (0, 0, 0)


def test_who_is_in_stays_unless_they_are_to_be_removed(room, alice, make_guests):
    for link in make_guests(2):
        join(link)
    done(room, alice)
    stayed = counters(room)
    done(room, alice, removes_people=True)

    assert (stayed, counters(room)) == ((2, 2, 0), (0, 0, 0))


def test_group_links_are_changed_too_and_guest_links_are_not(room, alice, make_guests, make_group_link):
    make_guests(1), make_group_link(), make_group_link()
    change = bulk.draft(all_of(room, "group"), Action.SWITCH_OFF, alice)
    bulk.confirm(change, Action.SWITCH_OFF, OFF)
    do()

    assert counted(change) == (2, 0, 0)
    assert off() == []


# Activity.


def test_activity_has_one_row_for_all_and_one_for_each(room, alice, make_guests):
    make_guests(3)
    done(room, alice)

    whole = Activity.objects.whole().get()
    assert (whole.deed, whole.by, whole.number, whole.after) == (Deed.SWITCHED, alice, 3, OFF)
    assert whole.parts.count() == 3


def test_what_changed_nothing_is_no_activity(room, alice, make_guests):
    make_guests(2, is_active=False)
    change = done(room, alice)

    assert counted(change) == (0, 2, 0)
    assert not Activity.objects.exists()
    assert not change.can_be_undone


# Those that were seen.


def test_a_link_that_was_made_after_the_press_is_not_changed(room, alice, make_guests, make_guest_link):
    make_guests(2)
    change = bulk.draft(all_of(room), Action.SWITCH_OFF, alice)
    late = make_guest_link()
    bulk.confirm(change, Action.SWITCH_OFF, OFF)
    do()

    late.refresh_from_db()
    assert (counted(change), late.is_active) == ((2, 0, 0), True)


def test_a_link_that_the_search_would_not_find_any_more_is_changed_all_the_same(room, alice, make_guests):
    first, _second = make_guests(2)
    change = bulk.draft(all_of(room, query="q=Guest"), Action.SWITCH_OFF, alice)
    first.edit(name="Gina")
    bulk.confirm(change, Action.SWITCH_OFF, OFF)
    do()

    assert off() == ["Gina", "Guest 2"]


def test_a_link_that_was_deleted_meanwhile_stays_deleted_and_is_named(room, alice, make_guests):
    first, _second = make_guests(2)
    change = begin(room, alice)
    first.discard()
    do()

    assert counted(change) == (1, 0, 1)
    assert change.failures.get().reason == "It was deleted meanwhile"


@pytest.mark.parametrize(
    ("form", "names"),
    [
        ({"all": "1"}, ["Guest 1", "Guest 2", "Guest 3"]),
        ({"all": "1", "query": "q=guest2&page=7"}, ["Guest 2"]),
        ({"all": "1", "query": "state=inactive"}, []),
    ],
)
def test_all_are_all_that_the_search_finds(as_alice, room, make_guests, form, names):
    make_guests(3)
    press(as_alice, room, htmx=True, **form)
    if names:
        answer(as_alice)

    assert off() == names


def test_others_links_are_not_found(as_alice, room, bobs_room, make_guest_link, make_group_link):
    mine, bobs, group = make_guest_link(), make_guest_link(room=bobs_room), make_group_link()
    press(as_alice, room, htmx=True, links=[mine.pk, bobs.pk, group.pk, "x", "9" * 30])

    assert set(Link.objects.filter(is_active=False)) == {Link.objects.get(pk=mine.pk)}


def test_anothers_room_and_anothers_change_are_not_found(as_alice, login, bob, bobs_room, make_guest_link):
    link = make_guest_link(room=bobs_room)
    change = bulk.draft(all_of(bobs_room), Action.SWITCH_OFF, bob)

    assert press(as_alice, bobs_room, links=[link.pk]).status_code == 404
    assert as_alice.get(f"/bulk/{change.pk}/").status_code == 404
    assert as_alice.post(f"/bulk/{change.pk}/confirmation/").status_code == 404
    assert as_alice.post(f"/bulk/{change.pk}/undo/").status_code == 404
    assert off() == []
    change.refresh_from_db()
    assert change.is_draft


# Once.


def test_a_confirmation_that_comes_twice_does_nothing_more(room, alice, make_guests):
    make_guests(2)
    change = begin(room, alice)

    assert bulk.confirm(change, Action.DELETE, {"deleted_at": timezone.now()}) is False
    do()
    assert counted(change) == (2, 0, 0)
    assert GuestLink.objects.kept().count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_has_a_change(room, alice, make_guests):
    make_guests(2)
    begin(room, alice)
    with transaction.atomic():
        first = BulkChange.objects.claim(bulk.DEEDS)
        second = meanwhile(BulkChange.objects.claim, bulk.DEEDS)

    assert first is not None
    assert second.result(timeout=10) is None


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_count_each_link_once(room, alice, make_guests, small_chunks):
    make_guests(9)
    change = begin(room, alice)
    workers = [meanwhile(do) for _worker in range(2)]
    for worker in workers:
        worker.result(timeout=20)

    assert counted(change) == (9, 0, 0)
    assert Activity.objects.whole().get().parts.count() == 9


def test_a_worker_that_lost_its_lease_does_nothing_more(room, alice, make_guests):
    make_guests(2)
    begin(room, alice)
    late = BulkChange.objects.claim(bulk.DEEDS)
    BulkChange.objects.update(due_at=timezone.now())
    assert BulkChange.objects.claim(bulk.DEEDS).pk == late.pk

    assert work.Work(late, bulk.DEEDS[late.action]).do_chunk() is False
    late.end()
    assert BulkChange.objects.get().is_running
    assert off() == []


def test_a_change_whose_worker_died_goes_on_where_it_stopped(room, alice, make_guests, small_chunks):
    make_guests(5)
    change, chunks = begin(room, alice), []

    def die_in_the_second(running, pks):
        chunks.append(pks)
        outcome = bulk.DEEDS[Action.SWITCH_OFF](running, pks)
        if len(chunks) == 2:
            raise KeyboardInterrupt
        return outcome

    with pytest.raises(KeyboardInterrupt):
        bulk.run({Action.SWITCH_OFF: die_in_the_second})
    assert (off(), counted(change)) == (["Guest 1", "Guest 2"], (2, 0, 0))
    do()
    assert counted(change) == (2, 0, 0)  # it is leased still
    BulkChange.objects.update(due_at=timezone.now())
    do()

    assert counted(change) == (5, 0, 0)
    assert Activity.objects.whole().get().parts.count() == 5


def test_a_link_that_the_database_refuses_fails_alone(room, alice, make_guests):
    _first, second, _third = make_guests(3)
    change = begin(room, alice)

    def refuse_one(running, pks):
        if second.pk in pks:
            raise IntegrityError
        return bulk.DEEDS[Action.SWITCH_OFF](running, pks)

    bulk.run({Action.SWITCH_OFF: refuse_one})

    assert (off(), counted(change)) == (["Guest 1", "Guest 3"], (2, 0, 1))
    assert change.failures.get().link_id == second.pk


def test_what_nobody_confirmed_is_forgotten_after_a_day(room, alice, make_guests):
    make_guests(1)
    bulk.draft(all_of(room), Action.SWITCH_OFF, alice)
    do()
    assert BulkChange.objects.count() == 1
    BulkChange.objects.update(created_at=F("created_at") - timedelta(days=1, minutes=1))
    do()

    assert not BulkChange.objects.exists()


@pytest.mark.parametrize("number", [1, 30])
def test_a_chunk_takes_the_same_statements_for_one_link_and_for_thirty(
    room, alice, make_guests, number, django_assert_num_queries
):
    make_guests(number)
    begin(room, alice)
    running = BulkChange.objects.claim(bulk.DEEDS)

    with django_assert_num_queries(12):
        assert work.Work(running, bulk.DEEDS[running.action]).do_chunk()


# The way back.


def undone(change, by) -> BulkChange:
    undo = bulk.undo(change.activity, by)
    do()
    undo.refresh_from_db()
    return undo


def test_each_has_again_what_it_had(room, alice, make_guests):
    links = make_guests(3)
    links[0].grant(Role.MODERATOR)
    change = done(room, alice, Action.ROLE, {"role": Role.SPECTATOR})

    assert counted(undone(change, alice)) == (3, 0, 0)
    assert list(GuestLink.objects.order_by("pk").values_list("role", flat=True)) == [
        Role.MODERATOR,
        Role.PARTICIPANT,
        Role.PARTICIPANT,
    ]


def test_deleted_links_are_had_back(room, alice, make_guests):
    make_guests(3)
    undone(done(room, alice, Action.DELETE, {"deleted_at": timezone.now()}), alice)

    assert GuestLink.objects.kept().count() == 3


def test_what_was_changed_since_stays_and_is_named(room, alice, bob, make_guests):
    first, _second = make_guests(2)
    change = done(room, alice, Action.ROLE, {"role": Role.SPECTATOR})
    first.refresh_from_db()
    first.grant(Role.MODERATOR, by=bob)
    undo = undone(change, alice)

    assert counted(undo) == (1, 0, 1)
    assert undo.failures.get().link_id == first.pk
    first.refresh_from_db()
    assert first.granted_role is Role.MODERATOR


def test_what_was_so_already_is_not_taken_back(room, alice, make_guests):
    first, _second = make_guests(2)
    first.switch(on=False)
    undone(done(room, alice), alice)

    assert off() == ["Guest 1"]


def test_an_undo_is_a_row_of_activity_and_is_not_undone_again(room, alice, make_guests):
    make_guests(2)
    change = done(room, alice)
    undo = undone(change, alice)

    assert (undo.activity.deed, undo.activity.number) == (Deed.UNDONE, 2)
    assert bulk.undo(change.activity, alice) is None
    assert bulk.undo(undo.activity, alice) is None


def test_what_still_runs_is_not_undone(room, alice, make_guests):
    make_guests(2)
    change = begin(room, alice)

    assert bulk.undo(change.activity, alice) is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_undo_at_once_one_does(room, alice, make_guests):
    make_guests(2)
    change = done(room, alice)
    with transaction.atomic():
        first = bulk.undo(change.activity, alice)
        second = meanwhile(bulk.undo, change.activity, alice)

    assert first is not None
    assert second.result(timeout=10) is None


# The pages.


def test_a_few_that_were_ticked_are_switched_off_without_a_question(as_alice, room, make_guests):
    first, second, _third = make_guests(3)
    said = press(as_alice, room, htmx=True, links=[first.pk, second.pk]).content.decode()

    assert off() == ["Guest 1", "Guest 2"]
    assert "Switched off: 2 links." in said
    assert f"/bulk/{BulkChange.objects.get().pk}/undo/" in said


def test_where_somebody_is_in_it_is_asked_what_becomes_of_them(as_alice, room, make_guests):
    first, *_others = make_guests(3)
    join(first)
    asked = press(as_alice, room, htmx=True, links=[first.pk]).content.decode()

    assert off() == []
    assert "One person is in through them." in asked
    answer(as_alice, people="remove")
    assert (off(), counters(room)) == (["Guest 1"], (0, 0, 0))


def test_a_deletion_is_always_asked_about(as_alice, room, make_guests):
    first, *_others = make_guests(2)
    asked = press(as_alice, room, "delete", htmx=True, links=[first.pk]).content.decode()

    assert "Delete 1 link" in asked
    assert GuestLink.objects.kept().count() == 2
    assert "Deleted: 1 link." in answer(as_alice).content.decode()
    assert GuestLink.objects.kept().count() == 1


def test_dates_that_are_wrong_are_said_in_place_and_can_be_mended(as_alice, room, make_guests):
    make_guests(2)
    press(as_alice, room, "dates", htmx=True, all="1")
    empty = answer(as_alice)
    wrong = answer(as_alice, starts_date="2099-01-02", ends_date="2099-01-01")

    assert BulkChange.objects.get().is_draft
    assert "Please enter a date." in empty.content.decode()
    assert "The end has to be after the start." in wrong.content.decode()
    assert "2 links have the new dates." in answer(as_alice, ends_date="2099-01-01").content.decode()
    assert set(GuestLink.objects.values_list("ends_at", flat=True)) == {
        datetime(2099, 1, 1, 23, tzinfo=UTC)  # the end of that day in Berlin
    }


@pytest.mark.parametrize(("window", "phase"), [("expire", "expired"), ("clear", "always")])
def test_in_the_dates_question_links_expire_now_or_have_none(as_alice, room, make_guests, window, phase):
    make_guests(2, ends_at=datetime(2099, 1, 1, tzinfo=UTC))
    press(as_alice, room, "dates", htmx=True, all="1")
    answer(as_alice, window=window)

    assert {link.phase for link in GuestLink.objects.all()} == {phase}


def test_a_role_is_asked_for_and_has_to_be_one(as_alice, room, make_guests):
    make_guests(2)
    press(as_alice, room, "role", htmx=True, all="1")

    assert "Select a valid choice" in answer(as_alice, role="king").content.decode()
    answer(as_alice, role="moderator")
    assert set(GuestLink.objects.values_list("role", flat=True)) == {"moderator"}


def test_nothing_selected_does_nothing_and_says_so(as_alice, room, make_guests):
    make_guests(1)

    assert "Please select links first." in press(as_alice, room, htmx=True).content.decode()
    assert press(as_alice, room, query="q=Guest").url == f"/rooms/{room.pk}/guests/?q=Guest"
    assert off() == []


@pytest.mark.parametrize("action", ["undo", "resend", "burn", ""])
def test_what_is_not_offered_is_not_found(as_alice, room, make_guests, action):
    [link] = make_guests(1)

    assert press(as_alice, room, action, links=[link.pk]).status_code == 404
    assert not BulkChange.objects.exists()


def test_without_a_script_it_is_asked_done_and_undone_on_a_page(as_alice, room, make_guests):
    links = make_guests(2)
    asked = press(as_alice, room, links=[link.pk for link in links], query="q=Guest")
    change = BulkChange.objects.get()

    assert asked.url == f"/bulk/{change.pk}/"
    assert "Switch off 2 links" in as_alice.get(asked.url).content.decode()
    assert as_alice.post(f"/bulk/{change.pk}/confirmation/").url == asked.url
    assert "Switched off: 2 links." in as_alice.get(asked.url).content.decode()
    back = as_alice.post(f"/bulk/{change.pk}/undo/", follow=True)
    assert back.redirect_chain[-1][0] == f"/rooms/{room.pk}/guests/?q=Guest"
    assert "2 links are as they were." in back.content.decode()
    assert off() == []


def test_many_are_left_to_the_worker_and_the_page_says_how_far_it_is(
    as_alice, room, make_guests, monkeypatch, django_capture_on_commit_callbacks
):
    from links import tasks

    calls = []
    monkeypatch.setattr(tasks.run_bulk_changes, "delay", lambda: calls.append("bulk"))
    make_guests(201)
    press(as_alice, room, htmx=True, all="1")
    with django_capture_on_commit_callbacks(execute=True):
        gone = answer(as_alice)
    change = BulkChange.objects.get()

    assert (gone.headers["HX-Redirect"], calls, off()) == (f"/bulk/{change.pk}/", ["bulk"], [])
    page = as_alice.get(f"/bulk/{change.pk}/").content.decode()
    assert '<progress id="bar" max="201" value="0">' in page
    assert '<meta http-equiv="refresh"' in page
    tasks.run_bulk_changes()
    part = as_alice.get(f"/bulk/{change.pk}/?said=0", headers={"HX-Request": "true"})
    assert part.headers["HX-Refresh"] == "true"
    assert "Switched off: 201 links." in as_alice.get(f"/bulk/{change.pk}/").content.decode()
