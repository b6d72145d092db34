"""What a driver answers to the offer of a ride, and what mothers and cadres tell of it; pure.

A clause that asks or supposes says nothing: "bisa bu, jemput di mana?" is a yes, "bisa jam 8 ta?" is not.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Literal, get_args

from nlu.language.cues import Clause, Cues, heaviest, split_clauses
from nlu.language.replies import read_yes_no

DriverReply = Literal[
    "accept", "decline", "unsure", "at_pickup", "picked_up", "arrived", "done", "late", "off_duty", "on_duty"
]
RideNews = Literal["picked_up", "arrived", "not_come"]

_REPLIES: dict[str, DriverReply] = {reply: reply for reply in get_args(DriverReply)}
_REPLY_ORDER = (
    "off_duty", "decline", "unsure", "late", "on_duty", "done", "arrived", "picked_up", "at_pickup", "accept"
)  # fmt: skip
_DETAILS = re.compile(r"(?<!\S)(?:alamat|rumah|lokasi|posisi|jam|kapan|siapa|mana|dimana|kemana|ke mana|nomor)")
_GOAL = re.compile(r"(?<!\S)(?:puskesmas|pkm|rs|rsud|igd|ugd|klinik|bidan|polindes|tujuan|pasien|antar)")
_IF = re.compile(r" (?:kalau|bila|jika|apabila|semisal|misal|misalnya|seumpama)(?!\S)")
_SETS_OUT = re.compile(
    r"(?<!\S)(?:otw|on the way|on my way|berangkat|luncur|meluncur|dalam perjalanan)(?! (?:jam|besok))(?!\S)"
)
_NEWS: dict[str, RideNews] = {news: news for news in get_args(RideNews)}
_NEWS_ORDER = ("not_come", "arrived", "picked_up")


@cache
def _reply_cues() -> Cues:
    return Cues.load("driver_reply")


@cache
def _news_cues() -> Cues:
    return Cues.load("ride_news")


def read_driver_reply(text: str) -> DriverReply | None:
    """What the driver says of the ride or of the duty; None for a mere question and for anything unclear."""
    clauses = split_clauses(text)
    told = [clause for clause in clauses if not clause.asks and not clause.supposes]
    weights = _reply_cues().weigh(told)
    for half, whole in (("unsure", "decline"), ("accept", "decline"), ("accept", "unsure")):
        if weights[whole]:
            del weights[half]  # nobody is promised a car by half a yes
    heard = heaviest(weights, _REPLY_ORDER)
    if heard is not None:
        return _REPLIES[heard]
    return _half_answer(clauses) or _bare_answer(text, clauses)


def _half_answer(clauses: tuple[Clause, ...]) -> DriverReply | None:
    """ "Gak bisa kalau jam 10" is a no; "bisa kalau jam 9" and "kalau pagi gak bisa" are neither."""
    cues = _reply_cues()
    supposing = [clause for clause in clauses if clause.supposes and not clause.asks]
    heads = [Clause(head, asks=False, supposes=False) for clause in supposing if (head := _before(clause.text))]
    if cues.weigh(heads)["decline"]:
        return "decline"
    weights = cues.weigh(supposing)
    return "unsure" if weights["accept"] or weights["decline"] else None


def _before(clause: str) -> str:
    """What stands before "kalau"; nothing when it is the first word."""
    return _IF.split(f" {clause}", maxsplit=1)[0].strip()


def sets_out(text: str) -> bool:
    """Whether he says that he is leaving for her now: "otw bu", "budal saiki"."""
    told = [clause for clause in split_clauses(text) if not clause.asks and not clause.supposes]
    return any(_SETS_OUT.search(clause.text) for clause in told)


def says_yes(text: str) -> bool:
    """Whether news of a delay hold an acceptance too: "bisa, tapi telat 15 menit"; "ban bocor" does not."""
    told = [clause for clause in split_clauses(text) if not clause.asks and not clause.supposes]
    weights = _reply_cues().weigh(told)
    return bool(weights["accept"]) and not weights["decline"] and not weights["unsure"]


def asks_of_ride(text: str) -> bool:
    """Whether a driver wants to know who, where or when: "alamatnya mana bu", "jam berapa?"."""
    return any(clause.asks and _DETAILS.search(clause.text) for clause in split_clauses(text))


def names_goal(text: str) -> bool:
    """Whether "sudah sampai" tells where: at the facility, or with the mother in the car."""
    return any(_GOAL.search(clause.text) for clause in split_clauses(text))


def _bare_answer(text: str, clauses: tuple[Clause, ...]) -> DriverReply | None:
    """A yes or no and nothing else; "sudah" alone may be news of anything."""
    if any(clause.asks or clause.text.startswith("sudah") for clause in clauses):
        return None
    return {"yes": _REPLIES["accept"], "no": _REPLIES["decline"]}.get(read_yes_no(text) or "")


def read_ride_news(text: str) -> RideNews | None:
    """What a mother or a cadre tells of the ride. That nobody has come counts also when it is put as a question."""
    clauses = [clause for clause in split_clauses(text) if not clause.supposes]
    cues = _news_cues()
    asked = cues.weigh(clause for clause in clauses if clause.asks)
    weights = cues.weigh(clause for clause in clauses if not clause.asks)
    weights["not_come"] += asked["not_come"]
    heard = heaviest(weights, _NEWS_ORDER)
    return None if heard is None else _NEWS[heard]
