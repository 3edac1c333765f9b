"""Dates as people write them in a spreadsheet's cells, and the instants that they mean in a room's zone."""

import datetime as dt
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from invitations.vocabulary import plain, read_words
from links import window
from links.window import Moment, NoSuchTime

ZONE = re.compile(r"\(([A-Za-z]+(?:/[\w+-]+)+|UTC)\)")


class DateOrder(StrEnum):
    """Whether 02/03/2026 is in March or in February; AMBIGUOUS: nothing tells, and it is read day first."""

    DAY_FIRST = "day_first"
    MONTH_FIRST = "month_first"
    AMBIGUOUS = "ambiguous"


# January to December. Of each word three letters are enough where they mean one month only.
MONTHS = """
    january, february, march, april, may, june, july, august, september, october, november, december
    januar, februar, märz, april, mai, juni, juli, august, september, oktober, november, dezember
    jänner, feber, mrz, april, mai, juni, juli, august, sept, oktober, november, dezember
    janvier, février, mars, avril, mai, juin, juillet, août, septembre, octobre, novembre, décembre
    enero, febrero, marzo, abril, mayo, junio, julio, agosto, septiembre, octubre, noviembre, diciembre
    gennaio, febbraio, marzo, aprile, maggio, giugno, luglio, agosto, settembre, ottobre, novembre, dicembre
    januari, februari, maart, april, mei, juni, juli, augustus, september, oktober, november, december
    jan, feb, mrt, apr, mei, jun, jul, aug, sep, okt, nov, dec
    styczeń, luty, marzec, kwiecień, maj, czerwiec,
    lipiec, sierpień, wrzesień, październik, listopad, grudzień
    stycznia, lutego, marca, kwietnia, maja, czerwca,
    lipca, sierpnia, września, października, listopada, grudnia
    janeiro, fevereiro, março, abril, maio, junho, julho, agosto, setembro, outubro, novembro, dezembro
"""  # fmt: skip
MONTH_WORDS = {word: index % 12 + 1 for index, word in enumerate(read_words(MONTHS))}

TIME = r"""
    (?:(?:\ *T\ *|\ *,?\ +)(?:um|at|à|a\ las|alle|om|o|às|-)?\ *
      (?P<hour>\d{1,2})(?:(?:[:.]|\ ?[hu]\ ?)(?P<minute>\d{2}))?(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?
      \ ?(?:Uhr|h|uur|[hu])?\ ?(?P<half>[ap])?(?(half)\.?\ ?m\.?)
      (?(minute)\ ?(?P<offset>Z|UTC|[+-]\d{2}(?::?\d{2}(?::\d{2})?)?)?)
    )?
"""
FLAGS = re.VERBOSE | re.IGNORECASE
YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})([-/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}})\.? {TIME}", FLAGS)
NUMBERS = re.compile(
    rf"""
    (?P<first>\d{{1,2}})\ ?(?P<mark>[-/.])\ ?(?P<other>\d{{1,2}})\ ?(?P=mark)\ ?
    (?P<year>\d{{4}}|\d{{2}})\.? {TIME}
    """,
    FLAGS,
)
DAY_WORD = re.compile(
    rf"""
    (?P<day>\d{{1,2}})(?:st|nd|rd|th|er|[.ºª°])?[-\ /]*(?:de\ |of\ )?
    (?P<word>[^\W\d]{{3,}})\.?[-\ /,]*(?:de\ )?
    (?P<year>\d{{4}}|\d{{2}}) {TIME}
    """,
    FLAGS,
)
WORD_DAY = re.compile(
    rf"(?P<word>[^\W\d]{{3,}})\.?\ ?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\ (?P<year>\d{{4}}) {TIME}", FLAGS
)
WEEKDAY = re.compile(r"[^\W\d]+\.?(?:,\ |\ (?=\d))")


def date_order(values: Iterable[str]) -> DateOrder:
    """The order of day and month in a whole column: one date that can be read in one way only decides."""
    pairs = [(int(match["first"]), int(match["other"])) for match in map(_in_numbers, set(values)) if match]
    if any(first > 12 for first, _second in pairs):
        return DateOrder.DAY_FIRST
    if any(second > 12 for _first, second in pairs):
        return DateOrder.MONTH_FIRST
    return DateOrder.AMBIGUOUS if any(first != second for first, second in pairs) else DateOrder.DAY_FIRST


