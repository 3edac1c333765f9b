"""`manage.py check_seats`: recount and report; mend with --fix."""

import pytest
from django.core.management import CommandError, call_command

from rooms.models import Role, Room
from tests.doors import counters, join, roles

pytestmark = pytest.mark.django_db


def test_right_counters_are_reported_right(room, bobs_room, capsys):
    call_command("check_seats")
    assert capsys.readouterr().out == "All counters are right.\n"


def test_wrong_counters_are_reported_and_stay(room, bobs_room, make_group_link, capsys):
    join(make_group_link())
    Room.objects.filter(pk=room.pk).update(people_in=3, seats_taken=2)
    with pytest.raises(CommandError, match="Rooms with wrong counters: 1") as error:
        call_command("check_seats")
    assert error.value.returncode == 1
    assert (
        "Physics colloquium: says people_in 3, seats_taken 2, waiting 0; counted people_in 1, seats_taken 1"
        in (capsys.readouterr().out)
    )
    room.refresh_from_db()
    assert (room.people_in, room.seats_taken) == (3, 2)


def test_mended_counters_are_right_and_who_waited_beside_a_free_seat_sits(room, make_group_link, capsys):
    Room.objects.update(quota=2)
    link = make_group_link()
    join(link, "Ana")
    Room.objects.update(people_in=3, seats_taken=2)
    join(link, "Ben")
    assert roles(room) == {"Ana": Role.PARTICIPANT, "Ben": Role.SPECTATOR}
    call_command("check_seats", "--fix")
    assert "Mended: 1." in capsys.readouterr().out
    assert roles(room) == {"Ana": Role.PARTICIPANT, "Ben": Role.PARTICIPANT}
    assert counters(room) == (2, 2, 0)
    call_command("check_seats")
