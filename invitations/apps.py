from typing import Any

from anymail.signals import AnymailTrackingEvent
from anymail.signals import tracking as heard_from_provider
from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvitationsConfig(AppConfig):
    name = "invitations"
    verbose_name = _("Invitations")

    def ready(self) -> None:
        from invitations import checks  # noqa: F401, PLC0415  (models are there only when the apps are)

        heard_from_provider.connect(hear, dispatch_uid="invitations")


def hear(sender: object, event: AnymailTrackingEvent, esp_name: str, **_more: Any) -> None:
    from invitations import tracking  # noqa: PLC0415  (and here)

    tracking.hear(event, esp_name)
