"""What midwives, cadres and facilities answer to an alert, a referral or a task of theirs; pure."""

from __future__ import annotations

from functools import cache
from typing import Literal, get_args

from nlu.language.cues import Cues, heaviest, split_clauses

CaseReply = Literal[
    "take",
    "at_facility",
    "unreachable",
    "arrived_home",
    "false_alarm",
    "ready",
    "full",
    "come",
    "refer_accept",
    "visited",
    "moved_away",
    "closed",
]

_REPLIES: dict[str, CaseReply] = {reply: reply for reply in get_args(CaseReply)}
_ORDER = (
    "full",
    "unreachable",
    "moved_away",
    "at_facility",
    "arrived_home",
    "visited",
    "refer_accept",
    "come",
    "ready",
    "take",
    "false_alarm",
    "closed",
)
"""Of equal weights the answer that leaves the mother cared for: a full ward before a ready one, a closed case last."""


@cache
def _cues() -> Cues:
    return Cues.load("case_reply")


def read_case_reply(text: str) -> CaseReply | None:
    """What is answered; None for a question, a supposition, a bare yes and anything unclear."""
    told = [clause for clause in split_clauses(text) if not clause.asks and not clause.supposes]
    heard = heaviest(_cues().weigh(told), _ORDER)
    return None if heard is None else _REPLIES[heard]
