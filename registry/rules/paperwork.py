"""The walk through the offices, counted back from the due date."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registry.rules.rows import PaymentPath

_SATURDAY = 5


@dataclass(frozen=True)
class Task:
    """A step whose length is known."""

    code: str
    office: str
    days_needed: int
    working_days: bool


@dataclass(frozen=True)
class Step:
    """A step of the answer; ``order`` runs over the whole answer, the steps of one path stand together.

    ``latest_on`` is the last day to set out (None without a due date). It is never before today: a step that is
    ``late`` carries today's date and means at once, or on the next day the office is open.
    """

    code: str
    office: str
    order: int
    days_needed: int
    latest_on: date | None
    path: PaymentPath
    late: bool = False


def workday_on_or_before(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - _SATURDAY + 1))


def set_out_on(task: Task, done_by: date) -> date:
    """The last day to begin so that the task is done by the given day. Public holidays are not known here."""
    if not task.working_days:
        return done_by - timedelta(days=task.days_needed)
    day = workday_on_or_before(done_by)
    for _ in range(task.days_needed):
        day = workday_on_or_before(day - timedelta(days=1))
    return day


def _latest_days(tasks: Sequence[Task], done_by: date) -> list[date]:
    days: list[date] = []
    for task in reversed(tasks):
        done_by = set_out_on(task, done_by)
        days.append(done_by)
    return days[::-1]


def count_back(
    path: PaymentPath, tasks: Sequence[Task], done_by: date | None, today: date, first_order: int = 1
) -> Iterator[Step]:
    """Give each task of one path its place and its last day, so that the last one is done by ``done_by``."""
    latest: Sequence[date | None] = [None] * len(tasks) if done_by is None else _latest_days(tasks, done_by)
    for order, (task, day) in enumerate(zip(tasks, latest, strict=True), first_order):
        late = day is not None and day < today
        shown = today if late else day
        yield Step(task.code, task.office, order, task.days_needed, shown, path, late)
