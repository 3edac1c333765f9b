"""The one door of manage.py, uvicorn and celery alike: a wrong setting is one sentence, and the end."""

import sys

from django.core.exceptions import ImproperlyConfigured

try:
    from config.celery import app as celery_app
except ImproperlyConfigured as error:
    sys.exit(str(error))

__all__ = ["celery_app"]
