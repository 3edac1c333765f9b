"""Who may come to which address, for the whole URL map: what is not yours does not exist.

An address that stands in no table here is for the administrators of the room that it is about: strangers are
sent to the login, and for others it is not there. One that is open to more people has to be named.
"""

import pytest
from django.db import transaction
from django.urls import reverse

from rooms.models import Administrator, Participant, Room
from tests.browsers import Client
from tests.doors import join
from tests.urlmap import Address, addresses, everything, set_the_stage, stay

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings("ignore:django-anymail has dropped official support"),
    pytest.mark.filterwarnings("ignore:Anymail's SendinBlue webhook URLs are deprecated"),
]

# For everybody, and what a stranger gets by GET and by POST (without any fields).
PUBLIC = {
    "rooms:favicon": (302, 405),
    "rooms:brand_style_sheet": (404, 405),  # none, unless the operator has a colour
    "rooms:brand_logo": (404, 405),
    "rooms:setup": (404, 404),  # the key is wrong
    "rooms:sign_on": (404, 405),  # there is no provider
    "rooms:inside": (404, 405),  # the cookie of somebody who is or was in
    "rooms:leave": (405, 404),
    "links:door": (200, 422),  # whoever holds the address; a name is missing
    "links:ask_access": (302, 302),  # to the door, which is open
    "invitations:again": (200, 422),
    "invitations:wish": (200, 302),  # whoever holds the address; nothing is wished
    "operation:security_txt": (404, 405),  # unless the operator says where to report to
    "operation:echo": (200, 405),  # says only whose voice it is
    "operation:privacy": (200, 405),
    "operation:privacy_of_room": (200, 405),  # whoever was led there from its door; else as without it
    "set_language": (302, 302),
    "admin:logout": (302, 302),  # to the admin's first page
    "account_login": (200, 200),
    "account_logout": (302, 302),
    "account_inactive": (200, 405),
    "account_signup": (200, 200),  # says that it is closed
    "account_email_verification_sent": (200, 405),
    "account_confirm_email": (200, 404),
    # To the page about one's security, which leads to the login.
    "accounts/email/": (302, 302),
    "accounts/password/set/": (302, 302),
    "accounts/2fa/webauthn/": (302, 302),
    "account_email": (302, 302),
    "account_set_password": (302, 302),
    "mfa_list_webauthn": (302, 302),
    # Of who is about to log in; back to the login.
    "mfa_authenticate": (302, 302),
    "mfa_login_webauthn": (302, 302),
    "openid_connect_login": (404, 405),
    "openid_connect_callback": (404, 404),
    "account_confirm_login_code": (302, 302),
    "account_reset_password": (200, 200),
    "account_reset_password_done": (200, 405),
    "account_reset_password_from_key": (200, 200),
    "account_reset_password_from_key_done": (200, 405),
}
# For everybody with an account, about nothing but themselves.
OWN = {
    "rooms:list",
    "rooms:create",
    "rooms:end_session",
    "account_change_password",
    "account_reauthenticate",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
    "usersessions_list",
}
# Whoever holds the address of a link or of a letter may know which room it is about.
SAYS_THE_ROOM = {"links:door", "links:ask_access", "invitations:wish"}
# For mail providers with ANYMAIL_WEBHOOK_SECRET.
WEBHOOKS = ("anymail:",)
# For who runs the site: it is not there, or it is and leads to the login.
OPERATORS = ("operation:", "admin:")
# Alice reaches them in states that are not on this stage: tests of their own go there.
NEEDS_MORE = {"invitations:confirm_resend"}
CHOICE = {"kind": "guest", "action": "switch_off"}


@pytest.fixture
def known(room, alice):
    return set_the_stage(room, alice)


def is_guarded(address: Address) -> bool:
    return address.name not in PUBLIC.keys() | OWN and not address.name.startswith(WEBHOOKS)


def leads_to_login(answer) -> bool:
    return answer.status_code == 302 and answer.url.startswith(("/accounts/login/?next=", "/admin/login/?"))


def walk(client: Client, known, without=()):
    """What each address answers by GET and by POST."""
    for address in addresses(known):
        if not address.name.startswith(without):
            yield address, client.get(address.path), client.post(address.path)


def refuses_a_stranger(address: Address, get, post) -> bool:
    if address.name in PUBLIC:
        return (get.status_code, post.status_code) == PUBLIC[address.name]
    if address.name.startswith(WEBHOOKS):
        return get.status_code in {404, 405} and post.status_code in {400, 404}
    answers = [answer for answer in (get, post) if answer.status_code != 405]
    return bool(answers) and all(map(leads_to_login, answers))


