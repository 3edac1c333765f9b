from typing import Any

from celery import shared_task
from celery.signals import worker_init, worker_shutting_down

from operation import leftovers, retention
from operation.models import Heartbeat, Part
from operation.pulse import Pulse

_pulses: list[Pulse] = []


@shared_task(ignore_result=True)
def note_beat() -> None:
    """Beat alone sends this: when it arrives, beat, broker and worker are there."""
    Heartbeat.objects.note(Part.BEAT)


@worker_init.connect
def begin_pulse(sender: Any, **_more: Any) -> None:
    # Before the broker is reached, and whether it is or not.
    _pulses.append(Pulse(sender.app))
    _pulses[-1].start()


@worker_shutting_down.connect
def end_pulse(**_more: Any) -> None:
    for pulse in _pulses:
        pulse.end()


@shared_task(ignore_result=True)
def forget_people() -> None:
    """Takes no argument: a lost, late or doubled call does no harm."""
    retention.run()
    leftovers.sweep()
