"""What Activity says: whole sentences of who did what, and what happened."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext

from links import window
from links.models import Link
from rooms.models import Activity, Participant, Role, Room
from rooms.models.activity import Deed
from rooms.models.participant import Ending
from rooms.names import shown

# With what is known of a deed: `who`, `about` and the words below.
OF_ONE: dict[str, Any] = {
    Deed.ADDED: gettext_lazy("%(who)s added %(about)s"),
    Deed.EDITED: gettext_lazy("%(who)s changed %(about)s"),
    Deed.ROLE: gettext_lazy("%(who)s changed the role of %(about)s from %(old_role)s to %(new_role)s"),
    Deed.WINDOW: gettext_lazy("%(who)s changed the dates of %(about)s"),
    Deed.ADDRESS: gettext_lazy("%(who)s replaced the address of %(about)s"),
    Deed.DELETED: gettext_lazy("%(who)s deleted %(about)s"),
    Deed.UNDONE: gettext_lazy("%(who)s took back a change of %(about)s"),
    "restored": gettext_lazy("%(who)s restored %(about)s"),
    "switched_on": gettext_lazy("%(who)s switched on %(about)s"),
    "switched_off": gettext_lazy("%(who)s switched off %(about)s"),
    Deed.IMPORTED: ngettext_lazy(
        "%(who)s imported %(number)s link: %(about)s",
        "%(who)s imported %(number)s links: %(about)s",
        "number",
    ),
    Deed.UNIMPORTED: ngettext_lazy(
        "%(who)s undid an import of %(number)s link: %(about)s",
        "%(who)s undid an import of %(number)s links: %(about)s",
        "number",
    ),
    Deed.PUT_OUT: ngettext_lazy(
        "%(who)s removed %(number)s person who was in through %(about)s",
        "%(who)s removed %(number)s people who were in through %(about)s",
        "number",
    ),
    "mailed_by": gettext_lazy("%(who)s mailed the letter to %(email)s"),
    Deed.MAILED: gettext_lazy("The letter to %(email)s was mailed"),
    Deed.SETTINGS: gettext_lazy("%(who)s changed the settings of the room"),
    Deed.SHARED: gettext_lazy("%(who)s made %(about)s an administrator of this room"),
    Deed.UNSHARED: gettext_lazy("%(who)s took %(about)s off the administrators of this room"),
    Deed.SEATED: gettext_lazy("%(about)s got a seat that fell free"),
    Deed.GIVEN_ROLE: gettext_lazy("%(who)s gave %(about)s the role %(new_role)s by hand"),
    Deed.REMOVED: gettext_lazy("%(who)s removed %(about)s from the room"),
    Deed.LET_BACK: gettext_lazy("%(who)s lets %(about)s come in again"),
    Deed.DELIVERED: gettext_lazy("The letter to %(email)s was delivered"),
    Deed.NOT_ARRIVED: gettext_lazy("The letter to %(email)s did not arrive: %(reason)s"),
    Deed.COMPLAINED: gettext_lazy("%(email)s reported the letter as spam"),
    Deed.UNWANTED: gettext_lazy("%(email)s wants no more letters"),
    Deed.UNSENT: gettext_lazy("The letter to %(email)s was not sent: %(reason)s"),
    Deed.FORGOTTEN: ngettext_lazy(
        "%(number)s person became a former guest: their name and e-mail address are erased",
        "%(number)s people became former guests: their names and e-mail addresses are erased",
        "number",
    ),
}
ENDINGS = {
    Ending.LEFT: gettext_lazy("%(about)s left"),
    Ending.LOST: gettext_lazy("%(about)s was gone: the connection was lost"),
    Ending.REMOVED: gettext_lazy("%(about)s was removed"),
    Ending.NO_ACCESS: gettext_lazy("%(about)s was put out: access was withdrawn"),
    Ending.DELETED: gettext_lazy("%(about)s was put out: the link was deleted"),
    Ending.ELSEWHERE: gettext_lazy("%(about)s left, to come in again as somebody else"),
}
# Letters live a floor above: what they are about is known here by name only.
OCCASIONS = {
    "change": gettext_lazy("new dates"),
    "cancellation": gettext_lazy("cancellation"),
    "day_before": gettext_lazy("reminder, a day before"),
    "hour_before": gettext_lazy("reminder, an hour before"),
}

# Of a change of links that its parts tell one by one. What all of them were given stands in `after`.
OF_MANY: dict[str, Any] = {
    Deed.EDITED: ngettext_lazy(
        "%(who)s changed %(number)s link", "%(who)s changed %(number)s links", "number"
    ),
    Deed.ROLE: ngettext_lazy(
        "%(who)s gave %(number)s link the role %(new_role)s",
        "%(who)s gave %(number)s links the role %(new_role)s",
        "number",
    ),
    Deed.WINDOW: ngettext_lazy(
        "%(who)s changed the dates of %(number)s link",
        "%(who)s changed the dates of %(number)s links",
        "number",
    ),
    Deed.DELETED: ngettext_lazy(
        "%(who)s deleted %(number)s link", "%(who)s deleted %(number)s links", "number"
    ),
    Deed.UNDONE: ngettext_lazy(
        "%(who)s took back a change of %(number)s link",
        "%(who)s took back a change of %(number)s links",
        "number",
    ),
    "switched_on": ngettext_lazy(
        "%(who)s switched on %(number)s link", "%(who)s switched on %(number)s links", "number"
    ),
    "switched_off": ngettext_lazy(
        "%(who)s switched off %(number)s link", "%(who)s switched off %(number)s links", "number"
    ),
}
LONGEST = 120  # characters of a text whose old and new are told


def of_deed(done: Activity) -> str:
    words = {
        "who": _who(done),
        "about": shown(done.about),
        "number": done.number,
        "old_role": _role((done.before or {}).get("role")),
        "new_role": _role(done.after.get("role")),
        "email": shown(done.after.get("email", "")),
        "reason": _reason(done.after.get("reason", "")) or "…",
    }
    return str(_pattern(done) % words)


def of_join(person: Participant) -> str:
    words = {"about": person.shown_name, "role": _role(person.joined_as)}
    if person.was_downgraded:
        return _("%(about)s came in, and had to wait for a seat") % words
    if person.joined_as:
        return _("%(about)s came in as %(role)s") % words
    return _("%(about)s came in") % words


def of_end(person: Participant) -> str:
    return str(ENDINGS[Ending(person.ending or Ending.LEFT)]) % {"about": person.shown_name}


def way_in(person: Participant) -> str:
    if person.link is None:
        return ""
    if person.exclusive:
        return str(person.link.email)
    return _("through %(link)s") % {"link": person.link}


def details(done: Activity, zone: ZoneInfo) -> list[str]:
    """What it was, and what it is since."""
    if occasion := OCCASIONS.get(done.after.get("occasion", "")):
        return [str(occasion)]
    told = done.before or {}
    model: type[Model] = Link if done.link_id else Room
    in_the_sentence = {Deed.ROLE: "role", Deed.SWITCHED: "is_active"}.get(Deed(done.deed))
    return [
        _detail(model, name, old, done.after.get(name), zone)
        for name, old in told.items()
        if name not in ("deleted_at", in_the_sentence)
    ]


def _pattern(done: Activity) -> Any:
    kind = _kind(done)
    return OF_ONE[kind] if done.link_id or kind not in OF_MANY else OF_MANY[kind]


def _kind(done: Activity) -> str:
    match done.deed, done.after:
        case Deed.SWITCHED, {"is_active": on}:
            return "switched_on" if on else "switched_off"
        case Deed.MAILED, _after if done.by_id:
            return "mailed_by"
        case Deed.UNDONE, {"deleted_at": _none}:
            return "restored"
        case (Deed.SWITCHED, _after) | (Deed.ROLE, _after) if not done.link_id and "role" not in done.after:
            return Deed.EDITED
    return done.deed


def _detail(model: type[Model], name: str, old: Any, new: Any, zone: ZoneInfo) -> str:
    label = str(getattr(model._meta.get_field(name), "verbose_name", name))  # noqa: SLF001  (Django's own)
    label = label[:1].upper() + label[1:]
    if max(len(str(old)), len(str(new))) > LONGEST:
        return label
    words = {"field": label, "old": _value(name, old, zone), "new": _value(name, new, zone)}
    return _("%(field)s: %(old)s → %(new)s") % words


def _value(name: str, value: Any, zone: ZoneInfo) -> str:
    if name in ("starts_at", "ends_at"):
        return _date(value, zone, is_end=name == "ends_at")
    if name == "role":
        return _role(value)
    if name == "language":
        return str(dict(settings.LANGUAGES).get(value, value))
    if name == "forgets":
        return str(Room.Forgets(value).label)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value or "–")  # noqa: RUF001  (the dash of print)


def _date(value: str | None, zone: ZoneInfo, *, is_end: bool) -> str:
    if value is None:
        return pgettext("a link closes", "never") if is_end else pgettext("a link opens", "at once")
    instant = datetime.fromisoformat(value)
    moment = window.moment(instant, zone, is_end=is_end)
    if moment.time is None:
        return date_format(moment.date, pgettext("Django's date format, a day with year", "j M Y"))
    local = instant.astimezone(zone)
    return date_format(local, pgettext("Django's date format, short with year", "j M Y, H:i"))


def _role(role: Any) -> str:
    return str(Role(role).label) if role else ""


def _reason(reason: str) -> str:
    """Our part of it in the reader's language, the server's as it was said."""
    ours, colon, theirs = reason.partition(": ")
    return f"{_(ours) if ours else ''}{colon}{theirs}"


def _who(done: Activity) -> str:
    return str(done.by) if done.by else _("Somebody")
