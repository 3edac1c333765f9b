"""*Set date*: a dialogue over the list, the same form as a page, presets and the sentence."""

from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from invitations import outbox
from links.forms import WindowForm
from links.models import GroupLink, GuestLink, Link
from tests.doors import join, roles

pytestmark = pytest.mark.django_db
HTMX = {"hx-request": "true"}
SOON = {"starts_date": "2040-11-30", "starts_time": "09:00", "ends_date": "2040-11-30", "ends_time": "11:00"}
WORDS = "Opens on Friday 30 November 2040 at 09:00, closes at 11:00, Europe/Berlin."
BACKWARDS = {"starts_date": "2040-12-02", "ends_date": "2040-12-01"}


@pytest.fixture
def as_alice(client, alice):
    client.force_login(alice)
    return client


def soup(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser")


def said(answer) -> str:
    """What the sentence's place says."""
    page = soup(answer)
    return (page.find(id="window-sentence") or page).get_text(" ", strip=True)


def fields(answer) -> dict[str, str]:
    """What a browser would send of the dates, but for those buttons."""
    inputs = soup(answer).select("#window-inputs input")
    return {field["name"]: field.get("value", "") for field in inputs}


def test_the_row_and_its_menu_open_the_same_dialogue(as_alice, room, make_link):
    link = make_link(name="Gina")
    row = soup(as_alice.get(f"/rooms/{room.pk}/guests/")).find(id=f"link-{link.pk}")
    openers = row.select(f'a[href="/links/{link.pk}/window/"]')
    assert [opener["hx-get"] for opener in openers] == [f"/links/{link.pk}/window/"] * 2
    dialog = soup(as_alice.get(openers[0]["hx-get"], headers=HTMX)).dialog
    assert dialog.h2.get_text() == "Set date: Gina"
    assert dialog.form["hx-post"] == f"/links/{link.pk}/window/"
    assert "In Europe/Berlin time" in dialog.get_text()


def test_saving_in_the_dialogue_answers_with_the_row(as_alice, make_link):
    link = make_link()
    answer = as_alice.post(f"/links/{link.pk}/window/", SOON, headers=HTMX)
    link.refresh_from_db()
    assert link.starts_at == datetime(2040, 11, 30, 8, tzinfo=UTC)
    assert "opens 30 Nov 2040, 09:00" in soup(answer).find(id=f"link-{link.pk}").get_text(" ", strip=True)
    assert soup(answer).find(id="dialog").contents == []


def test_the_row_offers_to_send_the_new_dates(as_alice, alice, gina, smtp):
    gina.set_window(starts_at=timezone.now() + timedelta(hours=1))
    outbox.invite(gina, by=alice)
    outbox.drain()
    answer = as_alice.post(f"/links/{gina.pk}/window/", SOON, headers=HTMX)
    assert "Send new dates" in answer.content.decode()


def test_what_is_wrong_is_said_in_the_dialogue_and_what_was_typed_is_kept(as_alice, make_link):
    link = make_link()
    answer = as_alice.post(f"/links/{link.pk}/window/", BACKWARDS, headers=HTMX)
    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (
        422,
        "#window-inputs",
        "outerHTML",
    )
    assert said(answer) == "Closes on: The end has to be after the start."
    assert fields(answer) | BACKWARDS == fields(answer)
    wrong = soup(answer).find("input", attrs={"aria-invalid": "true"})
    assert wrong["name"] == "ends_date"
    assert soup(answer).find(id=wrong["aria-describedby"]) is not None
    link.refresh_from_db()
    assert (link.starts_at, link.ends_at) == (None, None)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "Always open."),
        (SOON, WORDS),
        (BACKWARDS, "Closes on: The end has to be after the start."),
        ({"starts_time": "09:00"}, "Opens on: Please enter the date as well."),
        (
            {"starts_date": "2026-03-29", "starts_time": "02:30"},
            "Opens at: 02:30 does not exist on this day in Europe/Berlin: the clocks go from 02:00 to 03:00.",
        ),
        (
            {"ends_date": "2026-10-25", "ends_time": "02:30"},
            "Closed since Sunday 25 October 2026 at 02:30 (UTC+2), Europe/Berlin.",
        ),
    ],
)
def test_the_sentence_follows_what_is_typed_and_nothing_changes(as_alice, room, make_link, typed, sentence):
    link = make_link()
    for address in (f"/rooms/{room.pk}/window/", f"/links/{link.pk}/window/sentence/"):
        answer = as_alice.get(address, typed, headers=HTMX)
        assert (answer.status_code, said(answer)) == (200, sentence)
    assert as_alice.post(address, typed).status_code == 405
    link.refresh_from_db()
    assert (link.starts_at, link.ends_at) == (None, None)


