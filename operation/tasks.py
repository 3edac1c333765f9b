from celery import shared_task

from operation import leftovers, retention


@shared_task(ignore_result=True)
def forget_people() -> None:
    """Takes no argument: a lost, late or doubled call does no harm."""
    retention.run()
    leftovers.sweep()
