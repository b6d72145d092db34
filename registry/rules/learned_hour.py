"""The hour at which she has time for messages, learnt from when she answers (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from registry.rules.plan_days import send_hour
from registry.rules.quiet import JAKARTA

ANSWERS = 3  # the last ones, when they agree
NEAR_MINUTES = 120
_HOUR = 60


def learned_hour(answers: Sequence[datetime], present: int, quiet_hours: tuple[str, str]) -> int | None:
    """A local hour that suits her better than the present one, or nothing.

    Her last three answers must lie within two hours of each other on the clock, and two hours or more after or before
    the hour at which she gets her messages: who answers at once has the right hour already.
    """
    last = [_minutes(one) for one in sorted(answers)[-ANSWERS:]]
    if len(last) < ANSWERS or max(last) - min(last) > NEAR_MINUTES:
        return None
    if min(abs(one - present * _HOUR) for one in last) < NEAR_MINUTES:
        return None
    found = send_hour(min(last) // _HOUR, quiet_hours)
    return None if found == present else found


def _minutes(moment: datetime) -> int:
    local = moment.astimezone(JAKARTA)
    return local.hour * _HOUR + local.minute
