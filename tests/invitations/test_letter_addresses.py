"""Difficult addresses, names and subjects: right or refused, never injected. As the server got them."""

import email
import re
from email.header import decode_header, make_header
from email.utils import parseaddr

import pytest

from invitations import outbox
from invitations.models import Invitation
from links.models import GuestLink

pytestmark = pytest.mark.django_db
# As long as an address may be (RFC 5321, 4.5.3.1.3, less the angle brackets), in labels of 63.
LONG = "l" * 64 + "@" + ".".join(["d" * 63, "d" * 63, "d" * 57, "org"])


@pytest.fixture(params=["", "bounces@example.net"], ids=["plain", "with a return path"])
def bounce_address(request, settings) -> None:
    settings.BOUNCE_ADDRESS = request.param


def create(client, room, **data):
    data = {
        "email": "gina@example.org",
        "name": "Gina",
        "role": "guest",
        "language": "en",
        "send": "on",
        **data,
    }
    return client.post(f"/rooms/{room.pk}/guests/new/", data)


def headers_of(raw: bytes) -> list[str]:
    """The names of the headers, as lines on the wire have them."""
    head = raw.split(b"\r\n\r\n")[0]
    return [line.split(b":")[0].decode().lower() for line in head.split(b"\r\n") if line[:1] not in b" \t"]


@pytest.fixture
def only_letter(smtp):
    """The one letter that was sent, after a look at how it came."""

    def only_letter():
        outbox.drain()
        [letter] = smtp.letters
        assert len(smtp.lines) == 2  # one MAIL, one RCPT
        names = headers_of(letter.raw)
        for name in ("from", "to", "subject", "message-id", "reply-to"):
            assert names.count(name) == 1, name
        assert not {"bcc", "cc", "x-injected", "resent-to"} & set(names)
        assert b"\r\r" not in letter.raw
        assert not re.search(rb"(?<!\r)\n", letter.raw)
        return letter

    return only_letter


@pytest.mark.usefixtures("bounce_address")
@pytest.mark.parametrize(
    ("email", "on_the_wire"),
    [
        ("a+b@example.org", "a+b@example.org"),
        ("gina@Bücher.example", "gina@xn--bcher-kva.example"),
        ("gina@xn--bcher-kva.example", "gina@xn--bcher-kva.example"),
        ("o'hara.{x}~!#$%&*/=?^_`|@example.org", "o'hara.{x}~!#$%&*/=?^_`|@example.org"),
        (LONG, LONG),
    ],
    ids=["a plus", "an IDN", "an IDN in ASCII", "every sign that is allowed", "254 characters"],
)
def test_a_difficult_address_gets_its_letter(client, alice, room, smtp, only_letter, email, on_the_wire):
    client.force_login(alice)
    assert create(client, room, email=email).status_code == 302
    letter = only_letter()
    assert letter.recipients == [on_the_wire]
    assert smtp.lines[1] == f"RCPT TO:<{on_the_wire}>".encode()
    [mailbox] = letter.message["To"].addresses
    assert (mailbox.display_name, mailbox.addr_spec) == ("Gina", on_the_wire)


@pytest.mark.parametrize(
    "email",
    [
        '"gina x"@example.org',
        '"a@b"@example.org',
        '"\r\nBcc: all@example.org\r\n"@example.org',
        "gina@example.org\r\nBcc: all@example.org",
        "gina@example.org\n",
        "gina@example.org,all@example.org",
        "gina@example.org> <all@example.org",
        "gina@example.org\0",
        "gina@[127.0.0.1]",
        "ginä@example.org",
        "gina@example.org\u2028",
        "l" * 65 + "@example.org",
        "l" + LONG,
    ],
)
def test_an_address_that_servers_may_not_take_is_refused_at_the_form(client, alice, room, smtp, email):
    client.force_login(alice)
    answer = create(client, room, email=email)
    if answer.status_code == 302:  # trimmed
        assert GuestLink.objects.get().email == email.strip() == "gina@example.org"
    else:
        assert answer.status_code == 422
        assert not GuestLink.objects.exists()
    outbox.drain()
    assert [letter.recipients for letter in smtp.letters] in ([], [["gina@example.org"]])


