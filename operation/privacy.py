"""Where the page about privacy is. Signed, it names the room from whose door one comes, and no other."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from rooms.models import Room

SIGNER = signing.Signer(salt="operation.privacy")


def address(room: Room | None, language: str) -> str:
    if settings.PRIVACY_URL:
        return str(settings.PRIVACY_URL)
    path = (
        reverse("operation:privacy_of_room", args=[SIGNER.sign(str(room.pk))])
        if room
        else reverse("operation:privacy")
    )
    return f"{path}?language={language}"


def room_in(signed: str) -> Room | None:
    """None also when it is forged, or gone: then the page says what holds for the site."""
    try:
        return Room.objects.filter(pk=SIGNER.unsign(signed)).first()
    except signing.BadSignature:
        return None
