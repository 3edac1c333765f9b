from celery import shared_task

from rooms import seating


@shared_task(ignore_result=True)
def sweep() -> None:
    """Takes no argument: a lost, late or doubled call does no harm."""
    seating.sweep_all()