@pytest.mark.usefixtures("bounce_address")
@pytest.mark.parametrize(
    "email",
    [
        "gina@example.org\r\nBcc: all@example.org",
        "gina@example.org>\r\nRCPT TO:<all@example.org",
        "gina@example.org\nX-Injected: 1",
        "gina@example.org, all@example.org",
        "gina",
    ],
)
def test_an_address_that_came_past_the_form_fails_and_injects_nothing(make_link, alice, smtp, email):
    GuestLink.objects.filter(pk=make_link().pk).update(email=email)
    outbox.invite(GuestLink.objects.get(), by=alice)
    outbox.drain()
    assert smtp.letters == []
    assert smtp.lines == []
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.due_at) == ("failed", None)
    assert "could not be written" in invitation.reason


@pytest.mark.usefixtures("bounce_address")
def test_a_quoted_local_part_that_came_past_the_form_is_quoted_on_the_wire(
    make_link, alice, smtp, only_letter
):
    outbox.invite(make_link(email='"gina x"@example.org'), by=alice)
    letter = only_letter()
    assert letter.recipients == ['"gina x"@example.org']
    assert smtp.lines[1] == b'RCPT TO:<"gina x"@example.org>'


@pytest.mark.usefixtures("bounce_address")
@pytest.mark.parametrize(
    "name",
    [
        "Müller, Ana",
        "Ana, all@example.org",
        'Ana "Nana" <all@example.org>',
        "Ana; Bob: x",
        "Ana (Nana) \\",
        "Ł" * 80,
        "王小明",
        "👩‍🔬 Ana",
    ],
)
def test_a_difficult_name_arrives_as_it_is(make_link, alice, smtp, only_letter, name):
    outbox.invite(make_link(name=name, email="gina@example.org"), by=alice)
    letter = only_letter()
    assert letter.recipients == ["gina@example.org"]
    assert max(map(len, letter.raw.split(b"\r\n"))) <= 998
    # The old parser: that of Python 3.11's new policy leaves blanks between encoded words (RFC 2047, 6.2).
    shown, address = parseaddr("".join(email.message_from_bytes(letter.raw)["To"].splitlines()))
    assert (str(make_header(decode_header(shown))), address) == (name, "gina@example.org")


@pytest.mark.usefixtures("bounce_address")
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\x0b", "\x0c", "\x85", "\u2028"])
@pytest.mark.parametrize(
    "name",
    ["Gina{end}X-Injected: 1{end}Bcc: all@example.org", "=?utf-8?q?Gina=0D=0ABcc:_all=40example.org?={end}"],
)
def test_a_line_break_in_a_name_injects_nothing(make_link, alice, smtp, end, name):
    """The form refuses such names; a row may have come another way."""
    GuestLink.objects.filter(pk=make_link(email="gina@example.org").pk).update(name=name.format(end=end))
    outbox.invite(GuestLink.objects.get(), by=alice)
    outbox.drain()
    for letter in smtp.letters:
        assert letter.recipients == ["gina@example.org"]
        assert not {"x-injected", "bcc"} & set(headers_of(letter.raw))
        assert [mailbox.addr_spec for mailbox in letter.message["To"].addresses] == ["gina@example.org"]
    assert Invitation.objects.get().state in ("sent", "failed")


@pytest.mark.usefixtures("bounce_address")
@pytest.mark.parametrize("whose", ["room", "inviter"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n \n", "\x0b", "\x85", "\u2028"])
def test_a_line_break_in_the_subject_or_the_inviter_s_name_injects_nothing(
    gina, alice, smtp, room, whose, end
):
    words = f"Board{end}X-Injected: 1{end}{end}Bcc: all@example.org"
    if whose == "room":
        type(room).objects.filter(pk=room.pk).update(name=words)
    else:
        type(alice).objects.filter(pk=alice.pk).update(name=words)
    outbox.invite(gina, by=alice)
    outbox.drain()
    for letter in smtp.letters:
        assert letter.recipients == ["gina@example.org"]
        assert not {"x-injected", "bcc"} & set(headers_of(letter.raw))
    assert Invitation.objects.get().state in ("sent", "failed")
