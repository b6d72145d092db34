"""A check-up on another day: what may be chosen, the day that was chosen, and the plan that follows it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models import ChosenDay, Pregnancy, Reminder, Visit
from registry.persons.people import Speaker
from registry.pregnancies import schedule
from registry.reminding import plan
from registry.rules import antenatal, visit_days
from registry.rules.plan_days import open_day
from registry.rules.visit_days import Refusal


@dataclass(frozen=True)
class Move:
    """A check-up (or two of one walk) that may be moved, its day now, and the days offered instead."""

    visits: tuple[str, ...]
    planned: date
    last: date
    offered: tuple[date, ...]


def movable(
    session: Session, pregnancy: Pregnancy, now: datetime, *, reminder: Reminder | None = None,
    cannot: Collection[date] = (),
) -> Move | None:  # fmt: skip
    """What is moved: the visits of a reminder, else the one she was asked about last, else the next; None: nothing."""
    view = schedule.of(session, pregnancy, now)
    if view.course.is_over:
        return None
    asked = reminder or schedule.last_asked(session, pregnancy, now)
    done = set(session.scalars(select(Visit.kind).where(Visit.pregnancy_id == pregnancy.id)))
    wanted = tuple(visit for visit in schedule.visits_of(session, asked) if visit not in done) if asked else ()
    if reminder is not None and not wanted:
        return None
    following = view.next
    visits = wanted or (following.visits if following else _unreported(view))
    if not visits:
        return None
    return _move_of(view, visits, cannot)


def _unreported(view: schedule.Schedule) -> tuple[str, ...]:
    """The last one whose day is over without a word."""
    missed = antenatal.unreported(view.course, view.settings, view.today)
    return (missed[-1].visit,) if missed else ()


def _move_of(view: schedule.Schedule, visits: tuple[str, ...], cannot: Collection[date]) -> Move | None:
    found = visit_days.window(view.course, view.settings, visits[0], view.today)
    if found is None:
        return None
    planned = _planned(view, visits[0]) or found.first
    days = visit_days.offered(view.settings, found, planned, view.today, frozenset(cannot))
    return Move(visits, planned, found.last, tuple(days))


def _planned(view: schedule.Schedule, visit: str) -> date | None:
    if visit in view.course.chosen_days:
        return view.course.chosen_days[visit]
    if visit_days.is_postnatal(visit):
        return view.next.on if view.next and visit in view.next.visits else None
    found = antenatal.check_ups(view.course, view.settings)
    return next((one.on for one in found if one.visit == visit), None)


@dataclass(frozen=True)
class Refused:
    """Why not that day, and the next open one where that would help."""

    why: Refusal
    instead: date | None = None


def check(session: Session, pregnancy: Pregnancy, move: Move, on: date, now: datetime) -> Refused | None:
    """Whether the visit may be moved to that day; None when it may."""
    view = schedule.of(session, pregnancy, now)
    if on == move.planned and on >= view.today:
        return Refused("same_day")
    found = visit_days.Window(view.today, move.last)
    why = visit_days.refusal_of(view.settings, found, on, view.today)
    if why is None:
        return None
    free = open_day(on, view.settings) if why == "closed" else None
    return Refused(why, free if free is not None and free <= move.last else None)


def choose(
    session: Session, speaker: Speaker, pregnancy: Pregnancy, visits: Collection[str], on: date, now: datetime
) -> None:
    """Keep the chosen day; the reminders follow it, and the question that was open is answered."""
    schedule.hold(session, pregnancy)
    for visit in visits:
        row = session.scalar(
            select(ChosenDay).where(ChosenDay.pregnancy_id == pregnancy.id, ChosenDay.kind == visit)
        ) or ChosenDay(pregnancy_id=pregnancy.id, kind=visit)
        row.on, row.at = on, now
        session.add(row)
        _answered(session, pregnancy, visit, now)
        audit.note(
            session, now, "visit_moved", contact_id=speaker.contact.id, subject=f"pregnancy:{pregnancy.id}",
            visit=visit, on=on.isoformat(),
        )  # fmt: skip
    plan.replan(session, pregnancy, now)


def _answered(session: Session, pregnancy: Pregnancy, visit: str, now: datetime) -> None:
    since = now - timedelta(days=schedule.ASKED_DAYS)
    rows = select(Reminder).where(
        Reminder.pregnancy_id == pregnancy.id, Reminder.visit == visit, Reminder.sent_at >= since
    )
    for reminder in session.scalars(rows):
        reminder.answered, reminder.answered_at = "moved", now
