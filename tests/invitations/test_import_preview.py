"""Before anything happens: a table is judged, shown, mended, and kept for the one who uploaded it."""

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from openpyxl import Workbook

from invitations.importing.preview import AlreadyConfirmed, mend
from invitations.models import Import, ImportRow, Invitation, Suppression
from invitations.models.suppression import hashes_of
from links.models import GuestLink
from tests.imports import TABLE, begin, post_file, table_of, upload, verdicts, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_alice(login, alice):
    return login(alice)


def page_of(client, an_import, query=""):
    return client.get(f"/imports/{an_import.pk}/{query}").content.decode()


def mend_over_http(client, row, **cells):
    return client.post(f"/imports/{row.of_import_id}/rows/{row.pk}/", cells, headers={"HX-Request": "true"})


def suppress(email, room, settings):
    Suppression.objects.create(room=room, address_hash=hashes_of(email)[0])


def test_a_preview_makes_nothing(as_alice, room):
    preview = upload(as_alice, room)
    page_of(as_alice, preview)
    work()

    assert not GuestLink.objects.exists()
    assert not Invitation.objects.exists()


def test_a_preview_says_what_would_be_made(as_alice, room):
    page = page_of(as_alice, upload(as_alice, room))

    assert "2 links will be made" in page
    assert "2 letters go out" in page
    assert "1 row has errors, and is left out unless you mend it" in page
    assert "Make 2 links and send 2 letters" in page


def test_a_preview_survives_a_reload(as_alice, room):
    preview = upload(as_alice, room)
    mend_over_http(as_alice, preview.rows.get(number=4), email="ida@example.org")

    assert "ida@example.org" in page_of(as_alice, preview)
    assert page_of(as_alice, preview).count('<tr id="row-') == 3


def test_a_preview_is_its_owners_alone(login, room, alice, bob):
    """Not even another administrator of the room has it."""
    room.administrators.add(bob)
    preview = begin(room, alice)
    as_bob, row = login(bob), preview.rows.first()

    pages = ("", "columns/", "undo/", "failures.csv")
    nouns = ("confirmation", "defaults", "columns", "deletion", "undo", f"rows/{row.pk}")
    answers = [
        *(as_bob.get(f"/imports/{preview.pk}/{page}") for page in pages),
        *(as_bob.post(f"/imports/{preview.pk}/{noun}/") for noun in nouns),
    ]
    assert {answer.status_code for answer in answers} == {404}
    preview.refresh_from_db()
    assert preview.is_preview


def test_who_manages_the_room_no_more_has_no_preview_of_it(as_alice, room, alice):
    preview = begin(room, alice)
    room.administrators.remove(alice)

    assert as_alice.get(f"/imports/{preview.pk}/").status_code == 404
    assert as_alice.post(f"/imports/{preview.pk}/confirmation/").status_code == 404
    assert as_alice.get(f"/rooms/{room.pk}/guests/import/").status_code == 404


def test_an_error_is_said_at_its_cell_and_what_was_written_stands_in_it(as_alice, room):
    preview = upload(as_alice, room)
    row = preview.rows.get(number=4)
    page = page_of(as_alice, preview)

    assert f'id="email-{row.pk}" name="email" value="ida@example"' in page
    assert f'aria-describedby="error-email-{row.pk}"' in page
    assert f'id="error-email-{row.pk}"' in page


def test_rows_with_errors_come_first(room, alice):
    preview = begin(room, alice)

    assert [row.number for row in preview.rows.in_order()] == [4, 2, 3]


def test_a_cell_is_mended_in_its_place(as_alice, room):
    preview = upload(as_alice, room)
    row = preview.rows.get(number=4)
    answer = mend_over_http(as_alice, row, email="ida@example.org").content.decode()

    assert answer.lstrip().startswith(f'<tr id="row-{row.pk}"')
    assert 'id="summary" hx-swap-oob="true"' in answer
    assert "Make 3 links and send 3 letters" in answer
    assert verdicts(preview) == {2: "new", 3: "new", 4: "new"}


