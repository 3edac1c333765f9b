from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RoomsConfig(AppConfig):
    name = "rooms"
    verbose_name = _("Rooms")

    def ready(self) -> None:
        # Django collects checks, and allauth asks who wants to hear of it, when the apps are there.
        from rooms import checks, second_factors  # noqa: F401, PLC0415
