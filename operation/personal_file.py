"""What is stored about one person as JSON (RFC 8259): a list for each kind of record, its fields by name."""

import json
from collections.abc import Iterator
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet
from django.utils import timezone

from operation.person import Person

FORMAT = "foyer-person/1"
ROWS_AT_ONCE = 2_000
DATES = ("created_at", "starts_at", "ends_at", "deleted_at")
FIELDS = {
    "links": ("room__name", "name", "email", "language", "role", "note", *DATES),
    "letters": ("link__room__name", "occasion", "recipient", "message_id", "state", "reason", *DATES[:1]),
    "stays": ("room__name", "name", "joined_as", "joined_at", "left_at", "ending"),
    "requests": ("room__name", "name", "email", "note", "asked_at", "answer", "answered_at"),
    "deeds": ("room__name", "at", "deed", "about", "before", "after"),
    "rows": ("of_import__room__name", "number", "cells", "mended", "email", "state"),
    "wishes": ("room__name", "created_at"),
}


def write(person: Person) -> Iterator[str]:
    """In pieces, as it is read: it may be long."""
    head = {"format": FORMAT, "email": person.email, "written_at": timezone.now()}
    yield _text({**head, "has_account": person.account is not None})[:-1]
    for kind, fields in FIELDS.items():
        yield f', "{kind}": ['
        yield from _records(getattr(person, kind), fields)
        yield "]"
    yield "}\n"


def counts(person: Person) -> dict[str, int]:
    """How many records there are of each kind."""
    return {kind: getattr(person, kind).count() for kind in FIELDS}


def _records(found: "QuerySet[Any]", fields: tuple[str, ...]) -> Iterator[str]:
    """Of a room, however far away, the name."""
    names = ["room" if field.endswith("room__name") else field for field in fields]
    rows = found.order_by("pk").values_list(*fields).iterator(ROWS_AT_ONCE)
    for number, row in enumerate(rows):
        yield (", " if number else "") + _text(dict(zip(names, row, strict=True)))


def _text(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
