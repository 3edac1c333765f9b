"""Every page in every state that it can be in, and how to get there.

What one entry needs is one line (`pages`) or one small function (`state`): the tests of accessibility, those
of every page and `make screens` find it by themselves. Paths name what tests/props.py has laid out.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.stage import ALICE, KEEPER, NEWCOMER, PASSWORD, Stage

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

NOBODY = ""  # and guests: a new device


@dataclass(frozen=True)
class Entry:
    name: str
    whose: str
    show: "Callable[[Page, Stage], None]"
    status: int  # of the document: a browser notes in its console what is not 200


CATALOGUE: list[Entry] = []


def pages(whose: str, status: int = 200, **paths: str) -> None:
    """Pages that are there by their address alone."""
    for name, path in paths.items():
        add(name, whose, status, lambda page, stage, path=path: page.goto(stage.url(path)))


def state(whose: str, status: int = 200) -> Callable:
    """What one has to do something for, by the name of the function that does it."""

    def remember(show: "Callable[[Page, Stage], None]") -> "Callable[[Page, Stage], None]":
        add(show.__name__, whose, status, show)
        return show

    return remember


def add(name: str, whose: str, status: int, show: "Callable[[Page, Stage], None]") -> None:
    CATALOGUE.append(Entry(name.replace("_", "-"), whose, show, status))


def row(page: "Page", name: str) -> "Locator":
    return page.get_by_role("row").filter(has_text=name)


def send_as_it_is(page: "Page", button: str) -> None:
    """Past what the browser itself would refuse."""
    page.evaluate("document.querySelectorAll('form').forEach((form) => (form.noValidate = true))")
    page.get_by_role("button", name=button, exact=True).click()
    page.locator("[aria-invalid=true], .errorlist").first.wait_for()


# --- Before one is in

pages(
    NOBODY,
    log_in="/accounts/login/",
    forgotten_password="/accounts/password/reset/",
    forgotten_password_sent="/accounts/password/reset/done/",
    new_password="{new_password}",
    new_password_used_up="/accounts/password/reset/key/1-a-b/",
    new_password_saved="/accounts/password/reset/key/done/",
    sign_up_closed="/accounts/signup/",
    account_switched_off="/accounts/inactive/",
)
pages(NOBODY, 404, setup_used_up="/setup/nothing/", nothing_here="/nothing/")


@state(NOBODY)
def log_in_failed(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("/accounts/login/"))
    page.get_by_label(re.compile("E-?mail")).fill("nobody@example.org")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("alert").wait_for()


@state(NOBODY)
def setup(page: "Page", stage: Stage) -> None:
    page.goto(stage.setup_url)


@state(NOBODY, 422)
def setup_errors(page: "Page", stage: Stage) -> None:
    page.goto(stage.setup_url)
    send_as_it_is(page, "Create my account")


@state(NOBODY)
def log_in_with_provider(page: "Page", stage: Stage) -> None:
    page.goto(f"{stage.openid_url}/accounts/login/")


@state(NOBODY, 502)
def provider_is_away(page: "Page", stage: Stage) -> None:
    page.goto(f"{stage.openid_url}/accounts/openid/login/")


# --- Second factors


def keep(page: "Page", stage: Stage, path: str, **given: bool) -> None:
    """Log in as the keeper, be given second factors, and say once more that it is oneself."""
    stage.desk.do("from tests import props; props.take_second_factors()")
    page.goto(stage.url("/accounts/login/"))
    page.get_by_label("E-mail").fill(KEEPER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("heading", name="Rooms").wait_for()
    stage.desk.do(f"props.give_second_factors(**{given})")
    page.goto(stage.url(f"/accounts/reauthenticate/?next={path}"))
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(stage.url(path))


def be_asked_for_a_code(page: "Page", stage: Stage) -> None:
    stage.desk.do("from tests import props; props.give_second_factors()")
    page.goto(stage.url("/accounts/login/"))
    page.get_by_label("E-mail").fill(KEEPER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in", exact=True).click()
    page.get_by_role("heading", name="One more step").wait_for()


@state(NOBODY)
def one_more_step(page: "Page", stage: Stage) -> None:
    be_asked_for_a_code(page, stage)


@state(NOBODY)
def one_more_step_failed(page: "Page", stage: Stage) -> None:
    be_asked_for_a_code(page, stage)
    page.get_by_label("Code").fill("nothing")
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("Incorrect code").wait_for()


@state(NOBODY)
def is_it_you_by_code(page: "Page", stage: Stage) -> None:
    keep(page, stage, "/accounts/2fa/")
    page.goto(stage.url("/accounts/2fa/reauthenticate/?next=/accounts/2fa/"))


@state(NOBODY)
def security_with_all(page: "Page", stage: Stage) -> None:
    keep(page, stage, "/accounts/2fa/", passkey=True)


@state(NOBODY)
def app_set_up(page: "Page", stage: Stage) -> None:
    keep(page, stage, "/accounts/2fa/")
    stage.desk.do("props.take_second_factors()")
    page.goto(stage.url("/accounts/2fa/totp/activate/"))


@state(NOBODY)
def app_switch_off(page: "Page", stage: Stage) -> None:
    keep(page, stage, "/accounts/2fa/totp/deactivate/")


@state(NOBODY)
def recovery_codes(page: "Page", stage: Stage) -> None:
    keep(page, stage, "/accounts/2fa/recovery-codes/")


@state(NOBODY)
def recovery_codes_new(page: "Page", stage: Stage) -> None:
    keep(page, stage, "/accounts/2fa/recovery-codes/generate/")


@state(NOBODY)
def passkey_new(page: "Page", stage: Stage) -> None:
    keep(page, stage, "/accounts/2fa/webauthn/add/")


@state(NOBODY)
def passkey_failed(page: "Page", stage: Stage) -> None:
    """At a number instead of a name no passkey is made."""
    keep(page, stage, "/accounts/2fa/webauthn/add/")
    page.get_by_role("button", name="Add passkey").click()
    page.get_by_text("No passkey was used.").wait_for()


@state(NOBODY)
def passkey_rename(page: "Page", stage: Stage) -> None:
    keep(page, stage, "/accounts/2fa/", passkey=True)
    page.get_by_role("link", name="Rename My laptop").click()


@state(NOBODY)
def passkey_remove(page: "Page", stage: Stage) -> None:
    keep(page, stage, "/accounts/2fa/", passkey=True)
    page.get_by_role("link", name="Remove My laptop").click()


# --- Rooms

pages(
    ALICE,
    rooms="/",
    rooms_not_found="/?q=nothing",
    room_new="/rooms/new/",
    room_settings="{board}/settings/",
    room_delete="{board}/deletion/",
    people="{board}/people/",
    people_nobody="{empty}/people/",
    log_out="/accounts/logout/",
    password="/accounts/password/change/",
    security="/accounts/2fa/",
    sessions="/accounts/sessions/",
    is_it_you="/accounts/reauthenticate/?next=/accounts/2fa/",
)
pages(NEWCOMER, rooms_none="/")
pages(ALICE, 404, not_mine="/rooms/99999/")


@state(ALICE)
def account_menu(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("/"))
    page.get_by_role("button", name="Alice Moreau").click()


@state(ALICE, 422)
def room_new_errors(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("/rooms/new/"))
    page.get_by_label("Quota").fill("90")
    page.get_by_label("Capacity").fill("10")
    send_as_it_is(page, "Create the room")


@state(ALICE, 422)
def room_settings_errors(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{board}/settings/"))
    page.get_by_label("Name", exact=True).fill("")
    page.locator("[name=forgets]").select_option("days")
    page.locator("[name=forgets_after]").fill("")
    send_as_it_is(page, "Save")


@state(ALICE, 422)
def administrator_errors(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{board}/settings/"))
    page.get_by_label("E-mail", exact=True).fill("nobody")
    send_as_it_is(page, "Add administrator")


@state(ALICE)
def last_administrator(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{empty}/settings/"))
    page.get_by_role("button", name=re.compile("^Remove ")).click()
    page.get_by_text("A room needs an administrator").wait_for()


@state(ALICE)
def password_errors(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("/accounts/password/change/"))
    send_as_it_is(page, "Save the password")


@state(ALICE, 403)
def key_run_out(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("/rooms/new/"))
    page.evaluate("document.querySelectorAll('[name=csrfmiddlewaretoken]').forEach((key) => key.remove())")
    page.get_by_label("Name").fill("Late")
    page.get_by_role("button", name="Create the room").click()
    page.get_by_role("heading", name="Please send it once more").wait_for()


# --- Links

pages(
    ALICE,
    guest_links="{board}/guests/",
    guest_links_doors="{room}/guests/",
    guest_links_none="{empty}/guests/",
    guest_links_not_arrived="{room}/guests/?state=not_arrived",
    guest_links_all_arrived="{empty}/guests/?state=not_arrived",
    guest_links_not_found="{board}/guests/?q=nothing",
    group_links="{board}/groups/",
    group_links_none="{empty}/groups/",
    guest_link_new="{board}/guests/new/",
    group_link_new="{board}/groups/new/",
    guest_link_edit="{open_link}/",
    group_link_edit="{group_link}/",
    guest_link_window="{not_yet_link}/window/",
    window_with_people="{in_use_link}/window/",
    guest_link_correct="{lost_link}/correction/",
    letter_of_link="{open_link}/letter/",
    letter_of_room="{board}/letter/",
    qr_code="{group_link}/qr/",
)


@state(ALICE)
def guest_link_menu(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{board}/guests/"))
    page.get_by_role("button", name="More: Hugo Lindqvist").click()
    page.get_by_role("button", name="Replace address").and_(page.locator(":visible")).wait_for()


@state(ALICE)
def group_link_menu(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{room}/groups/"))
    page.get_by_role("button", name="More: maths list").click()


@state(ALICE)
def sheets_menu(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{board}/guests/"))
    page.get_by_role("button", name="Import and export").click()


@state(ALICE)
def address_to_copy(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{room}/guests/"))
    page.get_by_role("button", name="Copy link: Olga").click()
    page.locator("input:focus").wait_for()


@state(ALICE)
def links_searched(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{board}/guests/"))
    page.get_by_role("searchbox").press_sequentially("hug")
    row(page, "Gina").wait_for(state="detached")


@state(ALICE)
def link_changed(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{room}/guests/"))
    with page.expect_response("**/role/"):
        page.get_by_role("combobox", name="Role: Olga").select_option("Spectator")
    page.locator("tr.changed").wait_for()


@state(ALICE)
def link_deleted(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{room}/guests/"))
    page.get_by_role("button", name="More: Dora").click()
    page.get_by_role("button", name="Delete").and_(page.locator(":visible")).click()
    page.get_by_role("button", name="Undo").wait_for()
    stage.desk.do("GuestLink.objects.filter(name='Dora').update(deleted_at=None)")


@state(ALICE)
def letter_sent_again(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{room}/guests/"))
    page.get_by_role("button", name="More: Emil").click()
    page.get_by_role("button", name="Send invitation").and_(page.locator(":visible")).click()
    page.locator(".toast").wait_for()


@state(ALICE)
def switch_off_question(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{room}/guests/"))
    page.get_by_role("switch", name="Active: Ulla").click()
    page.get_by_role("dialog").wait_for()


@state(ALICE)
def delete_question(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{room}/guests/"))
    page.get_by_role("button", name="More: Ulla").click()
    page.get_by_role("button", name="Delete").and_(page.locator(":visible")).click()
    page.get_by_role("dialog").wait_for()


@state(ALICE)
def delete_question_page(page: "Page", stage: Stage) -> None:
    """As it is without JavaScript."""
    page.goto(stage.url("{room}/guests/"))
    form = page.locator(f"form[action='{stage.at['in_use_link']}/deletion/']")
    form.evaluate("form => form.submit()")
    page.get_by_text("With it they are put out of the room at once.").wait_for()


@state(ALICE)
def request_failed(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{room}/guests/"))
    page.evaluate("document.dispatchEvent(new CustomEvent('htmx:sendError', {detail: {}}))")
    page.get_by_role("alert").wait_for()


@state(ALICE, 422)
def guest_link_new_errors(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{room}/guests/new/"))
    page.get_by_label("E-mail", exact=True).fill("nobody")
    page.get_by_label("Opens at").fill("09:00")
    send_as_it_is(page, "Add guest link")


@state(ALICE, 422)
def group_link_new_errors(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{room}/groups/new/"))
    send_as_it_is(page, "Add group link")


@state(ALICE, 422)
def guest_link_edit_errors(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{open_link}/"))
    page.get_by_label("E-mail", exact=True).fill("later@example.org")
    send_as_it_is(page, "Save")


@state(ALICE, 422)
def window_errors(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{open_link}/window/"))
    page.get_by_label("Opens on").fill("2040-05-02")
    page.get_by_label("Closes on").fill("2040-05-01")
    send_as_it_is(page, "Save")


@state(ALICE, 422)
def correct_errors(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{lost_link}/correction/"))
    page.get_by_label("E-mail").fill("nobody")
    send_as_it_is(page, "Correct and send")


# --- Imports

pages(
    ALICE,
    import_new="{school}/guests/import/",
    import_columns="{faulty_import}/columns/",
    import_preview="{preview_import}/",
    import_faulty="{faulty_import}/",
    import_none_like_that="{preview_import}/?show=duplicates",
    import_running="{running_import}/",
    import_done="{done_import}/",
    import_undo="{done_import}/undo/",
    import_undone="{undone_import}/",
)


@state(ALICE, 422)
def import_new_errors(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{school}/guests/import/"))
    send_as_it_is(page, "Show me a preview")


@state(ALICE)
def import_row_edited(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{preview_import}/"))
    page.get_by_role("link", name="Change row 2").click()
    page.get_by_role("button", name="Save row 2").wait_for()


# --- What was done, and who came

pages(
    ALICE,
    activity="{board}/activity/",
    activity_none="{empty}/activity/",
    attendance="{board}/attendance/",
    attendance_none="{empty}/attendance/",
    sheets_to_print="{room}/groups/print/",
)


@state(ALICE)
def set_date(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{room}/guests/"))
    row(page, "Olga").get_by_title("Set date").click()
    page.get_by_role("dialog", name="Set date").wait_for()


@state(ALICE)
def many_selected(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{room}/guests/"))
    for name in ("Olga", "Emil"):
        row(page, name).get_by_role("checkbox").check()


# --- Who runs it

pages(ALICE, operation_people="/operation/people/")


@state(ALICE)
def privacy_of_room(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{room}/settings/"))
    page.get_by_text("in the next 7 days").scroll_into_view_if_needed()


@state(ALICE)
def operation_person(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("/operation/people/"))
    page.get_by_label("E-mail", exact=True).fill("open@example.org")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="Export").wait_for()


@state(ALICE)
def operation_person_account(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("/operation/people/"))
    page.get_by_label("E-mail", exact=True).fill(NEWCOMER)
    page.get_by_role("button", name="Search").click()
    page.get_by_text("an administrator's address, too").wait_for()


@state(ALICE)
def operation_erasure(page: "Page", stage: Stage) -> None:
    operation_person(page, stage)
    page.get_by_role("button", name="Erase …").click()
    page.get_by_role("button", name="Erase for good").wait_for()


@state(ALICE, 422)
def operation_people_errors(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("/operation/people/"))
    page.get_by_label("E-mail", exact=True).fill("nobody")
    send_as_it_is(page, "Search")


pages(ALICE, doctor="/operation/?all")
pages(NEWCOMER, 404, doctor_of_nobody="/operation/")


@state(ALICE)
def doctor_asked_for_the_rest(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("/operation/"))
    page.get_by_text("Not looked at yet").first.wait_for(state="detached")


# --- The door

pages(NOBODY, privacy="/privacy/")
pages(
    NOBODY,
    again="/again/",
    again_asked="/again/?asked",
    ask_for_access="{expired_door}/requests/",
    door_of_guest="{open_door}",
    door_of_group="{group_door}",
    door_in_use="{in_use_door}",
    letters_to_me="{letters}",
)
pages(
    NOBODY,
    403,
    door_not_yet="{not_yet_door}",
    door_inactive="{inactive_door}",
    door_no_access="{no_access_door}",
    door_barred="{barred_door}",
)
pages(NOBODY, 409, door_full="{full_door}")
pages(NOBODY, 410, door_expired="{expired_door}")
pages(NOBODY, 404, door_unknown="/j/1abc", letters_unknown="/n/1abc")


@state(NOBODY, 429)
def too_many_tries(page: "Page", stage: Stage) -> None:
    """From an address of its own, as a proxy would say it, lest the other pages are counted."""
    there = {"X-Forwarded-For": "203.0.113.77"}
    for _ in range(150):
        if page.request.get(stage.url("/j/1abc"), headers=there).status == 429:
            break
    page.set_extra_http_headers(there)
    page.goto(stage.url("/j/1abc"))


@state(NOBODY, 422)
def door_of_group_errors(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{group_door}"))
    send_as_it_is(page, "Join")


@state(NOBODY)
def letters_no_more(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{letters}"))
    page.get_by_role("button", name=re.compile("No more letters about|I do want letters again")).click()
    page.get_by_role("heading").wait_for()


@state(NOBODY, 409)
def waiting_for_a_place(page: "Page", stage: Stage) -> None:
    page.goto(stage.url("{full_door}"))
    page.get_by_label("Name").fill("Wanda")
    page.get_by_role("button", name="Wait for a place").click()
    page.get_by_text("in the line").wait_for()


# --- In the room


def come_in(page: "Page", stage: Stage, door: str = "group", name: str = "Ana") -> None:
    page.goto(stage.url(f"{{{door}_door}}"))
    page.get_by_label("Name").fill(name)
    page.get_by_role("button", name="Join").click()
    page.get_by_text("You are in").wait_for()


def be_told(page: "Page", stage: Stage, name: str, verb: str, heading: str) -> None:
    """Come in, and hear what an administrator does."""
    come_in(page, stage, name=name)
    stage.desk.do(verb.format(f"Participant.objects.present().get(name={name!r})"))
    page.get_by_role("heading", name=heading).wait_for()


@state(NOBODY)
def in_the_room(page: "Page", stage: Stage) -> None:
    come_in(page, stage)


@state(NOBODY)
def in_the_room_waiting_for_a_seat(page: "Page", stage: Stage) -> None:
    come_in(page, stage, "seats")
    page.get_by_text("in the line for a seat").wait_for()


@state(NOBODY)
def in_the_room_reconnecting(page: "Page", stage: Stage) -> None:
    come_in(page, stage)
    page.context.set_offline(offline=True)
    page.get_by_text("Reconnecting").wait_for()
    page.context.set_offline(offline=False)


@state(NOBODY)
def door_when_in_already(page: "Page", stage: Stage) -> None:
    come_in(page, stage)
    page.goto(stage.url("{group_door}"))
    page.get_by_role("button", name="Join as somebody else").wait_for()


@state(NOBODY)
def left(page: "Page", stage: Stage) -> None:
    come_in(page, stage)
    page.get_by_role("button", name="Leave").click()
    page.get_by_role("heading", name="You left").wait_for()


@state(NOBODY)
def removed(page: "Page", stage: Stage) -> None:
    be_told(page, stage, "Rita", "seating.remove({})", "You were removed from the room")


@state(NOBODY)
def removed_and_loaded_again(page: "Page", stage: Stage) -> None:
    be_told(page, stage, "Ruth", "seating.remove({})", "You were removed from the room")
    page.reload()


@state(NOBODY)
def connection_lost(page: "Page", stage: Stage) -> None:
    be_told(page, stage, "Lars", "seating.leave({}, 'lost')", "Your connection was lost")


@state(NOBODY)
def link_was_deleted(page: "Page", stage: Stage) -> None:
    be_told(page, stage, "Della", "seating.leave({}, 'deleted')", "Your link was deleted")


@state(NOBODY)
def access_withdrawn(page: "Page", stage: Stage) -> None:
    be_told(page, stage, "Noa", "seating.leave({}, 'no_access')", "You were removed from the room")


@state(NOBODY)
def went_on_elsewhere(page: "Page", stage: Stage) -> None:
    be_told(page, stage, "Elsa", "seating.leave({}, 'elsewhere')", "You joined again as somebody else")
