"""What is said after a check-up was told, in words or by a button: what was kept, and what is next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language.reschedule import read_reschedule
from nlu.language.visit_report import read_visit, takes_back
from registry import audit, clock, days, voices
from registry.acts import Act
from registry.messaging.messages import Draft
from registry.models import Birth, Person, Pregnancy, Reminder, Visit
from registry.persons.people import Speaker
from registry.pregnancies import schedule, visits
from registry.pregnancies.schedule import Schedule
from registry.pregnancies.visits import Noted
from registry.reminding import plan
from registry.rules import visit_days

MOST_WORDS = 8  # of an answer; what is longer tells something else
MOST_LOOKED_AT = 50
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
    known = [visits.find(session, pregnancy, kind) for kind in schedule.visits_of(session, reminder)]
    told = [visit for visit in known if visit is not None]
    if not all(visits.may_take_back(speaker, visit, now) for visit in told):
        return ()
    for visit in told:
        visits.take_back(session, speaker, pregnancy, visit, now)
    reminder.answered, reminder.answered_at = "not_done", now
    session.flush()
    return (voices.say(speaker, person, "visit_not_done", reminder=reminder.id),)


def undo(session: Session, speaker: Speaker, number: int, now: datetime, inbox_id: int | None) -> Sequence[Draft]:
    """ "Eh belum, salah pencet"."""
    visit = session.get(Visit, number)
    if visit is None or not visits.may_take_back(speaker, visit, now):
        return ()
    pregnancy = session.get_one(Pregnancy, visit.pregnancy_id)
    person = schedule.person_of(session, pregnancy)
    if not voices.may_tell_of(session, speaker, person):
        return ()
    named = schedule.visit_names((visit.kind,))
    visits.take_back(session, speaker, pregnancy, visit, now)
    found = schedule.of(session, pregnancy, now)
    return (
        voices.say(
            speaker, person, "visit_taken_back", visits=named, next=schedule.next_in_words(session, person, found)
        ),
    )


def spoken(session: Session, speaker: Speaker, said: str, now: datetime) -> tuple[str, int] | None:
    """Words that take back a visit that was told by mistake a moment or a day ago."""
    if speaker.contact.phone is None or not takes_back(said):
        return None
    rows = select(Visit).where(Visit.status == "reported", Visit.reported_at > now - visits.MISTAKE)
    if speaker.person is not None:
        rows = rows.join(Pregnancy).where(Pregnancy.person_id == speaker.person.id)
    newest = session.scalars(rows.order_by(Visit.reported_at.desc(), Visit.id.desc()).limit(MOST_LOOKED_AT))
    mine = [visit for visit in newest if visits.may_take_back(speaker, visit, now)]
    return ("visit_undo", mine[0].id) if mine else None


def meant(payloads: Sequence[str], said: str, now: datetime) -> str | None:
    """The button under the question after a visit that more words than a bare no stand for: "durung bu, repot"."""
    not_done = next((one for one in payloads if one.startswith("/press:visit_not_done:")), None)
    told = read_visit(said, now)
    moved = read_reschedule(said, now)
    is_answer = told.done is False and not told.kinds and "?" not in said and len(said.split()) <= MOST_WORDS
    suits_not = any(day >= clock.today(now) for day in moved.cannot)  # "lali, wingi repot" refuses no day to come
    return not_done if is_answer and moved.on is None and not suits_not else None


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
    "visit_undo": Act(undo, "deny"),
    "not_born": Act(_not_born, "deny"),
    "baby_jkn_done": Act(_jkn_done),
}
