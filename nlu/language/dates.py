"""A calendar date in what a mother or a kader typed, in Indonesian or the Javanese of Malang; never a guess.

``read_date`` is told which kind of date is wanted. A date that stands under another kind's cue ("hpl 8 des" when the
HPHT is asked) is not taken. Days are those of Asia/Jakarta. Between midnight and four "besok" is asked back. Ages of
pregnancy ("20 mgg"), prices, blood pressure and telephone numbers are never dates.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise

from nlu.language.date_patterns import Candidate, Direction, find_candidates
from nlu.language.date_rules import JAKARTA, DateKind, Resolved, Status, problem_of, resolve
from nlu.language.tokens import Canonical, canonical

__all__ = ["JAKARTA", "DateKind", "DateReading", "Status", "format_date", "problem_of", "read_date"]

_MONTH_NAMES = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip

_CUE_TAIL = r"(?: (?:dari|menurut|hasil|by|versi|kata|kontrol|usg|dokter|bidan|dr|di|saya|itu|e|katanya))*"
_CUES: tuple[tuple[DateKind, re.Pattern[str]], ...] = (
    ("hpl", re.compile(rf"(?<!\S)(?:hpl|perkiraan(?: \S+){{0,3}}? lahir|(?:kata|menurut|hasil) usg){_CUE_TAIL}(?!\S)")),
    ("hpl", re.compile(r"(?<!\S)tp(?= (?:[:=.\-] )?(?:tanggal |h\d |\d))")),
    ("hpht", re.compile(rf"(?<!\S)(?:hpht|haid(?: terakhir)?){_CUE_TAIL}(?!\S)")),
    ("birth_date", re.compile(r"(?<!\S)lahir(?!\S)")),
    ("visit_date", re.compile(r"(?<!\S)(?:kontrol|usg|suntik|vaksin|kelas)(?!\S)")),
)
_HPL_CUE = _CUES[0][1]
_ALSO: dict[DateKind, set[DateKind]] = {"hpl": {"birth_date"}}
"""A birth to come is an HPL: "lahiran 8 desember"."""

_RANKS = ("exact", "day", "weekday", "offset", "vague", "weak")
_CUE_REACH = 30  # canonical characters a cue may stand behind its date
_WEAK_REACH = 20
_SHORT_WORDS = 2
_CORRECTION = re.compile(
    r"(?<!\S)(?:salah|maksud)(?!\S)|(?<!\S)bukan (?:, |\. |- )"
    r"|(?<!\S)bukan\b.*\b(?:tapi|tp|tapine|tetapi|ning|melainkan)(?!\S)"
)
_NOT = r"(?:gak|ga|gk|g|nggak|ngga|ngak|tidak|tdk|tak|ndak|nda|mboten|ora|ra|enggak)"
_NEGATED = re.compile(
    rf"(?<!\S)(?:bukan|jangan|ojo|ampun|batal|{_NOT} (?:iso|isok|bisa|bs|saged|sido|jadi))"
    r"(?: (?:tanggal|hari|bulan))? ?$"
)
_REFUSED = re.compile(
    rf"^ (?:(?:saya|aku|kulo|itu|iku|ini) )?(?:{_NOT} (?:iso|isok|bisa|bs|saged|sido|jadi)|gabisa)(?!\S)"
)
_CHOICE = re.compile(r"(?<!\S)(?:atau|sampai)(?!\S)|^ - $")
_HER_OWN_BIRTH = re.compile(
    r"(?<!\S)(?:ttl|(?:tanggal|tempat) lahir|lahir (?:saya|aku|kulo|ibu)|(?:saya|aku|kulo) lahir|lahirku)"
    r"(?!\S)"
)
_OF_A_BABY = re.compile(r"(?<!\S)(?:bayi|anak|adik|debay|si kecil)")
"""Of a grown woman the year must be told; a baby was born this year or last."""
_YEAR_BY_DIGITS = re.compile(r" (?:tahun )?(\d) (\d)(?!\S)")  # "sembilan lima"
_PERIOD = re.compile(r"(?<!\S)(?:mulai|dari|teko|wiwit|sejak)(?: \S+){0,2} ?$")
_APPROXIMATE = re.compile(r"(?<!\S)sekitar(?: (?:tanggal|hari|bulan))? ?$")
_DONE = re.compile(
    r"(?<!\S)(?:sudah|tadi|barusan|bar|mari|habis|kemarin)(?: \S+){0,2} (?:kontrol|usg|suntik)(?: \S+){0,4} ?$"
)


@dataclass(frozen=True)
class DateReading:
    """What was read: ``found`` with a value, ``ask_back`` or ``impossible`` with a reason code, or ``none``.

    ``start`` and ``end`` give the place in the text as typed, also of what must be asked back.
    """

    status: Status
    value: date | None = None
    reason: str | None = None
    start: int = 0
    end: int = 0


_NOTHING = DateReading("none")


@dataclass(frozen=True)
class _Said:
    """A candidate with what it comes to."""

    candidate: Candidate
    resolved: Resolved


def format_date(day: date) -> str:
    """ "3 Maret 2026"."""
    return f"{day.day} {_MONTH_NAMES[day.month - 1]} {day.year}"


def read_date(text: str, kind: DateKind, now: datetime) -> DateReading:
    """The date of ``kind`` that ``text`` gives; ``now`` must be aware. Never raises for any text."""
    read = canonical(text)
    said = [
        _Said(candidate, resolved)
        for candidate, own_kind in _candidates_for(read.text, kind)
        if (resolved := _resolved(candidate, own_kind, read.text, now)) is not None
    ]
    if kind == "hpl" and not _HPL_CUE.search(read.text):
        said = [one for one in said if not _is_past_birth(one, read.text, now)]
    said = _after_corrections(said, read.text)
    if not said:
        return _NOTHING
    return _reading(_chosen(said, read.text), read)


def _is_past_birth(said: _Said, text: str, now: datetime) -> bool:
    """ "lahir 12-05-1996" is no due date, not even an impossible one."""
    if not re.search(r"(?<!\S)lahir(?!\S)", text):
        return False
    value = said.resolved.value
    return said.resolved.status == "impossible" or (value is not None and value < now.astimezone(JAKARTA).date())


def _reading(said: _Said, read: Canonical) -> DateReading:
    start, end = read.span(said.candidate.start, said.candidate.end)
    return DateReading(said.resolved.status, said.resolved.value, said.resolved.reason, start, end)


def _candidates_for(text: str, kind: DateKind) -> list[tuple[Candidate, DateKind]]:
    """Those under a cue of the kind, else those under none, each with the kind to read it by."""
    candidates = [candidate for candidate in find_candidates(text) if not _is_stray(candidate, text)]
    cued = list(zip(candidates, _cues_of(candidates, text), strict=True))
    if kind == "any":
        return [(candidate, cue or "any") for candidate, cue in cued]
    for wanted in ({kind}, _ALSO.get(kind, set()), {None}):
        fitting: list[tuple[Candidate, DateKind]] = [(candidate, kind) for candidate, cue in cued if cue in wanted]
        if fitting:
            return fitting
    return []


def _is_stray(candidate: Candidate, text: str) -> bool:
    """ "tadi", "sekarang" or a bare month count only in a short answer or behind a cue."""
    bare_month = candidate.reason == "month_only" and re.fullmatch(r"m\d\d", text[candidate.start : candidate.end])
    bare_week = text[candidate.start : candidate.end] == "minggu"
    if candidate.rank != "weak" and not bare_month and not bare_week:
        return False
    rest = f"{text[: candidate.start]} {text[candidate.end :]}".split()
    near = any(
        cue in ("visit_date", "birth_date") and -_WEAK_REACH <= start - candidate.end <= _WEAK_REACH
        for start, _, cue in _find_cues(text)
    )
    return len(rest) > _SHORT_WORDS and not near


def _find_cues(text: str) -> list[tuple[int, int, DateKind]]:
    cues: list[tuple[int, int, DateKind]] = []
    left = text
    for kind, pattern in _CUES:
        cues += [(match.start(), match.end(), kind) for match in pattern.finditer(left)]
        left = pattern.sub(lambda match: "#" * len(match.group()), left)
    return sorted(cues)


def _cues_of(candidates: list[Candidate], text: str) -> list[DateKind | None]:
    """The cue each date stands under: the last before it, or the next behind it where people write it that way."""
    cues = _find_cues(text)
    if not cues or not candidates:
        return [None] * len(candidates)
    first = candidates[0]
    trailing = cues[0][0] >= first.end and cues[0][0] - first.end <= _CUE_REACH
    return [_cue_of(candidate, cues, trailing) for candidate in candidates]


def _cue_of(candidate: Candidate, cues: list[tuple[int, int, DateKind]], trailing: bool) -> DateKind | None:
    before = [kind for start, _, kind in cues if start < candidate.start]
    behind = [kind for start, _, kind in cues if 0 <= start - candidate.end <= _CUE_REACH]
    inside = before[-1] if before else None
    if trailing and behind:
        return behind[0]
    return inside


def _resolved(candidate: Candidate, kind: DateKind, text: str, now: datetime) -> Resolved | None:
    before = text[: candidate.start]
    if _NEGATED.search(before[-_CUE_REACH:]) or _REFUSED.search(text[candidate.end : candidate.end + _CUE_REACH]):
        return None
    if kind == "birth_date" and candidate.rank == "exact" and not candidate.year:
        spelt = _YEAR_BY_DIGITS.match(text, candidate.end)
        if spelt is not None:
            candidate = replace(candidate, year="".join(spelt.groups()))
        elif _HER_OWN_BIRTH.search(text) and not _OF_A_BABY.search(text):
            return Resolved("ask_back", reason="no_year")
    if kind != "hpl" and candidate.rank != "vague" and _APPROXIMATE.search(before[-_CUE_REACH:]):
        return Resolved("ask_back", reason="approximate")
    direction: Direction | None = None
    if kind == "visit_date" and " lagi" not in before[-_CUE_REACH:] and _DONE.search(before[-3 * _CUE_REACH :]):
        direction = "past"
    return resolve(candidate, kind, now, direction)


def _after_corrections(said: list[_Said], text: str) -> list[_Said]:
    """ "tgl 3 eh salah tgl 5": only what follows the last correction counts."""
    kept = said[:1]
    for before, after in pairwise(said):
        between = text[before.candidate.end : after.candidate.start]
        kept = [after] if _CORRECTION.search(between) else [*kept, after]
    return kept


def _chosen(said: list[_Said], text: str) -> _Said:
    """The most definite date; two of equal weight, or a choice between two, are asked back."""
    for before, after in pairwise(said):
        between = text[before.candidate.end : after.candidate.start]
        if len(between) <= _CUE_REACH and _CHOICE.search(between) and _differ(before, after):
            from_day_one = _PERIOD.search(text[: before.candidate.start][-_CUE_REACH:])
            return before if from_day_one and " sampai " in between else _both(before, after)
    rank = min(_RANKS.index(one.candidate.rank) for one in said)
    best = [one for one in said if _RANKS.index(one.candidate.rank) == rank]
    possible = [one for one in best if one.resolved.status == "found"] or best
    others = [one for one in possible if _differ(one, possible[0])]
    return _both(possible[0], others[0]) if others else possible[0]


def _differ(one: _Said, other: _Said) -> bool:
    return one.resolved.value != other.resolved.value


def _both(one: _Said, other: _Said) -> _Said:
    return _Said(Candidate(one.candidate.start, other.candidate.end, "vague"), Resolved("ask_back", reason="two_dates"))
