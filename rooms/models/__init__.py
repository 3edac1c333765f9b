from rooms.models.activity import Activity
from rooms.models.administrator import Administrator, SetupKey
from rooms.models.knock import Knock
from rooms.models.participant import Participant
from rooms.models.role import Role
from rooms.models.room import Room

__all__ = ["Activity", "Administrator", "Knock", "Participant", "Role", "Room", "SetupKey"]