def test_what_is_mended_badly_stays_as_it_was_typed(as_alice, room):
    preview = upload(as_alice, room)
    row = preview.rows.get(number=4)
    answer = mend_over_http(as_alice, row, email="ida@ex ample.org").content.decode()

    assert 'value="ida@ex ample.org"' in answer
    assert verdicts(preview)[4] == "wrong"


def test_a_name_in_two_cells_is_mended_in_two(as_alice, room):
    preview = upload(as_alice, room, "first name,last name,email\n,,gina@example.org\n")
    row = preview.rows.get()
    page = page_of(as_alice, preview)
    mend_over_http(as_alice, row, first_name="Gina", last_name="Marchetti")
    preview.confirm()
    work()

    assert f'id="first_name-{row.pk}"' in page
    assert f'id="last_name-{row.pk}"' in page
    assert f'id="name-{row.pk}"' not in page
    assert f'id="error-first_name-{row.pk}"' in page
    assert GuestLink.objects.get().name == "Gina Marchetti"


def test_a_role_is_mended_from_a_list(as_alice, room):
    preview = upload(as_alice, room, "name,email,role\nGina,gina@example.org,chef\n")
    row = preview.rows.get()
    page = page_of(as_alice, preview)
    mend_over_http(as_alice, row, role="Moderator")

    assert '<option value="chef" selected>chef</option>' in page
    assert verdicts(preview) == {2: "new"}


def test_without_javascript_mending_goes_back_to_the_row(as_alice, room):
    row = upload(as_alice, room).rows.get(number=4)
    answer = as_alice.post(
        f"/imports/{row.of_import_id}/rows/{row.pk}/",
        {"email": "ida@example.org", "show": "wrong", "page": "2"},
    )

    assert answer.url == f"/imports/{row.of_import_id}/?show=wrong&page=2#row-{row.pk}"


def test_a_right_row_can_be_changed_too(as_alice, room):
    row = upload(as_alice, room).rows.get(number=2)
    opened = as_alice.get(f"/imports/{row.of_import_id}/rows/{row.pk}/", headers={"HX-Request": "true"})
    mend_over_http(as_alice, row, name="Gina Marchetti", email="gina@example.org", role="Spectator")
    without_script = page_of(as_alice, row.of_import, f"?edit={row.pk}")

    assert f'name="name" value="Gina" form="mend-{row.pk}"' in opened.content.decode()
    assert f'value="Gina Marchetti" form="mend-{row.pk}"' in without_script


def test_what_is_confirmed_is_mended_no_more(room, alice):
    preview = begin(room, alice)
    row = preview.rows.get(number=4)
    preview.confirm()

    with pytest.raises(AlreadyConfirmed):
        mend(preview, row, {"email": "ida@example.org"})
    assert ImportRow.objects.get(pk=row.pk).mended == {}


@pytest.mark.parametrize("noun", ["columns", "defaults", "confirmation", "row"])
def test_who_changes_a_confirmed_import_is_shown_how_far_it_is(as_alice, room, alice, noun):
    preview = begin(room, alice)
    preview.confirm()
    noun = f"rows/{preview.rows.first().pk}" if noun == "row" else noun
    answer = as_alice.post(f"/imports/{preview.pk}/{noun}/", {"role": "moderator"})

    assert answer.url == f"/imports/{preview.pk}/"


def test_the_second_row_of_one_address_is_a_duplicate_whatever_its_letters(room, alice):
    preview = begin(room, alice, "name,email\nGina,gina@example.org\nGina M.,GINA@Example.org\n")

    assert verdicts(preview) == {2: "new", 3: "repeated"}


def test_a_row_with_errors_takes_nobodys_address(room, alice):
    preview = begin(room, alice, "name,email\n,gina@example.org\nGina,gina@example.org\n")

    assert verdicts(preview) == {2: "wrong", 3: "new"}


