from django.contrib import admin

from invitations.models import Invitation, TrackingEvent


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin[Invitation]):
    """To look, for operators: what became of each letter."""

    list_display = ("id", "recipient", "state", "reason", "attempts", "due_at", "changed_at")
    list_filter = ("state",)
    search_fields = ("recipient", "message_id")

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_change_permission(self, request: object, obj: Invitation | None = None) -> bool:
        return False

    def has_delete_permission(self, request: object, obj: Invitation | None = None) -> bool:
        return False


@admin.register(TrackingEvent)
class TrackingEventAdmin(admin.ModelAdmin[TrackingEvent]):
    """To look, for operators: what was said of which letter, and how often of none of ours."""

    list_display = ("id", "kind", "invitation", "event_id", "created_at")
    list_filter = ("kind", ("invitation", admin.EmptyFieldListFilter))
    list_select_related = ("invitation",)
    search_fields = ("event_id",)

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_change_permission(self, request: object, obj: TrackingEvent | None = None) -> bool:
        return False

    def has_delete_permission(self, request: object, obj: TrackingEvent | None = None) -> bool:
        return False
