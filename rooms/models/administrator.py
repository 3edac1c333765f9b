import hashlib
import secrets
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.db.models import Exists
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class AdministratorManager(BaseUserManager["Administrator"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Administrator":
        administrator = self.model(email=email.strip().lower(), **fields)
        administrator.set_password(password)
        administrator.save(using=self._db)
        return administrator

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Administrator":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Administrator":
        return self.get(email__iexact=username)


class Administrator(AbstractBaseUser, PermissionsMixin):
    """A person with an account, who logs in by e-mail and manages rooms. Operators run the site as well."""

    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=80, blank=True)
    is_staff = models.BooleanField(_("may use the operator's pages"), default=False)
    is_active = models.BooleanField(_("may log in"), default=True)
    date_joined = models.DateTimeField(_("since"), auto_now_add=True)

    objects: ClassVar[AdministratorManager] = AdministratorManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("administrator")
        verbose_name_plural = _("administrators")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(is_staff=models.F("is_superuser")),
                name="operators_and_nobody_else_are_staff",
            ),
            models.UniqueConstraint(Lower("email"), name="one_administrator_an_address"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return str(self)


class SetupKey(models.Model):
    """Lets the first person in, once. Only its digest is kept."""

    digest = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"set-up key {self.pk}"

    @classmethod
    def issue(cls) -> str | None:
        """Void older keys and make a new one; None when there is an administrator already."""
        with transaction.atomic():
            cls.objects.all().delete()
            if Administrator.objects.exists():
                return None
            token = secrets.token_urlsafe(24)
            cls.objects.create(digest=_digest(token))
            return token

    @classmethod
    def is_good(cls, token: str) -> bool:
        return cls._unused(token).exists()

    @classmethod
    def use_up(cls, token: str) -> bool:
        """Of two who use one key at once, one is told True."""
        deleted, _rows = cls._unused(token).delete()
        return deleted == 1

    @classmethod
    def _unused(cls, token: str) -> models.QuerySet["SetupKey"]:
        """None once there is an administrator, however they came to be."""
        return cls.objects.exclude(Exists(Administrator.objects.all())).filter(digest=_digest(token))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