def test_the_sentence_of_a_link_is_true_to_the_second_for_what_is_not_touched(as_alice, make_link):
    """Start and end within one minute look alike in the fields."""
    minute = datetime(2026, 1, 5, 12, 30, tzinfo=UTC)
    link = make_link(starts_at=minute, ends_at=minute + timedelta(seconds=50))
    untouched = fields(as_alice.get(f"/links/{link.pk}/window/"))
    answer = as_alice.get(f"/links/{link.pk}/window/sentence/", untouched)
    assert said(answer) == "Closed since Monday 5 January 2026 at 13:30, Europe/Berlin."


def test_the_sentence_carries_its_instants_for_the_readers_own_time(as_alice, room):
    line = soup(as_alice.get(f"/rooms/{room.pk}/window/", SOON)).find(attrs={"data-own-time": True})
    assert line["data-own-time"] == "Europe/Berlin"
    assert line["data-own-words"] == "%s your time"
    assert line["data-instants"] == "2040-11-30T08:00:00+00:00 2040-11-30T10:00:00+00:00"


def test_the_page_says_the_sentence_as_well(as_alice, make_link):
    link = make_link(starts_at=datetime(2040, 11, 30, 8, tzinfo=UTC))
    answer = as_alice.get(f"/links/{link.pk}/window/")
    assert said(answer) == "Opens on Friday 30 November 2040 at 09:00, Europe/Berlin."


@pytest.mark.parametrize("typed", [{"preset": "starts-week"}, {**SOON, "preset": "starts-week"}])
def test_a_preset_fills_in_the_page_and_saves_nothing(as_alice, room, make_link, typed):
    link = make_link()
    blank = fields(as_alice.get(f"/links/{link.pk}/window/"))
    answer = as_alice.post(f"/links/{link.pk}/window/", {**blank, **typed})
    week = timezone.now() + timedelta(weeks=1)
    filled = WindowForm(fields(answer), room=room)
    assert answer.status_code == 200
    assert filled.is_valid()
    assert timedelta() <= week - filled.cleaned_data["starts_at"] < timedelta(hours=2)
    assert fields(answer)["ends_date"] == typed.get("ends_date", "")
    link.refresh_from_db()
    assert (link.starts_at, link.ends_at) == (None, None)


def test_a_preset_in_the_dialogue_answers_with_the_fields_and_the_sentence(as_alice, make_link):
    link = make_link()
    answer = as_alice.get(
        f"/links/{link.pk}/window/sentence/", {**SOON, "preset": "ends-month"}, headers=HTMX
    )
    assert fields(answer)["starts_date"] == "2040-11-30"
    assert date.fromisoformat(fields(answer)["ends_date"]).year < 2040
    assert said(answer) == "Closes on: The end has to be after the start."
    assert soup(answer).find(id="window-sentence")["hx-swap-oob"] == "innerHTML"


def test_a_start_by_preset_after_the_end_is_told_and_moves_no_end(as_alice, make_link):
    tomorrow = timezone.now() + timedelta(days=1)
    link = make_link(ends_at=tomorrow)
    before = fields(as_alice.get(f"/links/{link.pk}/window/"))
    answer = as_alice.post(f"/links/{link.pk}/window/", {**before, "preset": "starts-week"})
    assert said(answer) == "Closes on: The end has to be after the start."
    assert fields(answer)["ends_date"] == before["ends_date"]