def test_who_has_a_link_in_the_room_is_a_duplicate_whatever_the_letters(room, alice, make_guest_link):
    make_guest_link(email="GINA@example.org")

    assert verdicts(begin(room, alice)) == {2: "known", 3: "new", 4: "wrong"}


def test_a_deleted_link_and_a_link_of_another_room_are_no_duplicates(room, alice, bobs_room, make_guest_link):
    make_guest_link(email="gina@example.org").discard()
    make_guest_link(email="hugo@example.org", room=bobs_room)

    assert verdicts(begin(room, alice)) == {2: "new", 3: "new", 4: "wrong"}


def test_a_link_that_was_made_since_the_upload_is_a_duplicate(room, alice, make_guest_link):
    preview = begin(room, alice)
    make_guest_link(email="gina@example.org")

    assert verdicts(preview)[2] == "known"


def test_who_wants_no_letters_gets_a_link_only_and_the_preview_says_so(as_alice, room, settings):
    suppress("Gina@example.org", room, settings)
    suppress("hugo@example.org", None, settings)
    page = page_of(as_alice, upload(as_alice, room))

    assert "2 guests want no letters, and get a link only" in page
    assert '<button type="submit" class="button primary" form="choices">' in page
    assert "Make 2 links</button>" in page


def test_wishes_about_another_room_are_not_for_this_one(room, bobs_room, alice, settings):
    suppress("gina@example.org", bobs_room, settings)

    assert not begin(room, alice).rows.filter(wants_no_letters=True).exists()


@pytest.mark.parametrize(("show", "numbers"), [("", 3), ("?show=wrong", 1), ("?show=duplicates", 1)])
def test_rows_are_shown_by_what_becomes_of_them(as_alice, room, make_guest_link, show, numbers):
    make_guest_link(email="gina@example.org")

    assert page_of(as_alice, upload(as_alice, room), show).count('<tr id="row-') == numbers


@pytest.mark.parametrize("number", [3, 120])
def test_a_preview_takes_the_same_statements_for_few_rows_and_many(
    as_alice, room, alice, make_guest_link, django_assert_num_queries, number
):
    for taken in range(1, number, 2):
        make_guest_link(email=f"guest{taken}@example.org")
    preview = begin(room, alice, table_of(number))
    with django_assert_num_queries(7):
        page_of(as_alice, preview)


def test_defaults_are_for_the_rows_that_say_nothing(as_alice, room):
    preview = upload(as_alice, room, "name,email,role\nGina,gina@example.org,\nHugo,hugo@example.org,guest\n")
    choices = {"role": "spectator", "language": "de", "duplicates": "skip", "send": "on"}
    answer = as_alice.post(f"/imports/{preview.pk}/defaults/", {**choices, "ends_date": "2099-05-01"})
    preview.refresh_from_db()
    preview.confirm()
    work()

    assert answer.url == f"/imports/{preview.pk}/"
    made = GuestLink.objects.order_by("pk").values_list("role", "language")
    assert list(made) == [("spectator", "de"), ("guest", "de")]
    assert {link.ends_at.date().isoformat() for link in GuestLink.objects.all()} == {"2099-05-01"}


