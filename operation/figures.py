"""What the database knows at a scrape, in a fixed number of statements. Every web process says the same."""

from collections.abc import Iterable
from datetime import datetime

from django.db import Error
from django.db.models import Count, Min, Sum
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily

from invitations.models import Invitation, State
from operation.models import Heartbeat, Part
from rooms.models import Participant, Room


class Figures:
    """A collector of prometheus-client. Without a database it says that, and nothing else."""

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing beforehand: who registers it asks, and would ask the database twice."""
        return ()

    def collect(self) -> Iterable[GaugeMetricFamily]:
        try:
            figures = [*_rooms(), *_outbox(), _letters(), _sweep(), _beat()]
        except Error:
            figures = []
        yield GaugeMetricFamily("foyer_database_up", "Whether the database answers.", bool(figures))
        yield from figures


def _rooms() -> list[GaugeMetricFamily]:
    sums = Room.objects.aggregate(
        rooms=Count("pk"), people=Sum("people_in"), seats=Sum("seats_taken"), waiting=Sum("waiting")
    )
    return [
        GaugeMetricFamily("foyer_rooms", "Rooms.", sums["rooms"]),
        GaugeMetricFamily("foyer_people_in", "People in all rooms.", sums["people"] or 0),
        GaugeMetricFamily("foyer_seats_taken", "Seats taken in all rooms.", sums["seats"] or 0),
        GaugeMetricFamily(
            "foyer_people_waiting", "People in a room who wait for a seat.", sums["waiting"] or 0
        ),
    ]


def _outbox() -> list[GaugeMetricFamily]:
    due = Invitation.objects.due().aggregate(number=Count("pk"), since=Min("due_at"))
    return [
        GaugeMetricFamily("foyer_outbox_due", "Letters that are due and not sent.", due["number"]),
        GaugeMetricFamily(
            "foyer_outbox_oldest_due_seconds", "For how long the oldest of them is due.", _age(due["since"])
        ),
    ]


def _letters() -> GaugeMetricFamily:
    letters = GaugeMetricFamily("foyer_letters", "Letters, by what became of them.", labels=["state"])
    counted = dict(Invitation.objects.order_by().values_list("state").annotate(Count("pk")))
    for state in State.values:
        letters.add_metric([state], counted.get(state, 0))
    return letters


def _sweep() -> GaugeMetricFamily:
    """Beat has it done every ten seconds: above a minute, nobody does."""
    expired = Participant.objects.expired().aggregate(since=Min("lease_until"))
    says = "For how long the oldest place is kept for who has gone."
    return GaugeMetricFamily("foyer_sweep_overdue_seconds", says, _age(expired["since"]))


def _beat() -> GaugeMetricFamily:
    """None before beat was ever heard: above two minutes, it is dead."""
    beat = GaugeMetricFamily("foyer_beat_seen_seconds", "How long ago beat was heard last.", labels=[])
    if age := Heartbeat.objects.filter(part=Part.BEAT).age():
        beat.add_metric([], max(0.0, age.total_seconds()))
    return beat


def _age(moment: datetime | None) -> float:
    return max(0.0, (timezone.now() - moment).total_seconds()) if moment else 0.0
