from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from rooms import seating
from rooms.models import Room
from rooms.models.participant import Tally


class Command(BaseCommand):
    help = "Recount the seats of each room, and report where its counters say something else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--fix", action="store_true", help="mend them, and seat who waits beside a free seat"
        )

    def handle(self, *args: Any, fix: bool, **options: Any) -> None:
        wrong = [room for room in Room.objects.order_by("pk").only("name") if self._is_wrong(room, fix=fix)]
        if not wrong:
            self.stdout.write("All counters are right.")
        elif fix:
            self.stdout.write(f"Mended: {len(wrong)}.")
        else:
            raise CommandError(
                f"Rooms with wrong counters: {len(wrong)}. Mend them: manage.py check_seats --fix"
            )

    def _is_wrong(self, room: Room, *, fix: bool) -> bool:
        try:
            said, so = seating.recount(room.pk, fix=fix)
        except Room.DoesNotExist:  # deleted since it was listed
            return False
        if said != so:
            self.stdout.write(f"Room {room.pk}, {room}: says {_words(said)}; counted {_words(so)}")
        return said != so


def _words(tally: Tally) -> str:
    return ", ".join(f"{counter} {number}" for counter, number in tally.items())
