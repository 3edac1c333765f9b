"""For operators: accounts, and a look at rooms. What has consequences is done where they are drawn."""

from typing import Any, ClassVar, cast

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rooms import second_factors
from rooms.models import Activity, Administrator, Participant, Room

# There are operators and room administrators, and no third kind. What allauth keeps is not edited by hand:
# a provider, a session or a second factor that was made here would be nobody's.
for model in (Group, Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession):
    admin.site.unregister(model)

# One login for all, with its limits on guessing.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


OPERATOR = _("Runs this site: sees all rooms and accounts. Everybody else manages the rooms they are given.")


class NewAdministratorForm(AdminUserCreationForm):  # type: ignore[type-arg]
    class Meta:
        model = Administrator
        fields = ("email", "name", "is_superuser")
        labels: ClassVar = {"is_superuser": _("operator")}
        help_texts: ClassVar = {"is_superuser": OPERATOR}


class EditAdministratorForm(UserChangeForm):  # type: ignore[type-arg]
    class Meta:
        model = Administrator
        fields = ("email", "name", "password", "is_active", "is_superuser")
        labels: ClassVar = {"is_superuser": _("operator")}
        help_texts: ClassVar = {"is_superuser": OPERATOR}


@admin.register(Administrator)
class AdministratorAdmin(UserAdmin):  # type: ignore[type-arg]
    form = EditAdministratorForm
    add_form = NewAdministratorForm
    list_display = ("email", "name", "is_active", "is_superuser", "last_login")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("email", "name")
    ordering = ("email",)
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("Rights"), {"fields": ("is_active", "is_superuser")}),
    )
    filter_horizontal = ()
    actions = ("remove_second_factors",)
    add_fieldsets = (
        (None, {"fields": ("email", "name", "is_superuser", "usable_password", "password1", "password2")}),
    )

    def save_model(self, request: HttpRequest, obj: Administrator, form: Any, change: bool) -> None:
        obj.is_staff = obj.is_superuser
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Remove the second factors, for those who have lost theirs"))
    def remove_second_factors(self, request: HttpRequest, queryset: QuerySet[Administrator]) -> None:
        for administrator in queryset:
            second_factors.remove_all(administrator)
            self.log_change(request, administrator, _("second factors removed"))
        messages.success(request, _("They log in with their password alone, and can set up another one."))


@admin.register(Room)
class RoomAdmin(admin.ModelAdmin[Room]):
    list_display = ("name", "people_in", "seats_taken", "waiting", "quota", "capacity", "time_zone")
    search_fields = ("name", "administrators__email")
    filter_horizontal = ("administrators",)
    counters: ClassVar = ("people_in", "seats_taken", "waiting")

    def get_readonly_fields(self, request: HttpRequest, obj: Room | None = None) -> Any:
        """The limits of a room with people in it are moved in its settings, which seat who waits."""
        return (*self.counters, "quota", "capacity") if obj else self.counters

    def save_model(self, request: HttpRequest, obj: Room, form: forms.ModelForm[Room], change: bool) -> None:
        """Only what was changed: the counters in our hands are old by now."""
        fields = set(form.changed_data) - {"administrators"}
        with transaction.atomic():
            if change:
                values = {name: getattr(obj, name) for name in fields}
                Activity.objects.of_settings(obj.pk, values, cast("Administrator", request.user))
            obj.save(update_fields=fields if change else None)


@admin.register(Participant)
class ParticipantAdmin(admin.ModelAdmin[Participant]):
    list_display = ("shown_name", "room", "role", "granted_role", "joined_at", "left_at", "ending")
    list_filter = ("role", "ending")
    list_select_related = ("room",)
    search_fields = ("name", "room__name")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Participant | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Participant | None = None) -> bool:
        return False
