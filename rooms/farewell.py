"""What is said to one who is out: why, and what they can do."""

from typing import Any

from django.utils import timezone

from rooms.models import Participant
from rooms.models.participant import Ending

MAY_COME_BACK = {Ending.LEFT, Ending.LOST, Ending.ELSEWHERE, Ending.REMOVED}


def farewell(participant: Participant) -> dict[str, Any]:
    """The context of `rooms/_out.html`."""
    is_barred = participant.barred_until is not None and participant.barred_until > timezone.now()
    link = participant.link
    may_come_back = participant.ending in MAY_COME_BACK and not is_barred
    # Whoever came in by an address that was replaced must not learn the new one from us.
    is_known = link is not None and link.deleted_at is None and link.version == participant.link_version
    return {
        "participant": participant,
        "room": participant.room,
        "is_barred": is_barred,
        "may_come_back": may_come_back,
        "way_back": link.address if link and is_known and may_come_back else "",
    }
