import json
from collections.abc import Mapping
from typing import Any

from django.db.models import BigIntegerField, Func


class Paired(Func):
    """For each row the number that stands beside its own in a mapping, or nothing: many in one statement."""

    output_field = BigIntegerField()

    def __init__(self, expression: Any, numbers: Mapping[int, int]) -> None:
        super().__init__(expression)
        self.numbers = json.dumps(numbers)

    def as_sqlite(self, compiler: Any, connection: Any, **_others: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"JSON_EXTRACT(%s, '$.\"' || {sql} || '\"')", [self.numbers, *params]

    def as_postgresql(self, compiler: Any, connection: Any, **_others: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"(%s::jsonb ->> {sql}::text)::bigint", [self.numbers, *params]
