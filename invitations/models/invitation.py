import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, functions
from django.db.models.expressions import Combinable
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from invitations.models import deeds
from invitations.models.states import IN_WORDS, LASTING, LINE, Occasion, State
from links.models import NOT_ARRIVED, Link
from rooms.clock import Moment, Now
from rooms.models import Participant, Room
from rooms.models.activity import Deed

RESEND_AFTER = timedelta(minutes=1)
A_MINUTE = timedelta(minutes=1)
BACKOFF = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6))


def new_message_id() -> str:
    """A Message-ID by RFC 5322, 3.6.4, at the host of PUBLIC_URL."""
    return f"<{uuid.uuid4()}@{urlsplit(settings.PUBLIC_URL).hostname}>"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def due(self) -> Self:
        """Whose time has come, as long as what they say is so; the others wait until it is again."""
        return self.true_at(Now()).filter(due_at__lte=Now())

    def true_at(self, moment: Moment) -> Self:
        """Those that say what is so: the link opens now or later; of a cancellation, it is deleted.

        A reminder only before the start that it reminds of, and to who has not been there.
        """
        is_cancellation = Q(occasion=Occasion.CANCELLATION)
        is_living = Q(link__in=Link.objects.living(moment).with_person())
        is_timely = Q(link__starts_at=F("reminds_of"), reminds_of__gt=moment)
        has_joined = Exists(Participant.objects.filter(link=OuterRef("link")))
        return self.filter(
            (is_cancellation & Q(link__deleted_at__isnull=False))
            | (~is_cancellation & is_living & (Q(reminds_of=None) | (is_timely & ~has_joined)))
        )

    def outdated(self) -> Self:
        """Reminders and cancellations that are not sent and have become untrue."""
        passing = self.waiting().exclude(occasion__in=LASTING)
        return passing.exclude(pk__in=self.true_at(Now()).values("pk"))

    def drop_outdated(self) -> None:
        with transaction.atomic():
            dropped = list(self.outdated().select_related("link").select_for_update(of=("self",)))
            if dropped:
                self.filter(pk__in=[letter.pk for letter in dropped]).delete()
                deeds.write_down(dropped, Deed.UNSENT, deeds.OUTDATED)

    def gone(self) -> Self:
        return self.filter(state__in=(State.SENT, State.DELIVERED))

    def claim(self, batch: int) -> list["Invitation"]:
        """Lease due invitations to the caller. If the caller dies, they fall due again.

        Of one room's letters at most LETTERS_A_MINUTE are out in a minute; the others stay due.
        """
        out = Invitation.objects.out().by_room()
        full = [room for room, number in out.items() if number >= settings.LETTERS_A_MINUTE]
        first = self.due().exclude(link__room__in=full).order_by("due_at", "pk")
        if not (candidates := list(first.values_list("pk", "link__room")[:batch])):
            return []
        mine, its_link = uuid.uuid4(), Link.objects.filter(pk=OuterRef("link"))
        with transaction.atomic():
            chosen = self._within_the_limit(candidates)
            # The time is asked again where the row is written, so that of two callers one gets it.
            self.filter(pk__in=chosen, due_at__lte=Now()).update(
                claim=mine,
                state=State.SENDING,
                due_at=lease_end(),
                held_at=Now(),
                attempts=F("attempts") + 1,
                recipient=its_link.values("email"),
                sequence=its_link.values("sequence"),
            )
        claimed = list(self.filter(claim=mine).select_related("link__room", "sent_by").order_by("pk"))
        for letter in claimed:
            letter.follow_link()
        return claimed

    def _within_the_limit(self, candidates: list[tuple[int, int]]) -> list[int]:
        """Those that their rooms have room for; counted under the rooms' rows, so that two workers add up."""
        rooms = {room for _pk, room in candidates}
        list(Room.objects.filter(pk__in=rooms).order_by("pk").select_for_update(no_key=True).values("pk"))
        out = Invitation.objects.out().filter(link__room__in=rooms).by_room()
        left = {room: settings.LETTERS_A_MINUTE - out.get(room, 0) for room in rooms}
        chosen = []
        for pk, room in candidates:
            left[room] -= 1
            if left[room] >= 0:
                chosen.append(pk)
        return chosen

    def out(self) -> Self:
        """In a worker's hands, or put into a mail server's within the last minute."""
        return self.filter(Q(claim__isnull=False, due_at__gt=Now()) | Q(held_at__gt=Now() - A_MINUTE))

    def by_room(self) -> dict[int, int]:
        """How many of them each room has."""
        counted = self.order_by().values_list("link__room").annotate(number=Count("pk"))
        return dict(counted)

    def newest(self) -> Self:
        """Of each link the last one."""
        later = Invitation.objects.filter(link=OuterRef("link"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later))

    def still_mine(self, letters: list["Invitation"]) -> Self:
        """Those of the caller's claim that are in no other hands by now."""
        return self.filter(pk__in=[letter.pk for letter in letters], claim=letters[0].claim)

    def hand_back(self) -> None:
        """Unsent, and due as they were, for the next who claims them."""
        news = {"state": State.QUEUED, "due_at": Now(), "claim": None, "held_at": None}
        self.update(**news, attempts=F("attempts") - 1, changed_at=timezone.now())

    def settle_sent(self) -> None:
        """Write down that these have gone."""
        with transaction.atomic():
            sent = list(self.select_related("link").select_for_update(of=("self",)))
            news = {"state": State.SENT, "reason": "", "due_at": None, "claim": None}
            gone = Invitation.objects.filter(pk__in=[letter.pk for letter in sent])
            gone.update(**news, changed_at=timezone.now())
            deeds.write_down(sent, Deed.MAILED)

    def mark(self, state: State, reason: str = "") -> None:
        """Write down what became of them; nobody sends them any more."""
        pks = list(self.values_list("pk", flat=True))
        news = {"state": state, "reason": reason, "changed_at": timezone.now()}
        Invitation.objects.filter(pk__in=pks).update(due_at=None, claim=None, **news)

    def waiting(self) -> Self:
        """Not sent, and in nobody's hands: neither a worker's nor a provider's that tries again by itself."""
        states = (State.QUEUED, State.DEFERRED)
        return self.filter(state__in=states, claim__isnull=True, due_at__isnull=False)

    def forget(self) -> None:
        """To whom these letters went is gone; that they went, and what became of them, stays."""
        self.filter(due_at__isnull=False).update(state=State.FAILED, due_at=None, claim=None)
        self.update(recipient="", reason="")

    def replaced(self) -> int:
        reason = gettext_noop("Replaced by a newer letter")
        return self.update(state=State.FAILED, reason=reason, due_at=None)


