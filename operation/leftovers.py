"""What nobody asks for any more: it is gone after as long as changes can be taken back."""

from importlib import import_module

from django.conf import settings
from django.utils import timezone

from invitations.models import TrackingEvent
from operation.erasing import AT_ONCE
from rooms.models.activity import UNDO_FOR


def sweep() -> None:
    """Imports, changes of many links and requests for access are forgotten by those who work on them."""
    forget_events()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


def forget_events() -> None:
    """What providers said of letters. The letters have it; said once more, it would change nothing."""
    old = TrackingEvent.objects.filter(created_at__lt=timezone.now() - UNDO_FOR).order_by("pk")
    while pks := list(old.values_list("pk", flat=True)[:AT_ONCE]):
        TrackingEvent.objects.filter(pk__in=pks).delete()
