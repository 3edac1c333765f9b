"""How tests import guests."""

import re
from typing import TYPE_CHECKING

from django.core.files.uploadedfile import SimpleUploadedFile

from invitations import importing
from invitations.importing import preview
from invitations.models import Import
from invitations.spreadsheets import read_pasted
from tests.browsers import Client

if TYPE_CHECKING:
    from rooms.models import Administrator, Room

TABLE = """\
name,email,role
Gina,gina@example.org,guest
Hugo,hugo@example.org,moderator
Ida,ida@example,guest
"""


def table_of(number: int) -> str:
    rows = (f"Guest {n},guest{n}@example.org" for n in range(1, number + 1))
    return "\n".join(["name,email", *rows])


def begin(room: "Room", administrator: "Administrator", text: str = TABLE, **choices) -> Import:
    """A preview, as the upload page makes it."""
    begun = preview.begin(room, administrator, read_pasted(text), language="en")
    if choices:
        preview.choose(begun, **choices)
    return Import.objects.get(pk=begun.pk)


def done(room: "Room", administrator: "Administrator", text: str = TABLE, **choices) -> Import:
    """An import that is through."""
    begun = begin(room, administrator, text, **choices)
    assert begun.confirm()
    work()
    return Import.objects.get(pk=begun.pk)


def work() -> None:
    """What the worker does when it is woken."""
    importing.run(lambda: None)


def upload(client: Client, room: "Room", text: str = TABLE, name: str = "guests.csv") -> Import:
    """Over HTTP. The preview that comes of it."""
    answer = post_file(client, room, text.encode(), name)
    assert answer.status_code == 302, answer.content.decode()
    return Import.objects.get(pk=re.search(r"/imports/(\d+)/", answer.url)[1])


def post_file(client: Client, room: "Room", data: bytes, name: str = "guests.csv"):
    file = SimpleUploadedFile(name, data)
    return client.post(f"/rooms/{room.pk}/guests/import/", {"file": file, "text": ""})


def states(an_import: Import) -> dict[str, int]:
    return {state: number for state, (number, _silent) in an_import.rows.counted("state").items()}


def verdicts(an_import: Import) -> dict[int, str]:
    return dict(an_import.rows.judged(an_import.room_id).order_by("number").values_list("number", "verdict"))
