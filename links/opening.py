"""What lets people in through a link that is shut: the least that does, and in words before it is done."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from links import window
from links.models import Link
from links.window import Moment
from rooms.models import Administrator, Role

EXTENDED_BY = timedelta(days=7)


@dataclass(frozen=True)
class Opening:
    """What has to change about a link for its door to open now. Needs its room."""

    link: Link
    role: Role | None
    switches_on: bool
    clears_start: bool
    ends_at: datetime | None

    @classmethod
    def of(cls, link: Link, moment: datetime) -> "Opening":
        is_expired = link.ends_at is not None and link.ends_at <= moment
        last_day = moment.astimezone(link.room.zone).date() + EXTENDED_BY
        return cls(
            link,
            role=None if link.granted_role.may_enter else link.role_to_give_back,
            switches_on=not link.is_active,
            clears_start=link.starts_at is not None and link.starts_at > moment,
            ends_at=window.instant(Moment(last_day), link.room.zone, is_end=True) if is_expired else None,
        )

    @property
    def key(self) -> str:
        """What a button has promised, to be compared with what is needed when it is pressed."""
        ends_at = f"{self.ends_at:%Y%m%dT%H%M}" if self.ends_at else ""
        return f"{self.role or ''}-{self.switches_on:d}{self.clears_start:d}-{ends_at}"

    @property
    def in_words(self) -> str:
        steps = []
        if self.role:
            steps.append(_("Give access as %(role)s") % {"role": self.role.label})
        if self.switches_on:
            steps.append(_("Switch on"))
        if self.clears_start:
            steps.append(_("Let in now"))
        if self.ends_at:
            last_minute = self.ends_at.astimezone(self.link.room.zone) - timedelta(minutes=1)
            words = date_format(last_minute, pgettext("Django's date format, day and time", "D j M, H:i"))
            steps.append(_("Let in until %(end)s") % {"end": words})
        return " · ".join(steps)

    def apply(self, *, by: Administrator) -> None:
        """Those who come may enter now."""
        bounds: dict[str, datetime | None] = {"starts_at": None} if self.clears_start else {}
        if self.ends_at:
            bounds["ends_at"] = self.ends_at
        if bounds:
            self.link.set_window(by=by, **bounds)
        if self.switches_on:
            self.link.switch(on=True, by=by)
        if self.role:
            self.link.grant(self.role, by=by)
