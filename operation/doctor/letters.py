from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from invitations.models import Invitation
from operation.doctor.findings import Finding, bad, good

STUCK_AFTER = timedelta(minutes=15)


def letters() -> Finding:
    due = Invitation.objects.due().filter(due_at__lt=timezone.now() - STUCK_AFTER)
    # A room whose letters are on their way has only more than go in a minute.
    moving = Invitation.objects.out().values("link__room")
    if number := due.exclude(link__room__in=moving).count():
        words = ngettext(
            "One letter has been due for 15 minutes and does not go. Look into a worker's log.",
            "%(number)d letters have been due for 15 minutes and do not go. Look into a worker's log.",
            number,
        )
        return bad(words % {"number": number})
    return good(_("No letter waits for longer than it should."))
