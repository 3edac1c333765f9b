"""What is confirmed is made: each link once, each letter once, whatever happens meanwhile."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from invitations import importing
from invitations.columns import Field
from invitations.importing import preview
from invitations.importing.work import CHUNK, Work
from invitations.models import Import, Invitation, Suppression
from invitations.models.suppression import hashes_of
from links.models import GuestLink
from rooms.models import Role
from tests.doors import join, meanwhile
from tests.imports import begin, done, states, table_of, upload, work

pytestmark = pytest.mark.django_db
KNOWN = "name,email,role,language,end\nGina Marchetti,GINA@example.org,moderator,de,2099-05-01\n"


@pytest.fixture
def as_alice(login, alice):
    return login(alice)


def links_and_letters(room):
    emails = GuestLink.objects.kept().filter(room=room).order_by("email").values_list("email", flat=True)
    letters = Invitation.objects.filter(link__room=room).order_by("link__email")
    return list(emails), list(letters.values_list("link__email", flat=True))


def confirm(client, an_import):
    return client.post(f"/imports/{an_import.pk}/confirmation/")


def test_links_and_letters_are_made_of_the_rows(room, alice):
    ended = done(room, alice)
    gina = GuestLink.objects.get(email="gina@example.org")

    assert (gina.name, gina.role, gina.language, gina.kind) == ("Gina", "guest", "en", "guest")
    assert (gina.created_by, gina.room) == (alice, room)
    assert gina.invitations.get().sent_by == alice
    assert links_and_letters(room) == (["gina@example.org", "hugo@example.org"],) * 2
    assert states(ended) == {"made": 2, "failed": 1}
    assert ended.is_done


def test_a_guest_who_was_imported_comes_in(room, alice):
    done(room, alice)

    assert join(GuestLink.objects.get(email="hugo@example.org")).role == Role.MODERATOR


def test_without_send_there_are_links_and_no_letters(room, alice):
    done(room, alice, send=False)

    assert links_and_letters(room) == (["gina@example.org", "hugo@example.org"], [])


def test_who_wants_no_letters_by_now_gets_a_link_and_no_letter_and_the_result_says_so(
    as_alice, room, alice, settings
):
    begun = begin(room, alice)
    begun.confirm()
    Suppression.objects.create(room=room, address_hash=hashes_of("gina@example.org")[0])
    work()

    assert links_and_letters(room) == (["gina@example.org", "hugo@example.org"], ["hugo@example.org"])
    page = as_alice.get(f"/imports/{begun.pk}/").content.decode()
    assert "1 guest wants no letters, and has a link only" in page


def test_who_has_a_link_is_skipped(room, alice, make_guest_link):
    gina = make_guest_link(email="Gina@example.org", name="Gina")
    ended = done(room, alice, KNOWN)
    gina.refresh_from_db()

    assert (gina.name, gina.role, gina.language, gina.ends_at) == ("Gina", "participant", "en", None)
    assert states(ended) == {"skipped": 1}
    assert ended.rows.get().link_id == gina.pk
    assert not Invitation.objects.exists()


def test_who_has_a_link_is_updated_on_demand_and_gets_no_new_letter(room, alice, make_guest_link):
    gina = make_guest_link(email="Gina@example.org", name="Gina")
    ended = done(room, alice, KNOWN, duplicates="update")
    gina.refresh_from_db()

    assert (gina.name, gina.role, gina.language) == ("Gina Marchetti", "moderator", "de")
    assert gina.ends_at == datetime(2099, 5, 1, 22, tzinfo=UTC)  # the end of that day in Berlin
    assert (gina.email, states(ended)) == ("Gina@example.org", {"updated": 1})
    assert not Invitation.objects.exists()


def test_what_a_row_does_not_say_stays_as_it_is(room, alice, make_guest_link):
    """Defaults are for new links."""
    ends_at = timezone.now() + timedelta(days=9)
    gina = make_guest_link(email="gina@example.org", role=Role.MODERATOR, language="fr", ends_at=ends_at)
    text = "name,email,role\nGina M.,gina@example.org,\n"
    done(room, alice, text, duplicates="update", role="spectator", language="de", ends_at=None)
    gina.refresh_from_db()

    assert (gina.name, gina.role, gina.language, gina.ends_at) == ("Gina M.", "moderator", "fr", ends_at)


def test_who_is_in_has_the_new_role_and_name_at_once(room, alice, make_guest_link):
    participant = join(make_guest_link(email="gina@example.org"))
    done(room, alice, KNOWN, duplicates="update")
    participant.refresh_from_db()

    assert (participant.name, participant.role) == ("Gina Marchetti", "moderator")


def test_a_row_that_would_end_a_link_before_it_starts_fails_and_nothing_else(room, alice, make_guest_link):
    gina = make_guest_link(email="gina@example.org", starts_at=datetime(2100, 1, 1, tzinfo=UTC))
    ended = done(room, alice, KNOWN + "Hugo,hugo@example.org,,,\n", duplicates="update")
    gina.refresh_from_db()

    assert (gina.name, gina.ends_at) == ("Gina", None)
    assert states(ended) == {"failed": 1, "made": 1}
    assert ended.rows.get(state="failed").problem == "With these dates the link would end before it starts"


def test_each_row_has_the_link_of_its_own_guest(room, alice, make_guest_link):
    make_guest_link(email="guest2@example.org")
    ended = done(room, alice, table_of(4).replace("guest3@example.org", "nobody"))

    rows = ended.rows.order_by("number").values_list("state", "email", "link__email")
    assert list(rows) == [
        ("made", "guest1@example.org", "guest1@example.org"),
        ("skipped", "guest2@example.org", "guest2@example.org"),
        ("failed", "", None),
        ("made", "guest4@example.org", "guest4@example.org"),
    ]


@pytest.mark.parametrize("number", [1, 30])
def test_many_rows_take_no_more_statements_than_one(
    room, alice, database_kind, django_assert_num_queries, number
):
    begin(room, alice, table_of(number)).confirm()

    with django_assert_num_queries(
        {"sqlite": 25, "postgresql": 27}[database_kind]
    ):  # of two, what time it is
        work()


def test_letters_are_due_at_once(room, alice):
    done(room, alice)

    assert Invitation.objects.due().count() == 2


def test_the_first_of_two_rows_for_one_address_is_made(room, alice):
    ended = done(room, alice, "name,email\nGina,gina@example.org\nGina M.,GINA@example.org\n")

    assert GuestLink.objects.get().name == "Gina"
    assert states(ended) == {"made": 1, "skipped": 1}


def test_a_confirmation_that_comes_twice_does_nothing_more(as_alice, room):
    preview = upload(as_alice, room)
    first = confirm(as_alice, preview)
    work()
    second = confirm(as_alice, preview)
    work()

    assert first.url == second.url == f"/imports/{preview.pk}/"
    assert links_and_letters(room) == (["gina@example.org", "hugo@example.org"],) * 2


@pytest.mark.django_db(transaction=True)
def test_of_two_confirmations_at_once_one_counts(room, alice):
    begun = begin(room, alice)
    with transaction.atomic():
        first = begun.confirm()
        second = meanwhile(Import.objects.get(pk=begun.pk).confirm)

    assert (first, second.result(timeout=10)) == (True, False)
    work()
    assert links_and_letters(room) == (["gina@example.org", "hugo@example.org"],) * 2


@pytest.mark.django_db(transaction=True)
def test_a_confirmation_waits_for_a_cell_that_is_being_mended(room, alice):
    from invitations.importing.preview import mend

    begun = begin(room, alice)
    with transaction.atomic():
        mend(begun, begun.rows.get(number=4), {"email": "ida@example.org"})
        confirmed = meanwhile(Import.objects.get(pk=begun.pk).confirm)

    assert confirmed.result(timeout=10) is True
    work()
    assert states(begun) == {"made": 3}


@pytest.mark.django_db(transaction=True)
def test_the_same_import_confirmed_again_and_again_over_http_mails_each_guest_once(as_alice, room, alice):
    preview = upload(as_alice, room, table_of(30))
    answers = [meanwhile(confirm, as_alice, preview) for _click in range(4)]
    workers = [meanwhile(work) for _worker in range(2)]
    for future in (*answers, *workers):
        future.result(timeout=20)
    work()

    links, letters = links_and_letters(room)
    assert (len(links), links) == (30, letters)


@pytest.mark.django_db(transaction=True)
def test_of_two_workers_one_has_an_import(room, alice):
    begin(room, alice).confirm()
    with transaction.atomic():
        first = Import.objects.claim()
        second = meanwhile(Import.objects.claim)

    assert first is not None
    assert second.result(timeout=10) is None


def test_a_worker_that_lost_its_lease_makes_nothing_more(room, alice):
    begin(room, alice).confirm()
    late = Import.objects.claim()
    Import.objects.update(due_at=timezone.now())
    assert Import.objects.claim().pk == late.pk

    assert late.hold() is False
    late.end()
    assert Import.objects.get().is_running


def test_an_import_whose_worker_died_goes_on_where_it_stopped(room, alice, monkeypatch):
    begun = begin(room, alice, table_of(CHUNK + 10))
    begun.confirm()

    def die(_links, by):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        importing.run(lambda: patch.setattr("invitations.outbox.invite_all", die))
    assert states(begun) == {"made": CHUNK, "pending": 10}
    work()
    assert states(begun) == {"made": CHUNK, "pending": 10}  # it is leased still
    Import.objects.update(due_at=timezone.now())
    work()

    assert states(begun) == {"made": CHUNK + 10}
    links, letters = links_and_letters(room)
    assert (len(links), links) == (CHUNK + 10, letters)


@pytest.mark.parametrize(("duplicates", "state"), [("skip", "skipped"), ("update", "updated")])
def test_a_link_that_somebody_made_a_moment_ago_fails_no_row(
    room, alice, make_guest_link, duplicates, state, monkeypatch
):
    """The look for links that are there came before somebody added Guest 2 by hand."""
    begun = begin(room, alice, table_of(3), duplicates=duplicates)
    begun.confirm()
    make_guest_link(email="Guest2@example.org", name="By hand")
    known, looks = Work._known, []

    def blind_at_first(work, emails):
        looks.append(emails)
        return known(work, emails) if len(looks) > 1 else {}

    monkeypatch.setattr(Work, "_known", blind_at_first)
    work()

    assert states(begun) == {"made": 2, state: 1}
    assert GuestLink.objects.count() == 3
    assert links_and_letters(room)[1] == ["guest1@example.org", "guest3@example.org"]


@pytest.mark.django_db(transaction=True)
def test_a_link_that_somebody_is_making_right_now_fails_no_row(room, alice, make_guest_link):
    begun = begin(room, alice, table_of(3))
    begun.confirm()
    with transaction.atomic():
        make_guest_link(email="Guest2@example.org", name="By hand")
        worker = meanwhile(work)  # waits for our commit

    worker.result(timeout=20)
    assert states(begun) == {"made": 2, "skipped": 1}
    assert GuestLink.objects.count() == 3


def test_a_row_of_which_no_link_can_be_made_fails_alone(room, alice, monkeypatch):
    begun = begin(room, alice, table_of(3))
    begun.confirm()
    make = Work._make

    def refuse_one(work, new):
        if any(row.number == 3 for row, _read in new):
            raise IntegrityError
        make(work, new)

    monkeypatch.setattr(Work, "_make", refuse_one)
    work()

    assert states(begun) == {"made": 2, "failed": 1}
    assert links_and_letters(room)[1] == ["guest1@example.org", "guest3@example.org"]


def test_the_worker_is_woken_for_an_import_and_for_its_letters(
    as_alice, room, monkeypatch, django_capture_on_commit_callbacks
):
    from invitations import tasks

    calls = []
    monkeypatch.setattr(tasks.run_imports, "delay", lambda: calls.append("imports"))
    monkeypatch.setattr(tasks.drain_outbox, "delay", lambda: calls.append("outbox"))
    preview = upload(as_alice, room)
    with django_capture_on_commit_callbacks(execute=True):
        confirm(as_alice, preview)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.run_imports()

    assert calls == ["imports", "outbox"]


def test_progress_is_true_and_is_said_in_steps(as_alice, room, alice):
    begun = begin(room, alice, table_of(40))
    begun.confirm()
    page = as_alice.get(f"/imports/{begun.pk}/").content.decode()
    begun.rows.filter(number__lte=16).update(state="made")
    part = as_alice.get(f"/imports/{begun.pk}/?said=0", headers={"HX-Request": "true"}).content.decode()
    again = as_alice.get(f"/imports/{begun.pk}/?said=25", headers={"HX-Request": "true"}).content.decode()

    assert '<progress id="bar" max="40" value="0">' in page
    assert '<meta http-equiv="refresh"' in page
    assert '<progress id="bar" max="40" value="15">' in part
    assert "25 percent of the rows are done" in part
    assert "percent of the rows" not in again
    assert 'hx-trigger="every 1s"' in again


def test_when_it_is_through_the_page_fetches_the_result(as_alice, room, alice):
    ended = done(room, alice)

    answer = as_alice.get(f"/imports/{ended.pk}/?said=75", headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"


def test_the_result_counts_and_names_what_failed(as_alice, room, alice, make_guest_link):
    make_guest_link(email="hugo@example.org")
    page = as_alice.get(f"/imports/{done(room, alice).pk}/").content.decode()

    assert "1 link was made" in page
    facts = [word.strip() for word in page.replace("<dd>", "|").replace("</dd>", "|").split("|")[1::2]]
    assert facts[0] == "1"
    assert facts[1].startswith("1 ")
    assert facts[2] == "1"
    assert "ida@example" in page
    assert "not a complete e-mail address" in page


def test_the_file_of_failures_can_be_mended_and_imported(as_alice, room, alice):
    ended = done(room, alice)
    answer = as_alice.get(f"/imports/{ended.pk}/failures.csv")
    mended = answer.content.decode("utf-8-sig").replace("ida@example", "ida@example.org")
    again = upload(as_alice, room, mended)

    assert answer["Content-Disposition"].startswith("attachment; filename=")
    assert [row.email for row in again.rows.all()] == ["ida@example.org"]


def test_two_links_are_never_made_by_one_row(room, alice, make_guest_link):
    ended = done(room, alice)
    first, second = ended.rows.filter(state="made")

    with pytest.raises(IntegrityError), transaction.atomic():
        ended.rows.filter(pk=second.pk).update(link=first.link)


def test_an_export_of_a_room_in_another_zone_means_the_same_moments(make_room, alice):
    room = make_room(time_zone="America/New_York")
    table = """\
Name,E-mail,Start (Europe/Berlin),End (nowhere/at all)
Gina,gina@example.org,2026-11-30 09:00,2026-11-30 09:00
"""

    done(room, alice, table)

    gina = GuestLink.objects.get()
    assert gina.starts_at == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert gina.ends_at == datetime(2026, 11, 30, 14, tzinfo=UTC)


def test_a_date_that_was_mended_by_hand_is_in_the_rooms_zone(make_room, alice):
    room = make_room(time_zone="America/New_York")
    begun = begin(room, alice, "Name,E-mail,Start (Europe/Berlin)\nGina,gina@example.org,soon\n")
    row = begun.rows.get()
    preview.mend(begun, row, {Field.START: "2026-11-30 09:00"})
    assert begun.confirm()
    work()

    assert GuestLink.objects.get().starts_at == datetime(2026, 11, 30, 14, tzinfo=UTC)
