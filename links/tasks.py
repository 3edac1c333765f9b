from celery import shared_task
from django.db import transaction

from links import bulk


@shared_task(ignore_result=True)
def run_bulk_changes() -> None:
    """Takes no argument: a lost, late or doubled call does no harm."""
    bulk.run(bulk.DEEDS)


def wake_bulk_changes() -> None:
    # robust: with the broker down the rows are safe, and the next sweep finds them.
    transaction.on_commit(run_bulk_changes.delay, robust=True)
