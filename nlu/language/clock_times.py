"""The moment at which somebody wants to be fetched: day and clock, in Indonesian or Javanese.

Rules for a clock without a part of the day. 13 to 23, or two digits with minutes ("07.30"), is read as written. On a
named day 6 to 11 is the morning, 12 is noon, 1 to 5 is asked back. Without a day it is the morning while that lies
ahead; "nanti jam 7" is what is left of today; otherwise the evening when within four hours, else it is asked back.
A clock without a day that has passed today is tomorrow's when at most 14 hours away, else it is asked back;
"jam 1 dini hari" is always the night to come. "Setengah 8" is half past seven. Prayer times and "besok pagi" without a
clock are asked back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal

from nlu.language.date_rules import JAKARTA, Status
from nlu.language.dates import DateReading, read_date
from nlu.language.tokens import canonical

SOON = timedelta(hours=4)
NEXT_NIGHT = timedelta(hours=14)
DAY = timedelta(hours=24)
_MORNING_FROM, _EVENING_FROM = 6, 18
_NIGHT_ENDS = 5

Part = Literal["pagi", "siang", "sore", "malam", "dini_hari"]
_PARTS: dict[str, Part] = {
    "pagi": "pagi",
    "subuh": "dini_hari",
    "dini_hari": "dini_hari",
    "siang": "siang",
    "dzuhur": "siang",
    "ashar": "sore",
    "sore": "sore",
    "maghrib": "sore",
    "malam": "malam",
    "isya": "malam",
    "semalam": "malam",
}
# Hour as said -> hour of the day; 24 is the midnight that ends the day, 25 to 27 are the small hours after it.
_HOURS: dict[Part, dict[int, int]] = {
    "dini_hari": {hour: hour for hour in range(1, 7)},
    "pagi": {hour: hour for hour in range(1, 12)},
    "siang": {10: 10, 11: 11, 12: 12, 1: 13, 2: 14, 3: 15, 9: 9},
    "sore": {2: 14, 3: 15, 4: 16, 5: 17, 6: 18, 7: 19},
    "malam": {6: 18, 7: 19, 8: 20, 9: 21, 10: 22, 11: 23, 12: 24, 1: 25, 2: 26, 3: 27},
}
_PRAYERS = r"(?:subuh|dzuhur|ashar|maghrib|isya)"
_PART = r"(?P<part>pagi|siang|sore|malam|dini_hari|subuh)"
_MINUTES = r"(?: ?[.:] (?P<m>\d{2})(?! ?[.:/-] \d))?"

_RANGE = re.compile(
    r"(?<!\S)jam (?:setengah )?\d{1,2}(?: [.:] \d\d)?(?: \w+)? (?:-|sampai|atau|dan|s / d) "
    r"(?:jam )?(?:setengah )?\d{1,2}(?! \d)"
)
_CLOCKS: tuple[re.Pattern[str], ...] = tuple(
    re.compile(rf"(?<!\S)(?:{pattern})(?!\S)")
    for pattern in (
        rf"(?:jam )?setengah (?P<half>\d{{1,2}})(?! (?:jam|bulan|minggu))(?: (?:wib|an))?(?: {_PART})?",
        rf"jam (?P<h>\d{{1,2}}) (?:lebih|lewat) (?P<plus>\d{{1,2}}|seperempat|setengah)(?: menit)?(?: {_PART})?",
        rf"jam (?P<h>\d{{1,2}}) (?:kurang|hampir) (?P<minus>\d{{1,2}}|seperempat)(?: menit)?(?: {_PART})?",
        rf"jam (?P<h>\d{{1,2}}) (?P<plus>seperempat|setengah)(?: {_PART})?",
        rf"jam (?P<h>\d{{1,2}}){_MINUTES}(?: (?:- )?an)?(?: wib)?(?: {_PART})?",
        rf"(?P<h>\d{{1,2}}) : (?P<m>\d\d)(?: : \d\d)?(?: wib)?(?: {_PART})?",
        rf"(?P<h>\d{{1,2}}) \. (?P<m>\d\d)(?! \. )(?: wib)?(?: {_PART})?",
        rf"(?P<h>\d{{1,2}})(?: wib)? {_PART}",
    )
)
_FROM_NOW = re.compile(
    r"(?<!\S)(?:(?P<half>setengah)|(?P<quarter>seperempat)|"
    r"(?P<n>\d{1,3})(?: (?P<and>setengah)|(?: [.,] (?P<tenth>\d)))?) (?P<u>jam|menit)"
    r"(?: (?P<more>setengah))? lagi(?!\S)"
)
_NOW = re.compile(r"(?<!\S)(?:sekarang|barusan|langsung|segera|secepatnya|cepetan|ndang|enggal|gelis)(?!\S)")
_DAY_PART = re.compile(rf"(?<!\S)(?:{'|'.join(_PARTS)})(?!\S)")
_PRAYER = re.compile(rf"(?<!\S){_PRAYERS}(?!\S)")
_LATER_TODAY = re.compile(r"(?<!\S)(?:nanti|hari ini)(?!\S)")
_TODAY = re.compile(r"(?<!\S)hari ini(?!\S)")
_EARLIER = re.compile(r"(?<!\S)(?:tadi|semalam|kemarin|kemarin_lusa)(?!\S)")
_CORRECTION = re.compile(r"(?<!\S)(?:salah|maksud|bukan)(?!\S)")
_QUARTERS = {"seperempat": 15, "setengah": 30}


@dataclass(frozen=True)
class TimeReading:
    """``value`` is an aware moment in Asia/Jakarta when ``found``; else ``reason`` says why not."""

    status: Status
    value: datetime | None = None
    reason: str | None = None


@dataclass(frozen=True)
class _Clock:
    """A clock as said: ``hour`` 0 to 24, and whether it can only be read one way ("07.30", "14.00")."""

    hour: int
    minute: int
    part: Part | None
    plain: bool
    start: int
    end: int


_NOTHING = TimeReading("none")


def read_pickup(text: str, now: datetime) -> TimeReading:
    """The moment ``text`` asks for; ``now`` must be aware. What lies behind us is impossible ("past")."""
    local = now.astimezone(JAKARTA).replace(second=0, microsecond=0)
    words = canonical(text).text
    span = _FROM_NOW.search(words)
    if span:
        return TimeReading("found", local + _length(span))
    if _RANGE.search(words):
        return TimeReading("ask_back", reason="range")
    day = read_date(text, "visit_date", now)
    clocks = _find_clocks(words)
    if not clocks:
        return _without_clock(words, day, local)
    if day.status in ("ask_back", "impossible") and day.reason != "last_night":
        return TimeReading(day.status, reason=day.reason)
    if len({(clock.hour, clock.minute, clock.part) for clock in clocks}) > 1:
        return TimeReading("ask_back", reason="two_times")
    return _at(clocks[0], words, day, local)


def _length(span: re.Match[str]) -> timedelta:
    if span.group("quarter"):
        return timedelta(minutes=15)
    hours_or_minutes = 0.5 if span.group("half") else float(span.group("n")) + int(span.group("tenth") or 0) / 10
    if span.group("and") or span.group("more"):
        hours_or_minutes += 0.5
    return timedelta(minutes=round(hours_or_minutes * (60 if span.group("u") == "jam" else 1)))


def _find_clocks(words: str) -> list[_Clock]:
    found: list[_Clock] = []
    left = words
    for pattern in _CLOCKS:
        for match in list(pattern.finditer(left)):
            clock = _clock(match)
            if clock is not None:
                found.append(clock)
                left = left[: match.start()] + "#" * len(match.group()) + left[match.end() :]
    found.sort(key=lambda clock: clock.start)
    for before, after in reversed(list(pairwise(found))):
        if _CORRECTION.search(words[before.end : after.start]):
            found = found[found.index(after) :]
            break
    return [_with_part(clock, words) for clock in found]


def _clock(match: re.Match[str]) -> _Clock | None:
    groups = {name: value for name, value in match.groupdict().items() if value is not None}
    part = _PARTS.get(groups.get("part", ""))
    if "half" in groups:
        hour, minute = int(groups["half"]) - 1, 30
        return _Clock(hour or 12, minute, part, False, match.start(), match.end()) if 0 <= hour < 12 else None
    hour, minute = int(groups["h"]), int(groups.get("m", 0))
    if "plus" in groups:
        minute = _QUARTERS.get(groups["plus"]) or int(groups["plus"])
    if "minus" in groups:
        minute = 60 - (_QUARTERS.get(groups["minus"]) or int(groups["minus"]))
        hour = (hour - 1) or 12
    if hour > 24 or not 0 <= minute < 60:
        return None
    plain = hour > 12 or ("m" in groups and len(groups["h"]) == 2 and hour < 12)
    return _Clock(hour, minute, part, plain, match.start(), match.end())


def _with_part(clock: _Clock, words: str) -> _Clock:
    """The part of day may stand before the clock: "sesuk isuk jam 6", "habis subuh jam 5"."""
    if clock.part is not None:
        return clock
    said = _DAY_PART.findall(words)
    return replace(clock, part=_PARTS[said[-1]]) if said else clock


def _without_clock(words: str, day: DateReading, local: datetime) -> TimeReading:
    if _PRAYER.search(words):
        return TimeReading("ask_back", reason="prayer_time")
    if _NOW.search(words):
        return TimeReading("found", local)
    if day.status in ("ask_back", "impossible"):
        return TimeReading(day.status, reason=day.reason)
    if re.search(r"(?<!\S)jam \d", words):
        return TimeReading("impossible", reason="no_such_time")
    if day.status == "found" or _DAY_PART.search(words) or _LATER_TODAY.search(words):
        return TimeReading("ask_back", reason="no_clock")
    return _NOTHING


def _at(clock: _Clock, words: str, day: DateReading, local: datetime) -> TimeReading:
    given = day.value if day.status == "found" else None
    bounded = given == local.date() or (given is None and bool(_LATER_TODAY.search(words)))
    if _EARLIER.search(words) and (given is None or given <= local.date()):
        return TimeReading("impossible", reason="past")
    hour = _hour(clock)
    if isinstance(hour, TimeReading):
        return hour
    if hour is None:
        return _without_part(clock, given, bounded, local)
    to_come = given is None or (given == local.date() and bool(_LATER_TODAY.search(words)))
    if to_come and hour < _NIGHT_ENDS and clock.part in ("pagi", "dini_hari") and not _TODAY.search(words):
        return _next(hour, clock.minute, local, DAY)  # "ngko jam 3 isuk" is the night to come
    if clock.part == "malam" and hour >= 24 and given is not None and given != local.date():
        return TimeReading("ask_back", reason="midnight")
    if given is not None or bounded:
        return _checked(_moment(given or local.date(), _of_tonight(hour, local), clock.minute), local)
    night = clock.part == "dini_hari"
    return _next(_of_tonight(hour, local), clock.minute, local, DAY if night else NEXT_NIGHT)


def _of_tonight(hour: int, local: datetime) -> int:
    """ "jam 2 malam" written at one at night is this night's, not the next."""
    return hour - 24 if hour >= 24 and local.hour < hour - 24 else hour


