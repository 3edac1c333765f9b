"""What a guest has heard of a link so far. Of a list, prefetch `invitations`."""

from django.utils import timezone

from invitations.models import Invitation, Occasion
from links.models import Link

CANCELLATION = Occasion.CANCELLATION


def has_old_dates(link: Link) -> bool:
    """Whether the last letter that went says other dates than the link has now."""
    last = next((letter for letter in _newest_first(link) if letter.has_gone), None)
    return last is not None and (last.occasion == CANCELLATION or last.sequence not in (None, link.sequence))


def next_occasion(link: Link) -> Occasion:
    """What another letter about it is."""
    return Occasion.CHANGE if has_old_dates(link) else Occasion.INVITATION


def can_be_cancelled(link: Link) -> bool:
    """Whether a letter has gone, and none is on its way that says the end. Not when it is over anyway."""
    letters = _newest_first(link)
    if link.is_of_former_guest:
        return False
    if not any(letter.has_gone for letter in letters) or letters[0].occasion == CANCELLATION:
        return False
    return link.ends_at is None or link.ends_at > timezone.now()


def _newest_first(link: Link) -> list[Invitation]:
    return sorted(link.invitations.all(), key=lambda letter: -letter.pk)
