import threading

from celery import shared_task
from celery.signals import worker_shutting_down
from django.core.cache import cache
from django.db import transaction

from invitations import again, importing, mailbox, mending, outbox, reminders, telling
from links import bulk

# Seconds until a worker looks again for letters that had to wait for their room's next minute.
PAUSE = 5
ending = threading.Event()


@worker_shutting_down.connect
def end_between_letters(**_how: object) -> None:
    """Whoever ends the worker waits for one letter, and not for all that are due."""
    ending.set()


@shared_task(ignore_result=True)
def drain_outbox() -> None:
    """Takes no argument: a lost, late or doubled call does no harm."""
    some_wait = outbox.drain(ending.is_set, call_another)
    # However many end here with letters left, one comes back.
    if some_wait and cache.add("invitations.drain_again", 1, timeout=PAUSE):
        drain_outbox.apply_async(countdown=PAUSE)


def call_another() -> None:
    transaction.on_commit(carry_too.delay, robust=True)


@shared_task(ignore_result=True)
def carry_too() -> None:
    """Takes no argument: a lost, late or doubled call does no harm."""
    # This one calls nobody: workers have seats to free as well.
    outbox.drain(ending.is_set)


@shared_task(ignore_result=True)
def read_bounces() -> None:
    mailbox.read()


@shared_task(ignore_result=True)
def remind() -> None:
    if reminders.remind():
        wake_outbox()


def wake_outbox() -> None:
    # robust: with the broker down the rows are safe, and the next sweep finds them.
    transaction.on_commit(drain_outbox.delay, robust=True)


@shared_task(ignore_result=True)
def run_imports() -> None:
    """Takes no argument: a lost, late or doubled call does no harm."""
    importing.run(wake_outbox)


def wake_imports() -> None:
    transaction.on_commit(run_imports.delay, robust=True)


@shared_task(ignore_result=True)
def resend_many() -> None:
    """Takes no argument: a lost, late or doubled call does no harm."""
    bulk.run(mending.LETTERS)
    wake_outbox()


def wake_resend_many() -> None:
    transaction.on_commit(resend_many.delay, robust=True)


@shared_task(ignore_result=True)
def send_again() -> None:
    """Takes no argument: a lost, late or doubled call does no harm."""
    if again.send():
        wake_outbox()


def wake_again() -> None:
    transaction.on_commit(send_again.delay, robust=True)


@shared_task(ignore_result=True)
def tell_of_requests() -> None:
    """Takes no argument: a lost, late or doubled call does no harm."""
    telling.tell()