@pytest.mark.parametrize("preset", ["starts-today", "ends-now", "ends", "", "x-week", "starts-<b>"])
def test_a_preset_that_is_none_fills_in_nothing(as_alice, make_link, preset):
    answer = as_alice.post(f"/links/{make_link().pk}/window/", {**SOON, "preset": preset})
    assert fields(answer) | SOON == fields(answer)


@pytest.mark.parametrize("kind", ["guests", "groups"])
def test_a_preset_on_a_new_links_page_keeps_what_was_typed_and_makes_nothing(as_alice, room, kind):
    typed = {
        "name": "Gina",
        "description": "Maths",
        "role": "guest",
        "language": "de",
        "preset": "ends-today",
    }
    answer = as_alice.post(f"/rooms/{room.pk}/{kind}/new/", typed)
    page = soup(answer)
    assert answer.status_code == 200
    assert page.select(".errorlist, [aria-invalid]") == []
    assert page.find(attrs={"name": "name" if kind == "guests" else "description"})["value"] in {
        "Gina",
        "Maths",
    }
    assert page.select_one("[name=role] [selected]")["value"] == "guest"
    assert fields(answer)["ends_date"] == timezone.now().astimezone(room.zone).date().isoformat()
    assert not Link.objects.exists()
    if kind == "guests":
        assert not page.find(attrs={"name": "send"}).has_attr("checked")


def test_enter_presses_save_and_not_a_preset(as_alice, room, make_link):
    """A form's first button is what Enter presses (HTML, 4.10.22.2)."""
    pages = [
        f"/links/{make_link().pk}/window/",
        f"/rooms/{room.pk}/guests/new/",
        f"/rooms/{room.pk}/groups/new/",
    ]
    for page in pages:
        first = soup(as_alice.get(page)).select("main form [type=submit]")[0]
        assert not first.has_attr("name")
        assert not first.has_attr("formaction")


@pytest.mark.parametrize("noun", ["expiry", "window/removal"])
def test_expire_now_and_clear_are_in_the_dialogue(as_alice, make_link, noun):
    link = make_link(ends_at=timezone.now() + timedelta(days=1))
    dialog = soup(as_alice.get(f"/links/{link.pk}/window/", headers=HTMX)).dialog
    button = dialog.find("button", formaction=f"/links/{link.pk}/{noun}/")
    assert button is not None
    answer = as_alice.post(button["formaction"], {}, headers=HTMX)
    assert soup(answer).find(id=f"link-{link.pk}") is not None
    link.refresh_from_db()
    assert link.phase == {"expiry": "expired", "window/removal": "always"}[noun]


def test_the_dialogue_says_who_is_in_and_removes_them_when_asked_to(as_alice, room, make_group_link):
    link = make_group_link()
    join(link), join(link, "Ben")
    page = as_alice.get(f"/links/{link.pk}/window/", headers=HTMX).content.decode()
    assert "2 people are in through this link, and stay whatever the dates say" in page
    as_alice.post(f"/links/{link.pk}/expiry/", headers=HTMX)
    assert len(roles(room)) == 2
    as_alice.post(f"/links/{link.pk}/expiry/", {"people": "remove"}, headers=HTMX)
    assert roles(room) == {}


def test_somebody_elses_room_has_no_sentence(client, bob, room, make_link):
    link = make_link()
    client.force_login(bob)
    for address in (f"/rooms/{room.pk}/window/", f"/links/{link.pk}/window/sentence/"):
        assert client.get(address, SOON).status_code == 404


@pytest.mark.parametrize(("kind", "model"), [("guests", GuestLink), ("groups", GroupLink)])
def test_a_new_link_has_the_dates_that_were_typed(as_alice, room, kind, model):
    typed = {
        "name": "Gina",
        "email": "gina@example.org",
        "description": "Maths",
        "role": "guest",
        "language": "en",
    }
    as_alice.post(f"/rooms/{room.pk}/{kind}/new/", {**typed, **SOON})
    assert model.objects.get().starts_at == datetime(2040, 11, 30, 8, tzinfo=UTC)
