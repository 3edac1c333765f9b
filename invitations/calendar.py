"""The calendar entry that goes with a letter: RFC 5545; published (RFC 5546), it asks for no answer."""

from datetime import UTC, datetime
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress

from links.models import Link
from rooms.models import Administrator

PUBLISH, CANCEL = "PUBLISH", "CANCEL"
NAMES = {PUBLISH: "invitation.ics", CANCEL: "cancellation.ics"}


def has_entry(link: Link) -> bool:
    return bool(link.starts_at and link.ends_at)


def entry(
    link: Link, inviter: Administrator | None, text: str, written_at: datetime, method: str = PUBLISH
) -> bytes:
    """The .ics of a link that has a start and an end. `text` describes it, in the guest's language.

    Its UID is the link's for life, so that opening it twice, or a later one, makes one entry. Times in UTC.
    """
    event = Event()
    event.add("uid", f"link-{link.pk}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("sequence", link.sequence)
    event.add("dtstamp", written_at.astimezone(UTC))
    event.add("dtstart", _in_utc(link.starts_at))
    event.add("dtend", _in_utc(link.ends_at))
    event.add("summary", _one_line(link.room.name))
    event.add("status", "CANCELLED" if method == CANCEL else "CONFIRMED")
    event["organizer"] = _organizer(inviter)
    if method == PUBLISH:
        event.add("description", text)
        event.add("location", link.address)
        event.add("url", link.address)
    calendar = Calendar()
    calendar.add("prodid", "-//Foyer//Foyer//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _organizer(inviter: Administrator | None) -> vCalAddress:
    name, email = (inviter.name, inviter.email) if inviter else parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer = vCalAddress(f"mailto:{email}")
    if name:
        # A parameter's value can't hold a double quote (RFC 5545, 3.2).
        organizer.params["CN"] = _one_line(name).replace('"', "'")
    return organizer


def _in_utc(instant: datetime | None) -> datetime:
    assert instant is not None, "asked for a link without dates"  # noqa: S101  (has_entry says so)
    return instant.astimezone(UTC).replace(microsecond=0)


def _one_line(words: str) -> str:
    return " ".join(words.split())
