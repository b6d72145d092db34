"""What a puskesmas asks to be sent to many: to whom, where, and the words; pure.

The words are what stands in quotation marks, or behind the first colon that belongs to no clock; where and to whom is
read in front of them only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from nlu.language.cues import Cues, split_clauses
from nlu.language.entities import gazetteer
from nlu.language.normalise import MAX_LENGTH
from nlu.language.places import PlaceMatch

Audience = Literal["mothers", "cadres"]
Condition = Literal["due_soon", "missed_visit", "high_risk", "jkn_inactive"]
Trimester = Literal[1, 2, 3]

_CONDITIONS: tuple[Condition, ...] = ("high_risk", "jkn_inactive", "missed_visit", "due_soon")
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


@dataclass(frozen=True)
class BroadcastRequest:
    """A broadcast as asked for.

    `place` is the narrowest area named (a puskesmas is its area), with its candidates; `everywhere` is said ("semua")
    without an area, so the sender's whole area is meant. `text` is None when no words to send were given.
    """

    audience: Audience | None = None
    place: PlaceMatch | None = None
    everywhere: bool = False
    trimester: Trimester | None = None
    only: Condition | None = None
    text: str | None = None


@cache
def _cues() -> Cues:
    return Cues.load("audience")


def read_broadcast(text: str) -> BroadcastRequest:
    """What ``text`` asks to be sent. Mothers and cadres both named, or neither, is no audience: ask."""
    head, message = _parted(text[:MAX_LENGTH])
    heard = _cues().weigh(split_clauses(head))
    place = _place(head)
    trimester = _TRIMESTER.search(head)
    return BroadcastRequest(
        _audience(heard["mothers"], heard["cadres"]),
        place,
        place is None and bool(heard["all"]),
        _TRIMESTERS[trimester["n"].lower()] if trimester else None,
        next((condition for condition in _CONDITIONS if heard[condition]), None),
        message,
    )


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


def _audience(mothers: int, cadres: int) -> Audience | None:
    if bool(mothers) == bool(cadres):
        return None
    return "mothers" if mothers else "cadres"


def _place(head: str) -> PlaceMatch | None:
    found = [match for match in gazetteer().find(_FAR_SIGN.sub(_without_dot, head)) if match.level in _LEVELS]
    return min(found, key=lambda match: _LEVELS.index(match.level), default=None)


def _without_dot(match: re.Match[str]) -> str:
    return match.group()[:-1] + " "