def test_defaults_are_saved_as_they_are_chosen(as_alice, room):
    preview = upload(as_alice, room)
    choices = {"role": "guest", "language": "de", "duplicates": "skip"}
    answer = as_alice.post(f"/imports/{preview.pk}/defaults/", choices, headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert answer.content.decode().count('id="import"') == 1
    assert "Make 2 links</button>" in answer.content.decode()


def test_wrong_defaults_are_said_at_the_field_and_kept_as_they_were_typed(as_alice, room):
    preview = upload(as_alice, room)
    choices = {"role": "spectator", "language": "de", "duplicates": "skip"}
    dates = {"starts_date": "2099-05-02", "ends_date": "2099-05-01"}
    answer = as_alice.post(f"/imports/{preview.pk}/defaults/", {**choices, **dates})
    preview.refresh_from_db()

    assert answer.status_code == 422
    assert "The end has to be after the start" in answer.content.decode()
    assert 'value="2099-05-01"' in answer.content.decode()
    assert (preview.role, preview.send) == ("participant", True)


def test_what_nobody_has_seen_is_not_confirmed(as_alice, room):
    """Without JavaScript somebody changes a choice and presses the button for what was shown before."""
    preview = upload(as_alice, room)
    choices = {"role": "spectator", "language": "en", "duplicates": "skip"}
    page = as_alice.post(f"/imports/{preview.pk}/confirmation/", choices, follow=True).content.decode()
    preview.refresh_from_db()

    assert (preview.is_preview, preview.send, preview.role) == (True, False, "spectator")
    assert "confirm again" in page
    as_alice.post(f"/imports/{preview.pk}/confirmation/", choices)
    preview.refresh_from_db()
    assert preview.is_running


def test_columns_that_are_not_recognised_are_mapped_by_hand(as_alice, room):
    answer = post_file(as_alice, room, b"Wer,Wohin\nGina,gina@example.org\n")
    preview = Import.objects.get()
    form = as_alice.get(answer.url).content.decode()
    as_alice.post(answer.url, {"has_header": "on", "column_0": "name", "column_1": "email"})

    assert answer.url == f"/imports/{preview.pk}/columns/"
    assert "Wohin" in form
    assert "gina@example.org" in form
    assert verdicts(preview) == {2: "new"}


def test_a_first_row_that_is_no_header_is_a_guest(as_alice, room):
    preview = upload(as_alice, room, "name,email\nGina,gina@example.org\n")
    page, columns = f"/imports/{preview.pk}/columns/", {"column_0": "name", "column_1": "email"}

    as_alice.post(page, columns)
    assert verdicts(preview) == {1: "wrong", 2: "new"}
    as_alice.post(page, {**columns, "has_header": "on"})
    assert verdicts(preview) == {2: "new"}


def test_two_columns_are_not_the_same_thing(as_alice, room):
    preview = upload(as_alice, room)
    columns = {"has_header": "on", "column_0": "email", "column_1": "email"}
    answer = as_alice.post(f"/imports/{preview.pk}/columns/", columns)

    assert answer.status_code == 422
    assert "Two columns are “E-mail”" in answer.content.decode()


def test_what_was_mended_stays_when_columns_are_mapped_anew(as_alice, room):
    preview = upload(as_alice, room)
    mend_over_http(as_alice, preview.rows.get(number=4), email="ida@example.org")
    columns = {"has_header": "on", "column_0": "name", "column_1": "email", "column_2": ""}
    as_alice.post(f"/imports/{preview.pk}/columns/", columns)

    assert verdicts(preview)[4] == "new"


def test_what_stands_above_the_header_is_nobody(as_alice, room):
    preview = upload(as_alice, room, "Guests of the colloquium,\nname,email\nGina,gina@example.org\n")

    assert verdicts(preview) == {3: "new"}


def test_dates_that_can_be_read_in_two_ways_are_pointed_out_and_read_as_one_says(as_alice, room):
    preview = upload(as_alice, room, "name,email,end\nGina,gina@example.org,02/03/2099\n")
    columns = {"has_header": "on", "column_0": "name", "column_1": "email", "column_2": "end"}
    warned = page_of(as_alice, preview)
    as_alice.post(f"/imports/{preview.pk}/columns/", {**columns, "order": "month_first"})
    said = page_of(as_alice, preview)
    preview.refresh_from_db()
    preview.confirm()
    work()

    assert "whether 02/03 is in March or in February" in warned
    assert "whether 02/03" not in said
    assert GuestLink.objects.get().ends_at.date().isoformat() == "2099-02-03"


def test_another_sheet_of_a_workbook_begins_the_preview_anew(as_alice, room):
    book = Workbook()
    book.active.title = "First"
    for title, name in (("First", "Gina"), ("Second", "Hugo")):
        sheet = book[title] if title in book.sheetnames else book.create_sheet(title)
        sheet.append(["Name", "E-Mail"])
        sheet.append([name, f"{name.lower()}@example.org"])
    file = io.BytesIO()
    book.save(file)
    post_file(as_alice, room, file.getvalue(), "guests.xlsx")
    preview = Import.objects.get()
    page = f"/imports/{preview.pk}/columns/"

    assert [row.email for row in preview.rows.all()] == ["gina@example.org"]
    assert '<option value="Second">Second</option>' in as_alice.get(page).content.decode()
    as_alice.post(page, {"sheet": "Second"})
    assert [row.email for row in preview.rows.all()] == ["hugo@example.org"]
    preview.refresh_from_db()
    assert preview.sheet == "Second"
    preview.confirm()
    preview.refresh_from_db()
    assert preview.source is None


def test_pasted_rows_are_imported_like_a_file(as_alice, room):
    answer = as_alice.post(f"/rooms/{room.pk}/guests/import/", {"text": TABLE.replace(",", "\t")})

    assert answer.status_code == 302
    assert verdicts(Import.objects.get()) == {2: "new", 3: "new", 4: "wrong"}


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Please choose a file, or paste the rows"),
        ({"text": "   "}, "Please choose a file, or paste the rows"),
        ({"text": "x" * 3_000_000}, "That is too much to paste"),
    ],
)
def test_a_refused_table_is_said_in_words_and_kept_nowhere(as_alice, room, form, words):
    answer = as_alice.post(f"/rooms/{room.pk}/guests/import/", form)

    assert answer.status_code in (413, 422)
    assert words in answer.content.decode()
    assert not Import.objects.exists()