def _hour(clock: _Clock) -> int | TimeReading | None:
    """The hour of the day; None when morning and evening are both possible, ask_back when the words disagree."""
    if clock.plain and clock.part is None:
        return clock.hour
    if clock.part is None:
        return None
    hours = _HOURS[clock.part]
    if clock.hour in hours:
        return hours[clock.hour]
    if clock.hour > 12 and clock.hour in hours.values():
        return clock.hour
    return TimeReading("ask_back", reason="hour_conflict")


def _without_part(clock: _Clock, given: date | None, bounded: bool, local: datetime) -> TimeReading:
    today, hour = local.date(), clock.hour
    if bounded:
        left = [moment for late in (hour, hour % 12 + 12) if (moment := _moment(today, late, clock.minute)) >= local]
        fitting = [moment for moment in left if moment.hour >= _MORNING_FROM]
        return TimeReading("found", fitting[0]) if fitting else TimeReading("impossible", reason="past")
    if hour < _MORNING_FROM:
        return TimeReading("ask_back", reason="morning_or_afternoon")
    morning = _moment(given or today, hour, clock.minute)
    if given is not None:
        return _checked(morning, local)
    if morning >= local:
        return TimeReading("found", morning)
    evening = _moment(today, hour % 12 + 12, clock.minute)
    if timedelta(0) <= evening - local <= SOON:
        return TimeReading("found", evening)
    return TimeReading("ask_back", reason="which_day")


def _moment(day: date, hour: int, minute: int) -> datetime:
    start = datetime(day.year, day.month, day.day, tzinfo=JAKARTA)
    return start + timedelta(hours=hour, minutes=minute)


def _checked(moment: datetime, local: datetime) -> TimeReading:
    return TimeReading("found", moment) if moment >= local else TimeReading("impossible", reason="past")


def _next(hour: int, minute: int, local: datetime, within: timedelta) -> TimeReading:
    """A clear hour without a day: today's while ahead, tomorrow's when that is near."""
    moment = _moment(local.date(), hour, minute)
    if moment >= local:
        return TimeReading("found", moment)
    tomorrow = moment + timedelta(days=1)
    near = tomorrow - local <= within
    return TimeReading("found", tomorrow) if near else TimeReading("ask_back", reason="which_day")
