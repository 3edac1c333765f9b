"""A web process as production starts it, with one address more."""

from django.conf import settings
from django.utils.module_loading import import_string

import config  # noqa: F401  (says where the settings are)

settings.ROOT_URLCONF = "tests.bench.urls"
application = import_string("config.asgi.application")
