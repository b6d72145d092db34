"""The day of something that has happened, in a report: "senin kemarin", "tgl 5", "tadi pagi", "wingi".

``dates.read_date`` reads a visit as one to come; here a day without a month or year is the last such day. A day that
is told but still to come is impossible ("future").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from nlu.language.date_patterns import Candidate, find_candidates
from nlu.language.date_rules import JAKARTA, Resolved, Status, resolve
from nlu.language.tokens import canonical

FAR_DAYS = 200
"""A day and month without a year that lie further back were more likely to come than past: asked back."""

_RANKS = ("exact", "day", "weekday", "offset", "weak", "vague")
_REACH = 30
_OTHER_DAY = re.compile(
    r"(?<!\S)(?:hpht|hpl|haid|tp|lagi|balik|kembali|depan|jadwal|rencana|disuruh|dikon|mau|jangan|bukan|habis obat)"
    r"(?: (?:tanggal|hari|dari|saya|kontrol|ke|pada|tanggale|kata|usg|dokter|bidan|[:=]|-))* ?$"
)
_REFUSED = re.compile(r"^ (?:tidak|gak|ga|nggak|ndak|ora|mboten) (?:bisa|iso|sempat|sempet|jadi|sido|saged)(?!\S)")
_CORRECTION = re.compile(r"(?<!\S)(?:salah|maksud)(?!\S)")
_SMALL_HOURS = re.compile(r"^ (?:jam )?(?:setengah )?(?P<h>\d{1,2})(?!\d)")


@dataclass(frozen=True)
class PastDate:
    """``found`` with a value that is not after today; else ``reason`` says why not.

    ``may_lie_ahead`` when the same words name a day to come that is nearer: "tanggal 20" on the tenth.
    """

    status: Status
    value: date | None = None
    reason: str | None = None
    may_lie_ahead: bool = False


@dataclass(frozen=True)
class _Said:
    candidate: Candidate
    resolved: Resolved


def read_past_date(text: str, now: datetime) -> PastDate:
    """The day ``text`` tells of, at the latest that of ``now`` (aware) in Jakarta. Never raises for any text."""
    words = canonical(text).text
    said = _after_correction(list(_find(words, now)), words)
    if not said:
        return PastDate("none")
    best = min(said, key=lambda one: _RANKS.index(one.candidate.rank))
    same = [one for one in said if one.candidate.rank == best.candidate.rank]
    if len({one.resolved.value for one in same}) > 1:
        return PastDate("ask_back", reason="two_dates")
    read = _checked(best, now.astimezone(JAKARTA).date())
    ahead = resolve(best.candidate, "visit_date", now, "future")
    return replace(read, may_lie_ahead=True) if _is_nearer(ahead, read, now) else read


def _is_nearer(ahead: Resolved | None, read: PastDate, now: datetime) -> bool:
    if ahead is None or ahead.value is None or read.value is None:
        return False
    today = now.astimezone(JAKARTA).date()
    return timedelta(0) < ahead.value - today < today - read.value


def _find(words: str, now: datetime) -> Iterator[_Said]:
    for candidate in find_candidates(words):
        before, after = words[: candidate.start], words[candidate.end :]
        if _OTHER_DAY.search(before[-2 * _REACH :]) or _REFUSED.search(after[:_REACH]):
            continue
        said = words[candidate.start : candidate.end]
        hour = _SMALL_HOURS.match(after) if said == "semalam" else None
        resolved = resolve(candidate, "visit_date", now, "past")
        if hour and 0 < int(hour["h"]) <= 5:
            resolved = Resolved("found", now.astimezone(JAKARTA).date())
        if resolved is not None:
            yield _Said(candidate, resolved)


def _after_correction(said: list[_Said], words: str) -> list[_Said]:
    kept = said[:1]
    for before, after in pairwise(said):
        mended = _CORRECTION.search(words[before.candidate.end : after.candidate.start])
        kept = [after] if mended else [*kept, after]
    return kept


def _checked(said: _Said, today: date) -> PastDate:
    value, resolved = said.resolved.value, said.resolved
    if value is None:
        return PastDate(resolved.status, reason=resolved.reason)
    if value > today:
        return PastDate("impossible", reason="future")
    if said.candidate.rank == "exact" and not said.candidate.year and (today - value).days > FAR_DAYS:
        return PastDate("ask_back", reason="far_back")
    return PastDate("found", value)
