"""What is said after a check-up was told, in words or by a button: what was kept, and what is next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, clock, days, voices
from registry.acts import Act
from registry.messaging.messages import Draft
from registry.models import Birth, Person, Pregnancy, Reminder
from registry.persons.people import Speaker
from registry.pregnancies import schedule, visits
from registry.pregnancies.schedule import Schedule
from registry.pregnancies.visits import Noted
from registry.reminding import plan
from registry.rules import visit_days

_SAID = {
    "noted": "visit_noted",
    "verified": "visit_verified",
    "corrected": "visit_noted",
    "same": "visit_known",
    "kept": "visit_kept",
}


def answer(
    session: Session, speaker: Speaker, pregnancy: Pregnancy, noted: Sequence[Noted], now: datetime
) -> Draft:  # fmt: skip
    """One message about all visits of a report: the weightiest outcome, the day on record, what is next."""
    person = schedule.person_of(session, pregnancy)
    found = schedule.of(session, pregnancy, now)
    news = next((one for one in noted if one.outcome not in ("same", "kept")), noted[0])
    told = [one for one in noted if one.outcome == news.outcome] or list(noted)
    return voices.say(
        speaker,
        person,
        _SAID[news.outcome],
        visits=schedule.visit_names(tuple(one.kind for one in told)),
        date=days.in_words(news.on),
        next=schedule.next_in_words(session, person, found),
    )


def _asked_of(session: Session, speaker: Speaker, number: int) -> tuple[Reminder, Pregnancy, Person] | None:
    """The reminder that was pressed, when this speaker may answer it."""
    reminder = session.get(Reminder, number)
    if reminder is None:
        return None
    pregnancy = session.get_one(Pregnancy, reminder.pregnancy_id)
    person = schedule.person_of(session, pregnancy)
    return (reminder, pregnancy, person) if voices.may_tell_of(session, speaker, person) else None


def _done(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    """She was there: on the planned day, or today when that is earlier."""
    found = _asked_of(session, speaker, number)
    if found is None:
        return ()
    reminder, pregnancy, person = found
    reminder.answered, reminder.answered_at = "done", now
    kinds = schedule.visits_of(session, reminder)
    if not kinds:
        return (voices.say(speaker, person, "visit_other_done"),)
    view = schedule.of(session, pregnancy, now)
    new = [kind for kind in kinds if visits.find(session, pregnancy, kind) is None]
    days_told = (min(reminder.about, view.today), view.today)
    on = next((day for day in days_told if not _is_impossible(view, new, day)), None)
    if on is None or (new and view.course.is_over):
        return ()
    noted = [_note(session, speaker, pregnancy, kind, on, now) for kind in kinds]
    return (answer(session, speaker, pregnancy, noted, now),)


def _is_impossible(view: Schedule, kinds: Sequence[str], on: date) -> bool:
    return any(visit_days.problem_of(view.course, kind, on, view.today) for kind in kinds)


def _note(session: Session, speaker: Speaker, pregnancy: Pregnancy, kind: str, on: date, now: datetime) -> Noted:
    """A visit that is on record keeps its day: a button tells no other."""
    known = visits.find(session, pregnancy, kind)
    return visits.note(session, speaker, pregnancy, kind, known.on if known else on, now)


def _not_done(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    found = _asked_of(session, speaker, number)
    if found is None or found[1].status not in ("active", "delivered"):
        return ()
    reminder, pregnancy, person = found
    if any(visits.find(session, pregnancy, kind) for kind in schedule.visits_of(session, reminder)):
        return ()
    reminder.answered, reminder.answered_at = "not_done", now
    session.flush()
    return (voices.say(speaker, person, "visit_not_done", reminder=reminder.id),)


def _not_born(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    found = _asked_of(session, speaker, number)
    if found is None or found[1].status != "active":
        return ()
    reminder, _, person = found
    reminder.answered, reminder.answered_at = "not_done", now
    session.flush()
    place = schedule.place_of(session, person)
    return (voices.say(speaker, person, "birth_not_yet", place=place, reminder=reminder.id),)


def _jkn_done(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    """The newborn is registered for JKN: nobody asks for it again."""
    found = _asked_of(session, speaker, number)
    if found is None or found[1].status != "delivered":
        return ()
    reminder, pregnancy, person = found
    reminder.answered, reminder.answered_at = "done", now
    for birth in session.scalars(select(Birth).where(Birth.pregnancy_id == pregnancy.id)):
        birth.jkn_done_on = birth.jkn_done_on or clock.today(now)
    audit.note(
        session, now, "newborn_jkn_done", contact_id=speaker.contact.id, subject=f"pregnancy:{pregnancy.id}"
    )  # fmt: skip
    plan.replan(session, pregnancy, now)
    return (voices.say(speaker, person, "birth_jkn_done"),)


PRESSES: dict[str, Act] = {
    "visit_done": Act(_done),
    "visit_not_done": Act(_not_done, "deny"),
    "not_born": Act(_not_born, "deny"),
    "baby_jkn_done": Act(_jkn_done),
}
