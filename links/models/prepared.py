"""A question that is asked so often that its SQL is written once: that takes longer than the answer."""

from collections.abc import Callable, Mapping
from copy import copy
from functools import cached_property
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from django.db import connections, models
from django.db.models.query import ModelIterable

M = TypeVar("M", bound=models.Model)


class Prepared(Generic[M]):
    """`ask` gives the queryset, with a stand-in for each value that changes, unlike any other value in it."""

    def __init__(self, ask: Callable[[], models.QuerySet[M]]) -> None:
        self.ask = ask

    def first(self, values: Mapping[Any, Any]) -> M | None:
        """The first row, with these values in place of their stand-ins."""
        compiler, sql, parameters = self._written
        # Django's own way from rows to models, with a compiler that has its SQL already.
        this = copy(compiler)
        this.connection = connections[compiler.using]
        this.as_sql = lambda: (sql, tuple(values.get(value, value) for value in parameters))
        query = SimpleNamespace(get_compiler=lambda using: this)  # noqa: ARG005
        asked: Any = SimpleNamespace(db=compiler.using, query=query, _known_related_objects={})
        return next(iter(ModelIterable(asked)), None)

    @cached_property
    def _written(self) -> tuple[Any, str, tuple[Any, ...]]:
        queryset = self.ask()
        compiler = queryset.query.get_compiler(queryset.db)
        return compiler, *compiler.as_sql()