class Invitation(models.Model):
    """One e-mail about one guest link, with the state of its delivery. The row is the outbox."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="invitations")
    occasion = models.CharField(
        _("occasion"), max_length=12, choices=Occasion.choices, default=Occasion.INVITATION
    )
    # Of a reminder: the start that it reminds of.
    reminds_of = models.DateTimeField(null=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    message_id = models.CharField(max_length=255, unique=True, default=new_message_id)
    # The name that a mail provider gave it.
    provider_id = models.CharField(max_length=255, blank=True, editable=False)
    recipient = models.EmailField(_("recipient"), blank=True)
    # The SEQUENCE (RFC 5545, 3.8.7.4) of the calendar entry that went with it.
    sequence = models.PositiveIntegerField(null=True, editable=False)
    # Schedule, lease and backoff in one; empty when there is nothing more to do.
    due_at = models.DateTimeField(null=True, db_default=functions.Now())
    claim = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    held_at = models.DateTimeField(null=True, editable=False)  # when it was last put into a server's hands
    created_at = models.DateTimeField(_("asked for"), auto_now_add=True)
    changed_at = models.DateTimeField(_("since"), default=timezone.now)

    objects: ClassVar = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="invitation_due"),
            models.Index(fields=["claim"], condition=Q(claim__isnull=False), name="invitation_claim"),
            models.Index(fields=["held_at"], condition=Q(held_at__isnull=False), name="invitation_held"),
            models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="invitation_provider_id"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["link", "occasion", "reminds_of"],
                condition=Q(reminds_of__isnull=False),
                name="one_reminder_of_a_start",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} ({self.message_id})"

    @property
    def is_reminder(self) -> bool:
        return self.reminds_of is not None

    @property
    def is_forgotten(self) -> bool:
        """Whoever had it is a former guest."""
        return not self.recipient and (self.attempts > 0 or self.link.is_of_former_guest)

    @property
    def has_gone(self) -> bool:
        return self.state in (State.SENT, State.DELIVERED)

    @property
    def has_not_arrived(self) -> bool:
        return self.state in NOT_ARRIVED

    @property
    def in_words(self) -> str:
        """What an administrator wants to know."""
        return str(IN_WORDS[State(self.state)])

    @property
    def waits_for(self) -> str:
        """What has to change before it goes, when that is its link."""
        if self.due_at is None or self.claim or self.link.is_living(timezone.now()):
            return ""
        if not self.link.granted_role.may_enter:
            return gettext("It goes when this guest has access.")
        if not self.link.is_active:
            return gettext("It goes when the link is switched on.")
        return gettext("It goes when the link has a later end.")

    @property
    def reason_in_words(self) -> str:
        """Our part of the reason in the reader's language, the server's as it was said."""
        ours, colon, theirs = self.reason.partition(": ")
        return f"{gettext(ours) if ours else ''}{colon}{theirs}"

    @property
    def is_under_way(self) -> bool:
        return self.state in (State.QUEUED, State.SENDING, State.DEFERRED)

    def follow_link(self) -> None:
        """It goes to whom the link is for, though that changed in the moment in which it was claimed."""
        if (self.recipient, self.sequence) != (self.link.email, self.link.sequence):
            self.recipient, self.sequence = self.link.email, self.link.sequence
            self._mine().update(recipient=self.recipient, sequence=self.sequence)

    def withhold(self) -> None:
        """Its guest wants no letters: this one has not gone."""
        self._write(state=State.UNWANTED, held_at=None, due_at=None)

    def keep_provider_id(self, provider_id: str) -> None:
        """Whatever became of it by now: the provider may have spoken of it before we write it down."""
        Invitation.objects.filter(pk=self.pk).update(provider_id=provider_id[:255])

    def settle(self, state: State, reason: str = "") -> None:
        """Write down how it went, for good."""
        self._write(state=state, reason=reason[:500], due_at=None)

    def defer(self, reason: str) -> None:
        """Try again later; after the last of the waits it has failed."""
        if self.attempts > len(BACKOFF):
            self.settle(State.FAILED, reason)
        else:
            due_at = Now() + BACKOFF[self.attempts - 1]
            self._write(state=State.DEFERRED, reason=reason[:500], due_at=due_at)

    def learn(self, state: State, reason: str, at: datetime) -> None:
        """Believe what others say of it, unless what stands already says more.

        Who speaks of it has had it: it is out of the outbox, and a worker that holds it writes nothing more.
        """
        says_more = Q(state__in=LINE[: LINE.index(state)])
        is_newer = Q(state=state, changed_at__lt=at) | Q(state=state, changed_at=at, reason__lt=reason)
        letter = Invitation.objects.filter(says_more | is_newer | Q(due_at__isnull=False), pk=self.pk)
        is_known = Q(state__in=deeds.same_news(state))
        news = {"state": state, "reason": reason[:500], "changed_at": at, "due_at": None, "claim": None}
        with transaction.atomic():
            if letter.exclude(is_known).update(**news):
                self._tell(state, reason)
            else:
                letter.filter(is_known).update(**news)

    def _write(self, state: State, **values: Any) -> None:
        with transaction.atomic():
            if self._mine().update(state=state, **values, claim=None, changed_at=timezone.now()):
                self._tell(state, values.get("reason", ""))

    def _tell(self, state: State, reason: str) -> None:
        if deed := deeds.DEEDS.get(state):
            deeds.write_down([self], deed, deeds.REFUSED if state == State.UNWANTED else reason)

    def _mine(self) -> InvitationQuerySet:
        return Invitation.objects.filter(pk=self.pk, claim=self.claim)


def lease_end() -> Combinable:
    return Now() + timedelta(seconds=settings.INVITATION_LEASE)
