from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rooms import second_factors
from rooms.models import Administrator


class Command(BaseCommand):
    help = (
        "Remove the second factors of somebody who has lost theirs. Make sure first that it is them who asks."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="of their account")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        administrator = Administrator.objects.filter(email__iexact=email).first()
        if administrator is None:
            raise CommandError(f"There is no account with the address {email}.")
        number = second_factors.remove_all(administrator)
        self.stdout.write(f"Second factors removed from {administrator.email}: {number}.")
