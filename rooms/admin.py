"""For operators: accounts, and a look at rooms. What has consequences is done where they are drawn."""

from typing import Any, ClassVar, cast

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from rooms.models import Activity, Administrator, Participant, Room

# One login for all, with its limits on guessing.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


class NewAdministratorForm(AdminUserCreationForm):  # type: ignore[type-arg]
    class Meta:
        model = Administrator
        fields = ("email", "name")


class EditAdministratorForm(UserChangeForm):  # type: ignore[type-arg]
    class Meta:
        model = Administrator
        fields = "__all__"


@admin.register(Administrator)
class AdministratorAdmin(UserAdmin):  # type: ignore[type-arg]
    form = EditAdministratorForm
    add_form = NewAdministratorForm
    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser")
    search_fields = ("email", "name")
    ordering = ("email",)
    fieldsets = (
        (None, {"fields": ("email", "name", "password")}),
        (_("Rights"), {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")}),
    )
    add_fieldsets = ((None, {"fields": ("email", "name", "usable_password", "password1", "password2")}),)


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
