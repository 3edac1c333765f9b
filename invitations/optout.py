"""“Not for me”: the address in a letter where its receiver can say that they want no more of them."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from invitations.models import Invitation, State, Suppression, deeds
from links import addresses
from rooms.models import Room

PURPOSE = "letters"
TAKEN_BACK = _("Held back while the guest wanted no letters")


def address_of(invitation: Invitation) -> str:
    """The whole address, from PUBLIC_URL and never from a request's Host."""
    path = reverse("invitations:wish", args=[addresses.sign_for(PURPOSE, invitation.pk)])
    return f"{settings.PUBLIC_URL}{path}"


def find(address: str) -> Invitation | None:
    """The letter with this address; None for a forged one, and when its room is gone."""
    pk = addresses.read_for(PURPOSE, address)
    if pk is None:
        return None
    return Invitation.objects.select_related("link__room").filter(pk=pk).first()


def refuse(email: str, room: Room | None) -> None:
    """No more letters to this address about this room, or, without one, from anybody here."""
    with transaction.atomic():
        if Suppression.objects.add(email, room):
            deeds.write_down_refusal(email, room.pk if room else None)
        letters = Invitation.objects.filter(link__deleted_at=None, link__email__iexact=email)
        theirs = letters.filter(link__room=room) if room else letters
        newest = theirs.newest().exclude(state=State.SENDING)
        # `accept` asks which have gone.
        newest.exclude(pk__in=letters.gone().values("pk")).update(held_at=None)
        newest.mark(State.UNWANTED)


def accept(email: str) -> None:
    """Take back whatever was refused. What was held back meanwhile is not sent by itself."""
    with transaction.atomic():
        Suppression.objects.of(email).delete()
        letters = Invitation.objects.filter(link__email__iexact=email, state=State.UNWANTED)
        letters.exclude(held_at=None).mark(State.SENT)
        letters.filter(held_at=None).mark(State.FAILED, TAKEN_BACK)
