"""An administrator's answer to somebody who asks for access."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from invitations import outbox
from invitations.models import Invitation
from invitations.outbox import TooSoon, Unwanted
from links.models import AccessRequest, Link
from links.opening import Opening
from rooms.models import Administrator

GRANTED, DECLINED = AccessRequest.Answer.GRANTED, AccessRequest.Answer.DECLINED


class Answered(Exception):
    """Another administrator was faster."""


class Changed(Exception):
    """It would take something else by now than the button has said."""


@dataclass(frozen=True)
class Granted:
    """`letter` is what was put into the outbox, `refusal` why nothing was."""

    letter: Invitation | None = None
    refusal: TooSoon | Unwanted | None = None


def grant(asked: AccessRequest, promised: str, by: Administrator) -> Granted:
    """Open the door as the button has promised, for all who ask at it, and mail a guest the link.

    Raises Answered and Changed, and then nothing has changed.
    """
    with transaction.atomic():
        # Held, so that of two administrators the second finds what the first has done.
        link = (
            Link.objects.select_for_update(no_key=True, of=("self",))
            .select_related("room")
            .get(pk=asked.link_id)
        )
        _answer(asked, GRANTED, by)
        opening = Opening.of(link, timezone.now())
        if opening.key != promised or link.deleted_at:
            raise Changed
        opening.apply(by=by)
        AccessRequest.objects.filter(link=link).settle(GRANTED, by)
        return _mail(link, by) if link.is_for_one else Granted()


def decline(asked: AccessRequest, by: Administrator) -> None:
    """Raises Answered."""
    with transaction.atomic():
        _answer(asked, DECLINED, by)
        asked.look_again()


def _answer(asked: AccessRequest, answer: str, by: Administrator) -> None:
    if not AccessRequest.objects.filter(pk=asked.pk).settle(answer, by):
        raise Answered


def _mail(link: Link, by: Administrator) -> Granted:
    try:
        return Granted(letter=outbox.resend(link, by))
    except (TooSoon, Unwanted) as refusal:
        return Granted(refusal=refusal)
