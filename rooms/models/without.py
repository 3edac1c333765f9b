from collections.abc import Sequence
from typing import Any

from django.db.models import Func, JSONField


class Without(Func):
    """A JSON object without these of its keys, whatever they hold."""

    output_field = JSONField()

    def __init__(self, expression: Any, keys: Sequence[str]) -> None:
        super().__init__(expression)
        self.keys = keys

    def as_sqlite(self, compiler: Any, connection: Any, **_others: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[0])
        paths = [f"$.{key}" for key in self.keys]
        return f"JSON_REMOVE({sql}, {', '.join(['%s'] * len(paths))})", [*params, *paths]

    def as_postgresql(self, compiler: Any, connection: Any, **_others: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"({sql} - %s::text[])", [*params, list(self.keys)]
