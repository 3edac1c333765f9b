from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from rooms.models import SetupKey


class Command(BaseCommand):
    help = "Make the address where the first administrator is made. An earlier one opens no more."

    def handle(self, *args: Any, **options: Any) -> None:
        if not (token := SetupKey.issue()):
            raise CommandError("There is an administrator already, who can make others.")
        self.stdout.write(f"Become the first administrator at {settings.PUBLIC_URL}/setup/{token}/")
