"""What the sender's domain says of letters in its name: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489)."""

from collections.abc import Callable, Iterator
from email.utils import parseaddr

from django.conf import settings
from django.utils.translation import gettext as _
from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from operation.doctor.findings import Finding, bad, good, warning

TIMEOUT = 3.0  # seconds for one question
NOT_PUBLIC = ("localhost", "local", "internal", "lan", "test", "invalid")
LONGEST = 120  # characters of a record that are shown

# What the texts at a name are. Raises DNSException.
Ask = Callable[[str], list[str]]


def spf(resolver: Resolver | None = None) -> Finding:
    """Of the domain to which bounces go: that is the one for which receivers ask."""
    return _about(settings.BOUNCE_ADDRESS or settings.DEFAULT_FROM_EMAIL, _spf, resolver)


def dkim(resolver: Resolver | None = None) -> Finding:
    return _about(settings.DEFAULT_FROM_EMAIL, _dkim, resolver)


def dmarc(resolver: Resolver | None = None) -> Finding:
    return _about(settings.DEFAULT_FROM_EMAIL, _dmarc, resolver)


def _about(address: str, look: Callable[[str, Ask], Finding], resolver: Resolver | None) -> Finding:
    domain = parseaddr(address)[1].rpartition("@")[2].lower()
    if "." not in domain or domain.rpartition(".")[2] in NOT_PUBLIC:
        words = _(
            "%(domain)s is no public domain, so many servers refuse its letters. Set DEFAULT_FROM_EMAIL."
        )
        return warning(words % {"domain": domain})
    try:
        asked = resolver or Resolver()
        return look(domain, lambda name: _texts(asked, name))
    except (DNSException, OSError):
        return warning(_("DNS could not be asked about %(domain)s.") % {"domain": domain})


def _texts(resolver: Resolver, name: str) -> list[str]:
    try:
        answer = resolver.resolve(f"{name}.", "TXT", lifetime=TIMEOUT)
    except (NXDOMAIN, NoAnswer):
        return []
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]


def _spf(domain: str, ask: Ask) -> Finding:
    records = [text for text in ask(domain) if text.lower().split(" ")[0] == "v=spf1"]
    words = {"domain": domain, "record": records[0][:LONGEST] if records else ""}
    if not records:
        return warning(_("%(domain)s has no SPF record. Add one that names your mail server.") % words)
    if len(records) > 1:
        return bad(_("%(domain)s has several SPF records, so that none counts. Keep one.") % words)
    mechanisms = records[0].lower().split()[1:]
    if mechanisms == ["-all"]:
        return bad(_("SPF of %(domain)s lets nobody send in its name. Name your mail server in it.") % words)
    if {"all", "+all"} & set(mechanisms):
        return warning(_("SPF of %(domain)s lets everybody send in its name. End it with -all.") % words)
    return good(_("%(domain)s says: %(record)s") % words)


def _dkim(domain: str, ask: Ask) -> Finding:
    if not settings.DKIM_SELECTOR:
        return warning(_("Not looked at. Set DKIM_SELECTOR to the name under which your mail server signs."))
    name = f"{settings.DKIM_SELECTOR}._domainkey.{domain}"
    # An empty p= is a key that was taken back (RFC 6376, 3.6.1).
    if any(_tags(text).get("p") for text in ask(name)):
        return good(_("There is a key at %(name)s.") % {"name": name})
    return bad(
        _("There is no key at %(name)s. Publish the one with which your mail server signs.") % {"name": name}
    )


def _dmarc(domain: str, ask: Ask) -> Finding:
    for name in _with_parents(domain):
        records = [text for text in ask(f"_dmarc.{name}") if _tags(text).get("v", "").upper() == "DMARC1"]
        if len(records) == 1 and "p" in _tags(records[0]):
            return good(_("%(domain)s says: %(record)s") % {"domain": name, "record": records[0][:LONGEST]})
    words = _("%(domain)s has no DMARC record. Add one at _dmarc.%(domain)s, at first with p=none.")
    return warning(words % {"domain": domain})


def _with_parents(domain: str) -> Iterator[str]:
    """Itself and what it belongs to, down to two labels: the organisation's domain is among them."""
    labels = domain.split(".")
    for first in range(len(labels) - 1):
        yield ".".join(labels[first:])


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip().lower(): value.strip() for name, _equals, value in pairs}
