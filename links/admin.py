from django.contrib import admin

from links.models import Link


@admin.register(Link)
class LinkAdmin(admin.ModelAdmin[Link]):
    """To look, for operators; changes are made where their consequences are."""

    list_display = ("id", "kind", "room", "name", "description", "role", "is_active", "deleted_at")
    list_filter = ("kind", "role", "is_active")
    search_fields = ("name", "email", "description", "label")

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_change_permission(self, request: object, obj: Link | None = None) -> bool:
        return False

    def has_delete_permission(self, request: object, obj: Link | None = None) -> bool:
        return False
