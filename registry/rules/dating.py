"""The dates of a pregnancy: arithmetic, what is possible, and which of two datings to believe (pure).

Ages count from the HPHT (domain.md section 4): due date = HPHT + 280 days, trimesters by completed weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

TERM_DAYS = 280
LONGEST_DAYS = 308  # 44 weeks: an episode of pregnancy in SATUSEHAT is never longer
OVERDUE_DAYS = 294  # 42 weeks
LAST_DAY_OF_TRIMESTER = {1: 90, 2: 174, 3: OVERDUE_DAYS}  # completed weeks up to 12, 13 to 24, from 25
DIFFERENCE_THAT_COUNTS_DAYS = 7  # an early USG overrides the HPHT only when they lie further apart
DAYS_A_DUE_DATE_MAY_BE_PAST = 14

Trimester = Literal[1, 2, 3]
Source = Literal["mother", "cadre", "staff"]
Method = Literal["hpht", "usg", "hpl", "weeks"]

_BY_SOURCE: dict[Source, int] = {"mother": 1, "cadre": 2, "staff": 3}
_BY_METHOD: dict[Method, int] = {"weeks": 1, "usg": 2, "hpl": 3, "hpht": 4}
_EARLY_USG = 5


def due_date(hpht: date) -> date:
    """HPL of a first day: 280 days later."""
    return hpht + timedelta(days=TERM_DAYS)


def first_day(hpl: date) -> date:
    """The HPHT that a due date stands for: 280 days before it."""
    return hpl - timedelta(days=TERM_DAYS)


def weeks_on(hpht: date, day: date) -> int:
    """Completed weeks of pregnancy on a day; negative before the HPHT."""
    return (day - hpht).days // 7


def trimester_of(days: int) -> Trimester:
    """Days since the HPHT: up to 12 completed weeks, 13 to 24, from 25 (Permenkes 21/2021; domain.md 2.1)."""
    if days <= LAST_DAY_OF_TRIMESTER[1]:
        return 1
    return 2 if days <= LAST_DAY_OF_TRIMESTER[2] else 3


def is_possible_first_day(hpht: date, today: date) -> bool:
    """Not in the future and not more than 44 weeks ago."""
    return 0 <= (today - hpht).days <= LONGEST_DAYS


def is_possible_due_date(hpl: date, today: date) -> bool:
    """From two weeks ago to 280 days ahead."""
    return -DAYS_A_DUE_DATE_MAY_BE_PAST <= (hpl - today).days <= TERM_DAYS


def reconcile(hpht: date | None, hpl: date | None) -> tuple[date, date] | None:
    """First day and due date to count by, or nothing when neither is known.

    A due date that was counted otherwise (Naegele: 0 to 3 days later) leaves the HPHT in force. One that lies more than
    seven days off comes from an ultrasound or a correction, and the visits follow it.
    """
    if hpl is None:
        return None if hpht is None else (hpht, due_date(hpht))
    counted = first_day(hpl)
    if hpht is None or abs((counted - hpht).days) > DIFFERENCE_THAT_COUNTS_DAYS:
        return counted, hpl
    return hpht, hpl


@dataclass(frozen=True)
class Dating:
    """A first day somebody gave: who said it, by what it was found, and on which day (of the USG, or of saying it)."""

    hpht: date
    source: Source
    method: Method
    on: date

    @property
    def is_early_usg(self) -> bool:
        """An ultrasound of the first trimester, told by staff; one that a mother recalls counts as her word."""
        early = trimester_of((self.on - self.hpht).days) == 1
        return self.method == "usg" and self.source == "staff" and early


def prefers(new: Dating, old: Dating) -> bool:
    """Whether the new dating takes the place of the old one; when not, both stand for a person to decide.

    An early USG overrides any other method when they differ by more than seven days, and only then (domain.md section
    4). Else staff go before cadre before mother, then HPHT before due date before late USG before weeks; among equals
    what was said last holds, so that everyone can correct herself.
    """
    if new.is_early_usg != old.is_early_usg:
        differ = abs((new.hpht - old.hpht).days) > DIFFERENCE_THAT_COUNTS_DAYS
        if differ or new.is_early_usg:
            return differ and new.is_early_usg
    return _weight(new) >= _weight(old)


def _weight(dating: Dating) -> tuple[int, int, date]:
    method = _EARLY_USG if dating.is_early_usg else _BY_METHOD[dating.method]
    return _BY_SOURCE[dating.source], method, dating.on
