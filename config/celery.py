import os
import warnings

from celery import Celery
from celery.signals import before_task_publish, setup_logging, task_postrun, task_prerun
from django.conf import settings

from config import request_ids

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Worker and beat would run Django's checks and drop what they say. `manage.py` runs them, and says it.
os.environ.setdefault("CELERY_SKIP_CHECKS", "yes")

# Celery's advice concerns pickled tasks. Ours are JSON, and in a container everybody is root.
warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")

app = Celery("foyer")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# A call that nobody took for so long is dropped. The worker's clock tells, which may differ from beat's:
# with less patience a worker that is a minute ahead would drop all.
PATIENCE = 300
# What beat calls, and how often, in seconds.
EACH = {
    "rooms.tasks.sweep": 10,
    "links.tasks.run_bulk_changes": settings.OUTBOX_SWEEP,
    "invitations.tasks.drain_outbox": settings.OUTBOX_SWEEP,
    "invitations.tasks.run_imports": settings.OUTBOX_SWEEP,
    "invitations.tasks.resend_many": settings.OUTBOX_SWEEP,
    "invitations.tasks.tell_of_requests": 15,
    "invitations.tasks.send_again": 60,
    "invitations.tasks.remind": 60,
    "invitations.tasks.read_bounces": 60,
    "operation.tasks.note_beat": settings.HEARTBEAT,
    "operation.tasks.forget_people": 3600,
}
app.conf.beat_schedule = {
    task: {"task": task, "schedule": seconds, "options": {"expires": seconds + PATIENCE}}
    for task, seconds in EACH.items()
}

before_task_publish.connect(request_ids.send_along)
task_prerun.connect(request_ids.take_up)
task_postrun.connect(request_ids.put_down)


@setup_logging.connect
def keep_the_logging_of_settings(**_options: object) -> None:
    """A receiver, even an empty one, stops Celery from setting up its own."""
