"""A link is for one or for many."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from links.models.link import Link
from links.models.queryset import LinkQuerySet


class GuestLinkManager(models.Manager["GuestLink"]):
    def get_queryset(self) -> LinkQuerySet["GuestLink"]:
        return LinkQuerySet(self.model, using=self._db).filter(kind=Link.Kind.GUEST)


class GuestLink(Link):
    """For one named person, whom it reaches by e-mail."""

    objects: ClassVar = GuestLinkManager.from_queryset(LinkQuerySet)()  # type: ignore[assignment]  # narrower

    class Meta:
        proxy = True
        verbose_name = _("guest link")
        verbose_name_plural = _("guest links")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.kind = Link.Kind.GUEST
        super().save(*args, **kwargs)


class GroupLinkManager(models.Manager["GroupLink"]):
    def get_queryset(self) -> LinkQuerySet["GroupLink"]:
        return LinkQuerySet(self.model, using=self._db).filter(kind=Link.Kind.GROUP)


class GroupLink(Link):
    """For many; each gives a name at the door."""

    objects: ClassVar = GroupLinkManager.from_queryset(LinkQuerySet)()  # type: ignore[assignment]  # narrower

    class Meta:
        proxy = True
        verbose_name = _("group link")
        verbose_name_plural = _("group links")

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.kind = Link.Kind.GROUP
        super().save(*args, **kwargs)
