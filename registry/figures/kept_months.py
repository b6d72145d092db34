"""Months that were counted before: kept by kecamatan, so that a look at the whole kabupaten adds up a few rows.

Where there are few women everything is counted at each look. From ``MANY`` pregnancies on the clock counts: this month
and the last one every quarter of an hour, the older ones every night, so that what is reported late, corrected or
erased is in them by the next morning. A pregnancy that is set aside changes the months it was counted in at the clock's
next looks. What is kept too long, because the clock stood, is not used.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from registry import clock
from registry.figures import figure_months, set_aside
from registry.figures.indicators import NAMES, Figures, Month, Scope, months_until
from registry.models import District, KeptMonth, Pregnancy, Village

MANY = 2000  # pregnancies that were ever registered
SHOWN_BACK = 36  # months that are kept, this one included: two years to choose from, each since its January
FRESH = 2  # months that change all day: this one and the last
OFTEN = timedelta(minutes=15)
NIGHT = time(1)
LATE = timedelta(hours=1)  # so much the clock may be behind; then the months are counted at each look again


def over(session: Session, scope: Scope, months: Sequence[Month], now: datetime) -> list[Figures]:
    """``figure_months.over``, from what is kept as far as it goes."""
    kept = {} if scope.villages is not None else _kept(session, scope, months, now)
    missing = [month for month in months if month.first not in kept]
    counted = figure_months.over(session, scope, _span(months, missing)) if missing else []
    found = {one.month.first: one for one in counted} | kept
    return [found[month.first] for month in months]


def _span(months: Sequence[Month], missing: Sequence[Month]) -> Sequence[Month]:
    """From the first that is missing to the last: they are counted as months that follow one another."""
    return months[months.index(missing[0]) : months.index(missing[-1]) + 1]


def _kept(session: Session, scope: Scope, months: Sequence[Month], now: datetime) -> dict[date, Figures]:
    rows = select(KeptMonth.month, KeptMonth.counts, KeptMonth.waits, KeptMonth.counted_at)
    rows = rows.where(KeptMonth.month.in_([month.first for month in months]), KeptMonth.due_at > now - LATE)
    if scope.districts is not None:
        rows = rows.where(KeptMonth.district_code.in_(scope.districts))
    found: dict[date, Figures] = {}
    for first, counts, waits, counted_at in session.execute(rows):
        one = found.setdefault(first, Figures(Month(first), counted_at=counted_at))
        one.villages.update(_in_order(counts))
        for name, by_village in waits.items():
            one.waits.setdefault(name, {}).update(by_village)
    return found


def _in_order(counts: dict[str, Any]) -> dict[str, list[int]]:
    """By village; what an earlier version of this program kept may lack a name, or have them in another order."""
    rows: dict[str, list[int]] = counts["villages"]
    names: list[str] = counts["names"]
    if names == list(NAMES):
        return rows
    places = [names.index(name) if name in names else None for name in NAMES]
    return {village: [row[at] if at is not None else 0 for at in places] for village, row in rows.items()}


def keep(session: Session, month: Month, now: datetime) -> None:
    """Count one month of all kecamatan and keep it; a kecamatan without anything is kept too."""
    counted = figure_months.of_month(session, Scope(), month)
    where = {village.code: village.district_code for village in session.scalars(select(Village))}
    counts: dict[str, dict[str, list[int]]] = {code: {} for code in session.scalars(select(District.code))}
    waits: dict[str, dict[str, dict[str, list[int]]]] = {code: {} for code in counts}
    for village, row in counted.villages.items():
        counts[where[village]][village] = row
    for name, by_village in counted.waits.items():
        for village, minutes in by_village.items():
            waits[where[village]].setdefault(name, {})[village] = [round(one) for one in minutes]
    session.execute(delete(KeptMonth).where(KeptMonth.month == month.first))
    due_at = _due_at(month, now)
    session.add_all(
        KeptMonth(
            month=month.first, district_code=code, counts={"names": list(NAMES), "villages": rows}, waits=waits[code],
            counted_at=now, due_at=due_at,
        )
        for code, rows in counts.items()
    )  # fmt: skip
    session.flush()


def changed(session: Session, pregnancy: Pregnancy, now: datetime) -> None:
    """It is set aside, or counted again: every month it may have been counted in is due at once. Until then the pages
    show what was counted, with the moment of the counting.
    """
    first = set_aside.first_day(pregnancy).replace(day=1)
    known = update(KeptMonth).where(KeptMonth.month >= first, KeptMonth.due_at > now)
    session.execute(known.values(due_at=now))


def _due_at(month: Month, now: datetime) -> datetime:
    if month in _wanted(now)[-FRESH:]:
        return now + OFTEN
    tomorrow = clock.today(now) + timedelta(days=1)
    return datetime.combine(tomorrow, NIGHT, clock.JAKARTA)


def _wanted(now: datetime) -> list[Month]:
    return months_until(Month(clock.today(now).replace(day=1)), SHOWN_BACK)


def next_at(session: Session, after: datetime) -> datetime | None:
    """When a kept month is to be counted again; never by the simulator's clock, which would stop for each."""
    if clock.simulated(session) is not None:
        return None
    return session.scalar(select(func.min(KeptMonth.due_at)).where(KeptMonth.due_at > after))


def is_due(session: Session, now: datetime) -> bool:
    """Whether a month is to be counted, again or for the first time."""
    return _next(session, now) is not None


def run(session: Session, now: datetime) -> int:
    """Count one month that is due, the latest first. Tells 0 even so: the next one is for the next look, since it may
    take a second or two and nobody's alarm is to wait for several of them.
    """
    month = _next(session, now)
    if month is not None:
        keep(session, month, now)
    return 0


def _next(session: Session, now: datetime) -> Month | None:
    if clock.simulated(session) is not None or _pregnancies(session) < MANY:
        return None
    fresh = set(session.scalars(_months().having(func.min(KeptMonth.due_at) > now)))
    return next((month for month in reversed(_wanted(now)) if month.first not in fresh), None)


def _pregnancies(session: Session) -> int:
    """How many there are, as far as it matters."""
    some = select(Pregnancy.id).limit(MANY).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _months() -> Select[date]:
    return select(KeptMonth.month).group_by(KeptMonth.month)
