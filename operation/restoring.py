"""What is done once when yesterday's database has been restored, before anybody works on it."""

from dataclasses import dataclass

from django.contrib.sessions.models import Session
from django.db import transaction

from invitations import restoring
from operation import sequences
from rooms import seating
from rooms.models import Knock, Room


@dataclass(frozen=True)
class Settled:
    people: int  # who were in when the backup was made
    letters: int  # that are kept back


def settle() -> Settled:
    """All of it or nothing. A second time there is nothing left to do."""
    with transaction.atomic():
        sequences.leap()
        Knock.objects.all().delete()
        # One that was ended since must not be back.
        Session.objects.all().delete()
        rooms = list(Room.objects.order_by("pk").values_list("pk", flat=True))
        return Settled(sum(seating.empty(pk) for pk in rooms), restoring.keep_back())