def test_a_file_that_is_too_large_is_refused_unread(as_alice, room):
    answer = post_file(as_alice, room, b"x" * 10_000_001)

    assert answer.status_code == 422
    assert "The file is larger than 10 MB" in answer.content.decode()
    assert not Import.objects.exists()


def test_a_file_that_is_no_table_is_refused(as_alice, room):
    assert post_file(as_alice, room, b"\x00\x01\xff\xfe\x00" * 100, "guests.xlsx").status_code == 422
    assert not Import.objects.exists()


def test_a_refused_form_keeps_what_was_pasted(as_alice, room):
    words = "name,email\n" + "\n".join(f"Guest,guest{n}@example.org" for n in range(10_001))
    answer = as_alice.post(f"/rooms/{room.pk}/guests/import/", {"text": words})

    assert answer.status_code == 422
    assert "guest10000@example.org" in answer.content.decode()


def test_the_upload_needs_its_token(alice, room):
    from tests.browsers import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)

    assert client.post(f"/rooms/{room.pk}/guests/import/", {"text": TABLE}).status_code == 403
    assert not Import.objects.exists()


def test_a_preview_is_discarded(as_alice, room):
    preview = upload(as_alice, room)

    assert as_alice.post(f"/imports/{preview.pk}/deletion/").url == f"/rooms/{room.pk}/guests/"
    assert not Import.objects.exists()


def test_what_is_confirmed_is_not_discarded(as_alice, room, alice):
    preview = begin(room, alice)
    preview.confirm()
    as_alice.post(f"/imports/{preview.pk}/deletion/")

    assert Import.objects.get().is_running


def test_previews_that_nobody_came_back_to_are_forgotten(room, alice):
    old, confirmed, fresh = (begin(room, alice) for _ in range(3))
    confirmed.confirm()
    Import.objects.exclude(pk=fresh.pk).update(created_at=timezone.now() - timedelta(days=8))
    work()

    assert set(Import.objects.values_list("pk", flat=True)) == {confirmed.pk, fresh.pk}
    assert not ImportRow.objects.filter(of_import=old.pk).exists()


def test_the_upload_page_leads_back_to_a_preview(as_alice, room):
    preview = upload(as_alice, room)

    page = as_alice.get(f"/rooms/{room.pk}/guests/import/").content.decode()
    assert f'href="/imports/{preview.pk}/"' in page


def test_no_migration_is_missing(db):
    call_command("makemigrations", "invitations", check=True, dry_run=True, verbosity=0)
