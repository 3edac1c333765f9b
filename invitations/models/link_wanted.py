from datetime import timedelta
from typing import ClassVar, Self

from django.db import models
from django.utils import timezone

KEPT_FOR = timedelta(days=1)


class LinkWantedQuerySet(models.QuerySet["LinkWanted"]):
    def stale(self) -> Self:
        return self.filter(asked_at__lte=timezone.now() - KEPT_FOR)


class LinkWanted(models.Model):
    """An address whose links somebody wants again. Whether there are any is the worker's question."""

    email = models.EmailField()
    asked_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar = LinkWantedQuerySet.as_manager()

    def __str__(self) -> str:
        return f"link wanted {self.pk}"
