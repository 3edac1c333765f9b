import uuid
from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q, functions
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from links.models.link import Link
from rooms.clock import Now
from rooms.models import Administrator, Room
from rooms.wakeup import wake_followers

KEPT_FOR = timedelta(days=30)
DECLINED_FOR = timedelta(days=1)
MAILED_EACH = timedelta(minutes=10)


class AccessRequestQuerySet(models.QuerySet["AccessRequest"]):
    def managed_by(self, administrator: Administrator) -> Self:
        return self.filter(link__deleted_at=None, room__administrators=administrator)

    def unanswered(self) -> Self:
        return self.filter(answered_at__isnull=True)

    def open(self) -> Self:
        """Those that an administrator can still do something about."""
        its_link = Link.objects.filter(pk=OuterRef("link"))
        opened = its_link.open_at(Now())
        return self.unanswered().filter(Exists(its_link.kept()), ~Exists(opened)).order_by("pk")

    def of(self, link: Link, browser: str) -> Self:
        return self.filter(link=link, browser=browser)

    def pending(self) -> Self:
        """Who is told that their request is on its way. Nobody is told that it was declined."""
        return self.filter(Q(answered_at__isnull=True) | self._is_declined())

    def ask(self, link: Link, browser: str, **words: str) -> None:
        """Ask to be let in, or ask again in other words. Who was declined today is not heard."""
        theirs = self.of(link, browser)
        if theirs.filter(self._is_declined()).exists():
            return
        with transaction.atomic():
            asked = AccessRequest(room_id=link.room_id, link=link, browser=browser, **words)
            if not theirs.unanswered().update(**words):
                self.bulk_create([asked], ignore_conflicts=True)
            asked.look_again()

    def settle(self, answer: str, by: Administrator | None = None) -> int:
        """Answer those that nobody has answered. How many they were."""
        news = {"answer": answer, "answered_by": by, "answered_at": timezone.now()}
        return self.unanswered().update(**news, tell_at=None, claim=None)

    def sweep(self) -> None:
        """Forget old ones, and settle those whose door was opened in another way."""
        self.filter(asked_at__lt=Now() - KEPT_FOR).delete()
        opened = Link.objects.open_at(Now()).filter(pk=OuterRef("link"))
        self.unanswered().filter(Exists(opened)).settle(AccessRequest.Answer.OPENED)

    def rooms_to_tell(self) -> list[int]:
        due = self.open().filter(tell_at__lte=Now())
        return list(due.order_by("room").values_list("room", flat=True).distinct())

    def claim(self, room_id: int) -> list["AccessRequest"]:
        """Lease to the caller what a room's administrators were not told yet: none too soon after a letter.

        If the caller dies, they fall due again.
        """
        mine = uuid.uuid4()
        theirs = self.filter(room=room_id)
        is_fresh = Q(told_at__gt=Now() - MAILED_EACH) | Q(claim__isnull=False, tell_at__gt=Now())
        with transaction.atomic():
            # Held, so that of two workers the second finds what the first has claimed.
            list(Room.objects.select_for_update(no_key=True).filter(pk=room_id).values_list("pk"))
            if theirs.filter(is_fresh).exists():
                return []
            due = list(theirs.open().filter(tell_at__lte=Now()).values_list("pk", flat=True))
            lease = Now() + timedelta(seconds=settings.INVITATION_LEASE)
            self.filter(pk__in=due).update(claim=mine, tell_at=lease)
        return list(self.filter(claim=mine).unanswered().select_related("room", "link").order_by("pk"))

    def told(self) -> None:
        self.update(told_at=Now(), tell_at=None, claim=None)

    def release(self, pause: timedelta) -> None:
        """Nobody could be told: again later."""
        self.update(tell_at=Now() + pause, claim=None)

    @staticmethod
    def _is_declined() -> Q:
        recently = timezone.now() - DECLINED_FOR
        return Q(answer=AccessRequest.Answer.DECLINED, answered_at__gt=recently)


class AccessRequest(models.Model):
    """Somebody before a door that is shut asks those who run the room to open it."""

    class Answer(models.TextChoices):
        GRANTED = "granted", _("granted")
        DECLINED = "declined", _("declined")
        OPENED = "opened", _("opened meanwhile")

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="access_requests")
    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="access_requests")
    browser = models.CharField(max_length=32, editable=False)
    # Given by those who come through a group link.
    name = models.CharField(_("name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    note = models.TextField(_("note"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    # Of the letter to the administrators: schedule and lease in one; empty when there is nothing to tell.
    tell_at = models.DateTimeField(null=True, db_default=functions.Now(), editable=False)
    claim = models.UUIDField(null=True, editable=False)
    told_at = models.DateTimeField(null=True, editable=False)
    answer = models.CharField(_("answer"), max_length=8, choices=Answer.choices, blank=True)
    answered_at = models.DateTimeField(null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects: ClassVar = AccessRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for access")
        verbose_name_plural = _("requests for access")
        indexes: ClassVar = [
            models.Index(
                fields=["tell_at"], condition=Q(tell_at__isnull=False), name="access_request_to_tell"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["link", "browser"],
                condition=Q(answered_at__isnull=True),
                name="one_open_request_a_link_and_browser",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="an_answer_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name or str(self.link)

    def look_again(self) -> None:
        """The pages of its room's administrators have something new to show."""
        Room.objects.filter(pk=self.room_id).look_again()
        wake_followers(self.room_id)
