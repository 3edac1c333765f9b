"""SPF, DKIM and DMARC of the sender's domain, asked of a real DNS server."""

from collections.abc import Iterator

import pytest
from dns.resolver import Resolver

from operation.doctor import sender
from operation.doctor.findings import Verdict
from tests.operation.nameserver import Nameserver
from tests.serving import free_port

pytestmark = pytest.mark.once

GOOD, WARNING, BAD = Verdict.GOOD, Verdict.WARNING, Verdict.BAD
OTHER = "google-site-verification=1"


@pytest.fixture(autouse=True)
def our_domain(settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Foyer <rooms@Meet.Example.org>"


@pytest.fixture
def dns() -> Iterator[Nameserver]:
    server = Nameserver()
    yield server
    server.close()


@pytest.mark.parametrize(
    ("texts", "verdict", "words"),
    [
        ([OTHER, "v=spf1 mx -all"], GOOD, "meet.example.org says: v=spf1 mx -all"),
        (["v=spf1 ip4:192.0.2.1| -all"], GOOD, "v=spf1 ip4:192.0.2.1 -all"),  # two strings are one text
        (None, WARNING, "has no SPF record"),
        ([], WARNING, "has no SPF record"),
        ([OTHER, "v=spf10 mx -all"], WARNING, "has no SPF record"),
        (["v=spf1 mx -all", "v=spf1 a -all"], BAD, "several SPF records"),
        (["v=spf1 mx +all"], WARNING, "lets everybody"),
        (["v=spf1 mx all"], WARNING, "lets everybody"),
        (["v=spf1 -all"], BAD, "lets nobody"),
    ],
)
def test_spf(dns, texts, verdict, words):
    if texts is not None:
        dns.texts["meet.example.org"] = texts

    found = sender.spf(dns.resolver)

    assert found.verdict is verdict
    assert words in found.sentence


def test_spf_is_asked_of_the_domain_to_which_bounces_go(dns, settings):
    settings.BOUNCE_ADDRESS = "bounces@bounces.example.org"

    sender.spf(dns.resolver)

    assert dns.asked == ["bounces.example.org"]


@pytest.mark.parametrize(
    ("texts", "verdict", "words"),
    [
        (["v=DKIM1; k=rsa; p=MIIBIj|ANBgkq"], GOOD, "There is a key at s1._domainkey.meet.example.org."),
        (["k=rsa; p=MIIBIjANBgkq"], GOOD, "There is a key"),  # the version may be left out
        (["v=DKIM1; p="], BAD, "There is no key"),  # taken back
        ([OTHER], BAD, "There is no key"),
        (None, BAD, "There is no key at s1._domainkey.meet.example.org."),
    ],
)
def test_dkim(dns, settings, texts, verdict, words):
    settings.DKIM_SELECTOR = "s1"
    if texts is not None:
        dns.texts["s1._domainkey.meet.example.org"] = texts

    found = sender.dkim(dns.resolver)

    assert found.verdict is verdict
    assert words in found.sentence


def test_dkim_is_not_looked_at_without_a_selector(dns):
    found = sender.dkim(dns.resolver)

    assert (found.verdict, dns.asked) == (WARNING, [])
    assert "Set DKIM_SELECTOR" in found.sentence


@pytest.mark.parametrize(
    ("at", "texts", "verdict", "words"),
    [
        ("meet.example.org", ["v=DMARC1; p=none"], GOOD, "meet.example.org says: v=DMARC1; p=none"),
        (
            "example.org",
            ["v=DMARC1; p=reject; sp=none"],
            GOOD,
            "example.org says: v=DMARC1; p=reject; sp=none",
        ),
        ("example.org", ["v=DMARC1; p=none", "v=DMARC1; p=reject"], WARNING, "has no DMARC record"),
        ("example.org", ["v=DMARC1; rua=mailto:x@example.org"], WARNING, "has no DMARC record"),
        ("example.org", [OTHER], WARNING, "Add one at _dmarc.meet.example.org"),
        ("org", ["v=DMARC1; p=reject"], WARNING, "has no DMARC record"),  # nobody's own domain
    ],
)
def test_dmarc_of_the_domain_or_of_what_it_belongs_to(dns, at, texts, verdict, words):
    dns.texts[f"_dmarc.{at}"] = texts

    found = sender.dmarc(dns.resolver)

    assert found.verdict is verdict
    assert words in found.sentence


@pytest.mark.parametrize("check", [sender.spf, sender.dkim, sender.dmarc])
def test_a_dns_that_fails_is_not_bad(dns, settings, check):
    settings.DKIM_SELECTOR = "s1"
    dns.fails = True

    found = check(dns.resolver)

    assert found.verdict is WARNING
    assert found.sentence == "DNS could not be asked about meet.example.org."


def test_a_dns_that_is_not_there_is_not_bad(monkeypatch):
    nobody = Resolver(configure=False)
    nobody.nameservers, nobody.port = ["127.0.0.1"], free_port()
    monkeypatch.setattr(sender, "TIMEOUT", 0.5)

    found = sender.dmarc(nobody)

    assert found.verdict is WARNING
    assert found.sentence == "DNS could not be asked about meet.example.org."


@pytest.mark.parametrize("address", ["foyer@localhost", "rooms@foyer.local", "rooms@intranet"])
def test_a_domain_that_only_we_know_is_not_asked_for(dns, settings, address):
    settings.DEFAULT_FROM_EMAIL = address

    found = sender.spf(dns.resolver)

    assert (found.verdict, dns.asked) == (WARNING, [])
    assert found.sentence.startswith(f"{address.partition('@')[2]} is no public domain")
