#!/usr/bin/env python
"""Foyer's commands: `python manage.py help` lists them."""

# This file alone must also be understood by the Pythons that are too old.
import os
import sys


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036
        sys.exit(
            "Foyer needs Python 3.11 or newer and this is %d.%d: install one, then run `make run`."
            % sys.version_info[:2]
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        from django.core.exceptions import ImproperlyConfigured
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit(
            "Django is not installed for %s: run `make run`, which makes .venv, or use .venv/bin/python."
            % sys.executable
        )
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
