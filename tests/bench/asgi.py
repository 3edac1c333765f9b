"""A web process as production starts it, with one address more."""

import config  # noqa: F401  (says where the settings are)
from django.conf import settings
from django.utils.module_loading import import_string

settings.ROOT_URLCONF = "tests.bench.urls"
application = import_string("config.asgi.application")