def test_nobody_is_sent_to_the_login_and_changes_nothing(client, known):
    before = everything()
    wrong = [
        address for address, *answers in walk(client, known) if not refuses_a_stranger(address, *answers)
    ]
    assert wrong == []
    assert everything() == before


def test_for_another_rooms_administrator_it_does_not_exist_and_they_change_nothing(
    login, bob, bobs_room, known
):
    client, wrong = login(bob), []
    client.get("/accounts/email/")  # allauth notes his own address when he first comes there
    before = everything()
    for address, get, post in walk(client, known, without=("account_logout", *WEBHOOKS)):
        statuses = {get.status_code, post.status_code} - {405}
        if address.name.startswith("admin:") and is_guarded(address):
            is_right = all(answer.status_code == 403 or leads_to_login(answer) for answer in (get, post))
        else:
            is_right = statuses == {404} or not is_guarded(address)
        says_it = b"Physics" in get.content + post.content and address.name not in SAYS_THE_ROOM
        if says_it or not is_right:
            wrong.append((address, get.status_code, post.status_code))
    assert wrong == []
    assert everything() == before


@pytest.mark.parametrize("whose", ["another room", "the same room"])
def test_a_participant_reaches_no_page_of_administrators_and_changes_nothing(
    browser_in, known, make_group_link, bobs_room, whose
):
    person = known["person"] if whose == "the same room" else stay(join(make_group_link(room=bobs_room)))
    own = (
        ("rooms:inside", "rooms:leave", "links:door", "links:ask_access") if whose == "the same room" else ()
    )
    client = browser_in(person.browser)
    before = everything()
    steps = walk(client, known, without=(*own, *WEBHOOKS, *OPERATORS, "account"))
    wrong = [address for address, *answers in steps if not refuses_a_stranger(address, *answers)]
    assert wrong == []
    assert everything() == before


def test_the_walk_goes_to_what_is_there(login, alice, make_administrator, known):
    """Else a 404 would prove nothing."""
    operator = make_administrator("Olga", is_superuser=True, is_staff=True)
    guests = {address.name: address for address in addresses({**known, "links": known["guest link"]})}
    alices, operators, missing = login(alice), login(operator), []
    for address in filter(is_guarded, addresses(known)):
        client = operators if address.name.startswith(OPERATORS) else alices
        if address.name.startswith("admin:") or address.name in NEEDS_MORE:
            continue
        if not any(is_there(client, path) for path in (address.path, guests[address.name].path)):
            missing.append(address)
    assert missing == []


def is_there(client: Client, path: str) -> bool:
    with transaction.atomic():
        answers = client.get(path), client.post(path, CHOICE)
        transaction.set_rollback(True)
    return any(answer.status_code in {200, 204, 302, 422} for answer in answers)


def test_the_tables_name_nothing_that_is_gone(known):
    names = {address.name for address in addresses(known)}
    assert PUBLIC.keys() | OWN | SAYS_THE_ROOM | NEEDS_MORE <= names
    assert len(names) > 100


def test_bob_reaches_nobody_of_alices_through_his_own_room(login, bobs_room, known):
    client, alice = login(bobs_room.administrators.get()), Administrator.objects.get(name="Alice")
    before = everything()
    for name in ("give_role", "remove_person", "lift_bar"):
        for person in (known["person"], known["barred"]):
            url = reverse(f"rooms:{name}", args=[bobs_room.pk, person.pk])
            assert client.post(url, {"role": "guest"}).status_code == 404
    url = reverse("rooms:remove_administrator", args=[bobs_room.pk, alice.pk])
    assert client.post(url).status_code == 404
    assert everything() == before
    assert Participant.objects.count() == 2


def test_a_form_without_its_token_is_answered_with_a_page_that_says_to_reload(alice, room):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    answer = client.post(reverse("rooms:delete", args=[room.pk]))
    assert answer.status_code == 403
    assert "reload the page" in answer.content.decode()
    assert Room.objects.count() == 1


def test_every_form_of_administrators_wants_its_token(login, alice, known):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    before = everything()
    for address in filter(is_guarded, addresses(known)):
        if not address.name.startswith("admin:"):
            assert client.post(address.path, CHOICE).status_code in {403, 405}, address
    assert everything() == before
