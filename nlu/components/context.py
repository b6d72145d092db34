"""Who writes and what the bot has just asked, as additive log-odds on the classifier's answer.

Judged from the "who" column of the intent taxonomy, not learnt: evaluation files tell neither role nor question, so
both are neutral when unknown. They are kept small: a strong reading of the words wins against them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

UNLIKELY, RARE = -2.0, -1.0
LIKELY = 2.0

_OF_STAFF = ("send_broadcast", "ask_recap", "request_referral", "list_my_mothers")
_OF_MOTHERS = ("reschedule_visit", "request_companion", "ask_pregnancy_health")

BY_ROLE: dict[str, dict[str, float]] = {
    "mother": dict.fromkeys(_OF_STAFF, UNLIKELY),
    "stranger": dict.fromkeys(_OF_STAFF, UNLIKELY),
    "cadre": {"send_broadcast": RARE, "start_messages": RARE, "stop_messages": RARE},
    "staff": dict.fromkeys((*_OF_MOTHERS, "start_messages", "stop_messages"), RARE),
    "driver": dict.fromkeys((*_OF_STAFF, *_OF_MOTHERS, "register_pregnancy"), RARE),
}
BY_QUESTION: dict[str, dict[str, float]] = {
    question: {"inform": LIKELY}
    for question in ("nik", "birth_date", "full_name", "facility_village", "reading", "task_answer")
}
"""An answer is what was asked for unless it clearly is something else; danger is never made less likely."""


def log_odds(intents: Sequence[str], role: str | None, question: str | None) -> Any:
    """What to add to each intent's log-probability; zeros when nothing is known."""
    shift = BY_ROLE.get(role or "", {}), BY_QUESTION.get(question or "", {})
    return np.array([sum(table.get(intent, 0.0) for table in shift) for intent in intents])
