"""After a backup was restored: what may have gone since it was made does not go again by itself."""

from django.utils.translation import gettext_noop as _

from invitations import reminders
from invitations.models import Import, Invitation, LinkWanted, State, deeds
from links.models import AccessRequest, BulkChange, BulkFailure
from rooms.models.activity import Deed

UNKNOWN = _("Restored from a backup; whether it went since then is not known")


def keep_back() -> int:
    """Whatever would send a letter by itself. How many letters were kept back."""
    # Those whose time came since the backup: from now on they count as asked for, once.
    reminders.remind()
    LinkWanted.objects.all().delete()
    AccessRequest.objects.filter(tell_at__isnull=False).update(tell_at=None, claim=None)
    # Its guests may have letters with addresses that are lost: what is left of it is made, and not mailed.
    Import.objects.filter(state=Import.State.RUNNING).update(send=False)
    for change in BulkChange.objects.filter(action=BulkChange.Action.RESEND, state=BulkChange.State.RUNNING):
        _give_up(change)
    return _fail_what_waits()


def _fail_what_waits() -> int:
    """Those in a worker's hands too: it is not known how far it came."""
    waiting = Invitation.objects.filter(due_at__isnull=False)
    letters = list(waiting.select_related("link"))
    waiting.mark(State.FAILED, UNKNOWN)
    deeds.write_down(letters, Deed.NOT_ARRIVED, UNKNOWN)
    return len(letters)


def _give_up(change: BulkChange) -> None:
    left = change.chosen[change.through :]
    BulkFailure.objects.bulk_create(
        BulkFailure(bulk_change=change, link_id=pk, reason=UNKNOWN) for pk in left
    )
    change.count(through=len(left), changed=0, same=0)
    change.end()
