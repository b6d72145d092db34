"""The other day somebody asks for a check-up, and the days that do not suit: "besok gak iso, lusa ae".

A day counts as refused by what stands with it in its clause. "Minggu depan" and "mundur sehari" are asked back: which
day, counted from which.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from nlu.language.date_patterns import Candidate, find_candidates
from nlu.language.date_rules import JAKARTA, Resolved, Status, resolve
from nlu.language.tokens import canonical

_NO = r"(?:tidak|tdk|tak|gak|ga|gk|g|nggak|ngga|ngak|ndak|nda|ora|ra|enggak|mboten|boten)"
_REFUSAL = re.compile(
    rf"(?<!\S)(?:{_NO} (?:iso|isok|isa|bisa|bs|saged|sempat|sempet|jadi|sido|ada yang|onok|ono|mungkin|kosong|sanggup"
    r"|datang|teko|hadir)|gabisa|gaiso|jangan|ojo|ampun|sampun ngantos|berhalangan|halangan"
    r"|(?:ada|ono|onok|wonten|duwe|punya) (?:acara|gawe|hajatan|keperluan|perlu|rewang|slametan|pengajian|urusan)"
    r"|rewang|repot|ribet|sibuk|libur|tutup|kerja|kerjo|nyambut gawe|ewuh|bukan)(?!\S)"
)
_LEADS = re.compile(rf"(?:{_NO} |gabisa|gaiso|jangan|ojo|ampun|sampun|bukan|berhalangan|halangan)")
"""Refusals that may stand before their day; "libur" and the like stand behind it."""

_CLAUSE_END = re.compile(
    r" (?:[,;!?]|\.(?! \d)|tapi|tp|tapine|ning|minta|njaluk|nyuwun|ganti|diganti|gantine|pindah|dipindah"
    r"|bisanya|isone|isoke"
    r"|jadinya|lebih baik|mending|undur|diundur|mundur|dimundurkan|kalau|nek|lek)(?= )"
)
_MOVED = re.compile(
    r"(?<!\S)(?:minta|njaluk|nyuwun|ganti|diganti|gantine|pindah|dipindah|bisanya|isone|undur|diundur|jadi|menjadi|dadi"
    r"|ke|salah|maksud)(?!\S)"
)
_RELATIVE = re.compile(
    r"(?<!\S)(?:di)?(?:mundur|undur|maju|pundur)(?:kan|no|ke|in|ne)?(?: (?:lagi|jadwal|kontrol|aja|saja))*"
    r" \d{1,2} (?:hari|minggu|bulan)(?! (?:lagi|depan))"
)
_OTHER_DATE = re.compile(r"(?<!\S)(?:hpht|hpl|lahir)(?: (?:saya|aku|kulo|nya|e|:|=|tanggal|kata|usg|dokter))* ?$")
_WEEK_ONLY = re.compile(r"(?:1 )?minggu (?:depan|lagi)|\d minggu (?:lagi|depan)")
_CHOICE = re.compile(r"^ (?:, )?(?:atau|dan|sama|karo|opo|apa)(?: hari| tanggal)? $")
_REASON = re.compile(
    r"(?<!\S)(?:mergo|amargi|amarga|soalnya|soale|karena|krn|krna|mergane|pas|ada|ono|onok|musim)(?: \S+){0,2} ?$"
)
_REACH = 60
_NEAR_WORDS = 4


@dataclass(frozen=True)
class Reschedule:
    """``on`` when ``found``; ``reason`` why it is asked back or impossible; ``cannot`` in order of the text."""

    on: date | None = None
    status: Status = "none"
    cannot: tuple[date, ...] = ()
    reason: str | None = None


def read_reschedule(text: str, now: datetime) -> Reschedule:
    """The wish in ``text``; ``now`` must be aware. Never raises for any text."""
    words = canonical(text).text
    days = [one for one in find_candidates(words) if not _OTHER_DATE.search(words[: one.start][-_REACH:])]
    days = [one for one in days if not (one.reason == "anchor" and _REASON.search(words[: one.start][-_REACH:]))]
    days = [one for one in days if one.weak_word not in ("tadi", "sekarang", "barusan")]
    refused = _refused(days, words)
    cannot = [resolve(one, "visit_date", now, "future") for one in days if one in refused]
    told = tuple(dict.fromkeys(one.value for one in cannot if one and one.value))
    offered = [one for one in days if one not in refused]
    wish = _wish(offered, words, now)
    return Reschedule(wish.value, wish.status, told, wish.reason)


def _refused(days: list[Candidate], words: str) -> list[Candidate]:
    """Each refusal takes the days before it in its clause, else, where it may stand first, the next day behind it."""
    refused: list[Candidate] = []
    for cue in _REFUSAL.finditer(words):
        start = max((end.end() for end in _CLAUSE_END.finditer(words, 0, cue.start())), default=0)
        before = [one for one in days if start <= one.start and one.end <= cue.start() and one not in refused]
        between = before and words[before[-1].end : cue.start()].split()
        if before and len(between) <= _NEAR_WORDS + 1:
            refused += before
        elif _LEADS.match(cue.group()):
            refused += _next_day(days, words, cue.end())
    return refused


def _next_day(days: list[Candidate], words: str, at: int) -> list[Candidate]:
    behind = [one for one in days if one.start >= at]
    if not behind:
        return []
    between = words[at : behind[0].start]
    near = len(between.split()) <= _NEAR_WORDS and not _CLAUSE_END.search(f"{between} ")
    return behind[:1] if near else []


def _wish(offered: list[Candidate], words: str, now: datetime) -> Resolved:
    if _RELATIVE.search(words):
        return Resolved("ask_back", reason="relative")
    for previous, one in reversed(list(pairwise(offered))):
        if _CHOICE.search(words[previous.end : one.start]):
            return Resolved("ask_back", reason="two_dates")
        if _MOVED.search(words[previous.end : one.start]):
            offered = offered[offered.index(one) :]
            break
    read = [_read(one, words, now) for one in offered]
    said = [one for one in read if one is not None]
    values = {one.value for one in said if one.status == "found"}
    if len(values) > 1:
        return Resolved("ask_back", reason="two_dates")
    found = [one for one in said if one.status == "found"]
    return next(iter(found or said), Resolved("none"))


def _read(candidate: Candidate, words: str, now: datetime) -> Resolved | None:
    if _WEEK_ONLY.fullmatch(words[candidate.start : candidate.end]):
        return Resolved("ask_back", reason="which_day")
    today = now.astimezone(JAKARTA).date()
    if candidate.month and not candidate.year and candidate.month == today.month and (candidate.day or 0) < today.day:
        return Resolved("impossible", reason="past")  # "3 maret" on the tenth is not next year's
    resolved = resolve(candidate, "visit_date", now, "future")
    if resolved and resolved.value and resolved.value < today:
        return Resolved("impossible", reason="past")
    return resolved