def looks_like_date(text: str) -> bool:
    return any(_match(pattern, text) for pattern in (YEAR_FIRST, NUMBERS, DAY_WORD, WORD_DAY))


def zone_in(header: str) -> ZoneInfo | None:
    """The IANA zone that a header names beside its dates, as our own exports do: "Start (Europe/Berlin)"."""
    if named := ZONE.search(header):
        with suppress(ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo(named[1])
    return None


@lru_cache(maxsize=1_000)  # most of a table's are the same
def instant_of(
    text: str, zone: ZoneInfo, *, is_end: bool = False, order: DateOrder = DateOrder.DAY_FIRST
) -> datetime:
    """The instant in UTC of what a cell says, as links.window reads it. ValidationError in words."""
    match, date = _date_of(text, order)
    try:
        time = _time_of(match)
        if time and match["offset"]:
            return datetime.combine(date, time, _zone_of(match["offset"])).astimezone(dt.UTC)
        return window.instant(Moment(date, time), zone, is_end=is_end)
    except NoSuchTime as gap:
        raise ValidationError(gap.in_words) from gap
    except OverflowError as error:
        raise ValidationError(_("This date is too far away.")) from error
    except ValueError as error:
        raise ValidationError(_("There is no such time of day.")) from error


def written(instant: datetime, zone: ZoneInfo, *, is_end: bool = False) -> str:
    """What `instant_of` reads as this instant, to the minute (ISO 8601, with a blank for the T).

    With its offset from UTC only where the clocks show the same time twice.
    """
    instant = instant.replace(second=0, microsecond=0)
    shown = window.moment(instant, zone, is_end=is_end)
    cell = f"{shown.date} {shown.time:%H:%M}" if shown.time else f"{shown.date}"
    if instant_of(cell, zone, is_end=is_end) == instant:
        return cell
    return instant.astimezone(zone).isoformat(" ", "minutes")


def _date_of(text: str, order: DateOrder) -> tuple[re.Match[str], dt.date]:
    try:
        if match := _match(YEAR_FIRST, text):
            return match, dt.date(int(match["year"]), int(match["month"]), int(match["day"]))
        if match := _match(NUMBERS, text):
            return match, _date_in_order(match, order)
        if match := _match(DAY_WORD, text) or _match(WORD_DAY, text):
            return match, dt.date(_year(match), _month(match["word"]), int(match["day"]))
    except ValueError as error:
        raise ValidationError(_("There is no such date.")) from error
    raise ValidationError(
        _("This is not a date that can be read. Please write 2026-11-30 or 2026-11-30 09:00.")
    )


def _match(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    text = " ".join(text.split())
    match = pattern.fullmatch(text) or pattern.fullmatch(WEEKDAY.sub("", text, count=1))
    return match if match and ("word" not in match.groupdict() or _month(match["word"])) else None


def _in_numbers(text: str) -> re.Match[str] | None:
    """With dots the day is first everywhere, so that such a date tells nothing of the others."""
    match = _match(NUMBERS, text)
    return match if match and match["mark"] != "." else None


def _date_in_order(match: re.Match[str], order: DateOrder) -> dt.date:
    first, second = int(match["first"]), int(match["other"])
    is_month_first = (order is DateOrder.MONTH_FIRST and match["mark"] != "." and first <= 12) or second > 12
    day, month = (second, first) if is_month_first else (first, second)
    return dt.date(_year(match), month, day)


def _year(match: re.Match[str]) -> int:
    year = int(match["year"])
    return year if len(match["year"]) == 4 else year + (2000 if year < 70 else 1900)


def _month(word: str) -> int:
    """The month's number; 0 for a word that is none."""
    found = {number for name, number in MONTH_WORDS.items() if name.startswith(plain(word))}
    return MONTH_WORDS.get(plain(word)) or (found.pop() if len(found) == 1 else 0)


def _time_of(match: re.Match[str]) -> dt.time | None:
    if match["hour"] is None:
        return None
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
    return dt.time(hour, int(match["minute"] or 0), int(match["second"] or 0))


def _zone_of(offset: str) -> dt.tzinfo:
    if offset.upper() in {"Z", "UTC"}:
        return dt.UTC
    zone = datetime.fromisoformat(f"2026-01-01T00:00{offset}").tzinfo
    return zone or dt.UTC
