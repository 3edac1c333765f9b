from celery import shared_task
from django.db import transaction

from invitations import importing, outbox


@shared_task(ignore_result=True)
def drain_outbox() -> None:
    """Takes no argument: a lost, late or doubled call does no harm."""
    outbox.drain()


def wake_outbox() -> None:
    # robust: with the broker down the rows are safe, and the next sweep finds them.
    transaction.on_commit(drain_outbox.delay, robust=True)


@shared_task(ignore_result=True)
def run_imports() -> None:
    """Takes no argument: a lost, late or doubled call does no harm."""
    importing.run(wake_outbox)


def wake_imports() -> None:
    transaction.on_commit(run_imports.delay, robust=True)
