"""What Activity says of letters: in the transaction that changes their state, and once."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop as _

from invitations.models.states import State
from links.models import NOT_ARRIVED, GuestLink, Link
from rooms.models import Activity
from rooms.models.activity import Deed

if TYPE_CHECKING:
    from invitations.models.invitation import Invitation

DEEDS = {
    State.SENT: Deed.MAILED,
    State.DELIVERED: Deed.DELIVERED,
    State.FAILED: Deed.NOT_ARRIVED,
    State.REJECTED: Deed.NOT_ARRIVED,
    State.BOUNCED: Deed.NOT_ARRIVED,
    State.COMPLAINED: Deed.COMPLAINED,
    State.UNWANTED: Deed.UNSENT,
}
OUTDATED = _("It was not true any more")
REFUSED = _("This guest wants no letters")


def same_news(state: State) -> Iterable[str]:
    """The states that say the same of a letter as this one."""
    return NOT_ARRIVED if state in NOT_ARRIVED else (state,)


def write_down(letters: "Iterable[Invitation]", deed: Deed, reason: str = "") -> None:
    """A line for each letter. It was mailed by who sent it; the rest, and a reminder, happened."""
    Activity.objects.bulk_create(
        Activity(
            room_id=letter.link.room_id,
            link_id=letter.link_id,
            deed=deed,
            by_id=letter.sent_by_id if deed == Deed.MAILED and not letter.is_reminder else None,
            about=letter.link.name,
            after={
                "email": letter.recipient or letter.link.email,
                "occasion": letter.occasion,
                "reason": reason,
            },
        )
        for letter in letters
    )


def write_down_refusal(email: str, room_id: int | None) -> None:
    """In each room where this guest has a link: they want no more letters."""
    links: Iterable[Link] = GuestLink.objects.kept().with_addresses([email.lower()])
    Activity.objects.bulk_create(
        Activity(
            room_id=link.room_id,
            link_id=link.pk,
            deed=Deed.UNWANTED,
            about=link.name,
            after={"email": link.email},
        )
        for link in links
        if room_id in (None, link.room_id)
    )
