"""What the reminder plan is made from: a pregnancy's course, the mother's wishes, the programme's settings (pure).

All days and hours are local (Asia/Jakarta).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal, NamedTuple

from registry.rules import dating
from registry.rules.rows import PaymentPath

CourseStatus = Literal["active", "delivered", "loss", "miscarriage", "closed"]
Scheme = Literal["1-2-3", "2-1-3", "who8"]
Kind = Literal["anc", "due_date", "postnatal", "newborn_jkn", "education", "papers"]
Step = Literal["before", "after", "once"]

LATEST_WEEK = 42


@dataclass(frozen=True, slots=True)
class Done:
    """A check-up that was reported or verified; ``kind`` is K1 … K6, KF1 …, KN1 … or empty when nobody named it."""

    kind: str
    on: date
    status: str = "reported"


@dataclass(frozen=True, slots=True)
class Born:
    """The birth; an unknown hour counts as noon."""

    on: date
    at: time | None = None
    in_facility: bool | None = None
    baby_alive: bool = True
    newborn_jkn_done: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A reminder that has gone out: for which day it was and on which day she got it."""

    kind: Kind
    visit: str
    step: Step
    about: date
    on: date


@dataclass(frozen=True, slots=True)
class Course:
    """One pregnancy as the plan sees it.

    ``since`` is the first day on which she may be reminded by these facts: that of the registration, of the last
    change of her dates, or of starting again after STOP, whichever is last. What was due before it is caught up with
    or given up, never sent as if current. ``chosen_days`` are days the mother moved a visit to.
    """

    pregnancy_id: int
    status: CourseStatus
    opened_on: date
    hpht: date | None = None
    hpl: date | None = None
    since: date | None = None
    visits: tuple[Done, ...] = ()
    chosen_days: Mapping[str, date] = field(default_factory=dict)
    birth: Born | None = None
    high_risk: bool = False
    jkn_segment: str | None = None
    jkn_active: bool | None = None
    jkn_checked_on: date | None = None
    papers: PaymentPath | None = None
    sent: tuple[Sent, ...] = ()

    @property
    def start(self) -> date:
        """The first day on which she may be reminded."""
        return self.since or self.opened_on

    @property
    def dates(self) -> tuple[date, date] | None:
        """First day and due date to count by."""
        return dating.reconcile(self.hpht, self.hpl)

    @property
    def has_delivered(self) -> bool:
        """The child is born, whether or not we know when."""
        return self.status == "delivered" or (self.status == "active" and self.birth is not None)

    @property
    def is_over(self) -> bool:
        """A loss, a death or a closed record: from then on nothing may be sent."""
        if self.status not in ("active", "delivered"):
            return True
        return self.birth is not None and not self.birth.baby_alive


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the mother wants and how she can be reached; ``hour`` is the local hour she likes."""

    reminders_agreed: bool = True
    stopped: bool = False
    hour: int | None = None
    has_phone: bool = True
    has_cadre: bool = True
    education_agreed: bool = True


class Lessons(NamedTuple):
    """The lessons: by completed week of pregnancy and by day after the birth, each the id of a text."""

    weeks: Mapping[int, str]
    days: Mapping[int, str]


ONE_A_WEEK = Lessons(
    {week: f"w{week:02}" for week in range(5, 41)}, {7 * week + 1: f"b{week + 1:02}" for week in range(6)}
)


@dataclass(frozen=True, slots=True)
class ReminderSettings:
    """The programme's settings; empty ``anc_weeks`` means those of the scheme.

    Raises:
        ValueError: a week outside 1 to 42, or a service that is closed every day of the week.
    """

    anc_weeks: tuple[int, ...] = ()
    scheme: Scheme = "1-2-3"
    grace_days: int = 3
    before_days: int = 2
    ask_after_days: int = 1
    quiet_hours: tuple[str, str] = ("21:00", "06:00")
    default_hour: int = 9
    holidays: frozenset[date] = frozenset()
    closed_weekdays: frozenset[int] = frozenset({6})  # Sunday; Saturday is open in the morning
    lessons: Lessons = field(default_factory=lambda: ONE_A_WEEK)

    def __post_init__(self) -> None:
        if any(not 1 <= week <= LATEST_WEEK for week in self.anc_weeks):
            raise ValueError(f"weeks of check-ups lie between 1 and {LATEST_WEEK}")
        if len(self.closed_weekdays) > 6:
            raise ValueError("the service must be open on one day of the week")
