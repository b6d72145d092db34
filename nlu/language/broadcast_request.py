"""What a puskesmas asks to be sent to many: to whom, where, when, and the words; pure.

The words are what stands in quotation marks, or behind the first colon that belongs to no clock; where and to whom is
read in front of them only. When it is to go out is read in front of "ke" ("kirim besok jam 7 ke semua bumil"), for
behind it "besok jam 7" are already words of the message. A place is told by its narrowest level; several of that level
are all meant.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal

from nlu.language.clock_times import read_pickup
from nlu.language.cues import Cues, split_clauses
from nlu.language.date_rules import JAKARTA
from nlu.language.due_range import DueRange, read_due
from nlu.language.entities import gazetteer
from nlu.language.normalise import MAX_LENGTH
from nlu.language.places import PlaceMatch

Audience = Literal["mothers", "after_birth", "cadres"]
Condition = Literal["missed_visit", "high_risk"]
Trimester = Literal[1, 2, 3]
Repeat = Literal["daily", "weekly", "monthly"]

SOON = DueRange(weeks=4)  # "segera melahirkan"
_GROUPS: tuple[Audience, ...] = ("mothers", "after_birth", "cadres")
_CONDITIONS: tuple[Condition, ...] = ("missed_visit", "high_risk")
_SEGMENTS = ("pbi", "regional", "self_paid", "employer")
_STATES = ("arrears", "none", "unknown")
_PATHS = ("PROGRAMME_SKTM", "PROPOSE_PBI", "PBI_REACTIVATION", "SELF_PAY", "OTHER_REGENCY", "UNASKED")
_QUOTED = re.compile(
    r"[\"“”„«](?P<said>[^\"“”„«»]+)[\"“”»]?|(?<![\w'‘’])['‘](?P<single>[^'‘’]+(?:['’]\w[^'‘’]*)*)['’](?!\w)"
)
_COLON = re.compile(r":(?!\d\d(?!\d))")
_TRIMESTER = re.compile(
    r"(?i)(?<!\w)(?:trimester|tri ?semester|semester|trimster|tm|t)\s*-?\s*(?:ke-?\s*)?(?P<n>iii|ii|i|[123]|satu|dua"
    r"|tiga|pertama|kedua|ketiga|siji|loro|telu|akhir|awal)(?!\w)"
)
_TRIMESTERS: dict[str, Trimester] = {
    **dict.fromkeys(("1", "i", "satu", "pertama", "siji", "awal"), 1),
    **dict.fromkeys(("2", "ii", "dua", "kedua", "loro"), 2),
    **dict.fromkeys(("3", "iii", "tiga", "ketiga", "telu", "akhir"), 3),
}
_LEVELS = ("village", "district", "puskesmas", "regency")
_FAR_SIGN = re.compile(r"(?i)(?<!\w)(?:desa|ds|kec|kecamatan|kelurahan|kel)\.")


_UNVISITED = re.compile(
    r"(?i)(?<!\w)(?:belum|blm|belom|durung|dereng|tidak|gak|ga|tdk|kurang|tanpa)(?:\s+\w+){0,3}?"
    r"\s+k\s?-?(?P<n>[1-6])(?!\w)"
)
_TO = re.compile(r"(?i)(?<!\w)(?:ke|kpd|kepada|untuk|utk|buat|nang|marang|dateng|dhateng)(?!\w)")
_PLANNED = re.compile(r"(?i)(?<!\w)(?:di)?jadwal\w*(?!\w)")
_CLOCK = re.compile(r"(?i)(?<!\w)(?:jam|jm|pukul|pkl)\s*\d|\d\d?[.:]\d\d")
_EVERY = re.compile(
    r"(?i)(?<!\w)(?:setiap|tiap|tiap-tiap|saben)\s+(?P<what>hari|dina|minggu|bulan|sasi|wulan|4 minggu|senin|selasa"
    r"|rabu|kamis|jumat|jum.at|sabtu|ahad)(?!\w)"
)
_REPEATS: dict[str, Repeat] = {
    **dict.fromkeys(("hari", "dina"), "daily"), **dict.fromkeys(("bulan", "sasi", "wulan", "4 minggu"), "monthly"),
}  # fmt: skip


_WEEKDAYS = ("senin", "selasa", "rabu", "kamis", "jumat", "jum'at", "sabtu", "ahad")
_AT_ONCE = re.compile(r"(?i)(?<!\w)(?:hari ini|sekarang|segera|saiki|langsung|secepatnya)(?!\w)")


@dataclass(frozen=True)
class BroadcastRequest:
    """A broadcast as asked for.

    `places` are the areas named (a puskesmas is its area), each with its candidates; `everywhere` is said ("semua")
    without an area, so the sender's whole area is meant. `text` is None when no words to send were given. `jkn` and
    `paths` are the codes of the registry's audiences. `at` is aware; `at_unread`: a time was named, but not clearly.
    """

    audience: Audience | None = None
    places: tuple[PlaceMatch, ...] = ()
    everywhere: bool = False
    trimester: Trimester | None = None
    due: DueRange | None = None
    unvisited: str | None = None
    only: tuple[Condition, ...] = ()
    jkn: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    at: datetime | None = None
    at_unread: bool = False
    repeat: Repeat | None = None
    text: str | None = None


@cache
def _cues() -> Cues:
    return Cues.load("audience")


def read_broadcast(text: str, now: datetime) -> BroadcastRequest:
    """What ``text`` asks to be sent; ``now`` is aware. Both kinds named, or none, is no audience."""
    head, message = _parted(text[:MAX_LENGTH])
    heard = _cues().weigh(split_clauses(head))
    places = _places(head)
    trimester, unvisited = _TRIMESTER.search(head), _UNVISITED.search(head)
    due = read_due(head, now.astimezone(JAKARTA).date()) or (SOON if heard["due_soon"] else None)
    at, at_unread, repeat = read_moment(_when(head), now)
    jkn, paths = tuple(_jkn(heard)), tuple(path for path in _PATHS if heard[f"path_{path}"])
    audience = _audience(heard, is_narrowed=bool(due or jkn or paths or unvisited))
    if audience == "after_birth":
        trimester = unvisited = due = None
    return BroadcastRequest(
        audience=audience,
        places=places,
        everywhere=not places and bool(heard["all"]),
        trimester=_TRIMESTERS[trimester["n"].lower()] if trimester else None,
        due=due,
        unvisited=f"K{unvisited['n']}" if unvisited else None,
        only=tuple(one for one in _CONDITIONS if heard[one] and not (unvisited and one == "missed_visit")),
        jkn=jkn,
        paths=paths,
        at=at,
        at_unread=at_unread,
        repeat=repeat,
        text=message,
    )


def read_moment(text: str, now: datetime) -> tuple[datetime | None, bool, Repeat | None]:
    """When it is to go out, whether that was named unclearly, and how often; "hari ini" and nothing mean at once."""
    every = _EVERY.search(text)
    repeat = _REPEATS.get(every["what"].lower(), "weekly") if every else None
    if every is not None:
        day = every["what"] if every["what"].lower() in _WEEKDAYS else "besok"
        text = f"{text[: every.start()]}{day}{text[every.end() :]}"
    if not _CLOCK.search(text) and (every is not None or _AT_ONCE.search(text)):
        return None, False, repeat
    read = read_pickup(text, now)
    return read.value, read.status in ("ask_back", "impossible"), repeat


def _when(head: str) -> str:
    """The part in which somebody says when: in front of "to whom"; all of it when it only speaks of a schedule."""
    to = _TO.search(head)
    front = head[: to.start()] if to else ""
    return head if _PLANNED.search(head) and not _CLOCK.search(front) else front


def _jkn(heard: Counter[str]) -> Iterator[str]:
    """The states that are named: a segment is that of active or inactive ones, whichever was said."""
    segments = [segment for segment in _SEGMENTS if heard[f"jkn_{segment}"]]
    if "regional" in segments or any(heard[f"path_{path}"] for path in ("PROPOSE_PBI", "PBI_REACTIVATION")):
        segments = [segment for segment in segments if segment != "pbi"]
    arrears = bool(heard["jkn_arrears"])
    state = "inactive" if heard["jkn_inactive"] else "active" if not arrears or heard["jkn_active"] else ""
    if segments and state:
        yield from (f"{state}_{segment}" for segment in segments)
    elif heard["jkn_inactive"] or heard["jkn_active"]:
        yield state
    yield from (one for one in _STATES if heard[f"jkn_{one}"])


def _parted(text: str) -> tuple[str, str | None]:
    """What is said of the broadcast, and the words of it."""
    quoted = _QUOTED.search(text)
    colon = _COLON.search(text)
    if quoted and not (colon and colon.end() < quoted.start() and text[colon.end() : quoted.start()].strip()):
        rest = f"{text[: quoted.start()]} {text[quoted.end() :]}"
        return rest, (quoted["said"] or quoted["single"]).strip() or None
    if colon:
        return text[: colon.start()], text[colon.end() :].strip() or None
    return text, None


def _audience(heard: Counter[str], *, is_narrowed: bool) -> Audience | None:
    """Of two groups that are named neither; "ibu-ibu" and what only mothers have are of the pregnant, unless told."""
    named: set[Audience] = {group for group in _GROUPS if heard[group]}
    if (heard["women"] or is_narrowed) and "after_birth" not in named:
        named.add("mothers")
    return named.pop() if len(named) == 1 else None


def _places(head: str) -> tuple[PlaceMatch, ...]:
    found = [match for match in gazetteer().find(_FAR_SIGN.sub(_without_dot, head)) if match.level in _LEVELS]
    narrowest = min((_LEVELS.index(match.level) for match in found), default=None)
    return tuple(match for match in found if _LEVELS.index(match.level) == narrowest)


def _without_dot(match: re.Match[str]) -> str:
    return match.group()[:-1] + " "
