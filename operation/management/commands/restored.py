from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from operation import restoring

WARNING = (
    "Everybody is let go, and every letter that waits is kept back. Was a backup restored just now? [y/N] "
)


class Command(BaseCommand):
    help = (
        "Run this once after a backup was restored, before web, worker and beat start: it brings the "
        "database to this version, empties the rooms, and keeps back what may have been mailed since."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--noinput", action="store_false", dest="asks", help="without a question")

    def handle(self, *args: Any, asks: bool, **options: Any) -> None:
        if asks and input(WARNING).strip().lower() not in {"y", "yes"}:
            raise CommandError("Nothing was changed.")
        call_command("migrate", verbosity=0, interactive=False)
        settled = restoring.settle()
        self.stdout.write(
            f"Rooms are empty; people who were in: {settled.people}. Letters kept back: {settled.letters}."
        )
