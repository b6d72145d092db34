"""Where a pregnancy stands today: its week, what was done, and the next check-up with day and place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock, days, places, texts
from registry.models import Person, Pregnancy, Reminder
from registry.reminding import plan
from registry.rules import antenatal, dating, postnatal
from registry.rules.plan_values import Course, ReminderSettings

ASKED_DAYS = 10  # so long a report without a name answers the reminder


@dataclass(frozen=True)
class Next:
    """A check-up to come; mother and newborn are seen on one visit, so it may have two codes."""

    visits: tuple[str, ...]
    on: date
    with_doctor: bool = False


@dataclass(frozen=True)
class Schedule:
    """The pure view of one pregnancy on one day."""

    course: Course
    settings: ReminderSettings
    today: date

    @property
    def weeks(self) -> int | None:
        """Completed weeks; None when it is over or nobody knows."""
        if self.course.dates is None or self.course.has_delivered:
            return None
        first = self.course.dates[0]
        return dating.weeks_on(first, self.today) if dating.is_possible_first_day(first, self.today) else None

    @property
    def total(self) -> int:
        """How many antenatal visits there are."""
        return len(antenatal.table(self.settings))

    @property
    def done(self) -> int:
        """How many of them are done."""
        dates = self.course.dates
        slots = antenatal.table(self.settings)
        return len(antenatal.done_visits(self.course.visits, slots, dates[0] if dates else None))

    @property
    def next(self) -> Next | None:
        """The next check-up, before or after the birth."""
        if self.course.is_over:
            return None
        if self.course.has_delivered:
            return self._next_after_birth()
        found = antenatal.next_visit(self.course, self.settings, self.today)
        return None if found is None else Next((found.visit,), found.on, found.slot.with_doctor)

    def _next_after_birth(self) -> Next | None:
        birth = self.course.birth
        if birth is None:
            return None
        reported = {one.kind for one in self.course.visits}
        age = (self.today - birth.on).days
        open_now = [
            one
            for one in postnatal.WINDOWS
            if one.visit not in reported and one.visit.startswith(("KF", "KN")) and one.last_day >= age
        ]
        if not open_now:
            return None
        first = open_now[0]
        visits = tuple(one.visit for one in open_now if one.first_day == first.first_day)
        chosen = self.course.chosen_days.get(first.visit)
        on = chosen or birth.on + timedelta(days=first.first_day)
        return Next(visits, max(on, self.today))


def of(session: Session, pregnancy: Pregnancy, now: datetime) -> Schedule:
    """The view of a pregnancy as the rows stand now."""
    session.flush()
    person = person_of(session, pregnancy)
    rows = session.scalars(select(Reminder).where(Reminder.pregnancy_id == pregnancy.id).order_by(Reminder.id)).all()
    course = plan.course_of(session, pregnancy, person, rows)
    return Schedule(course, plan.settings_on(session, now), clock.today(now))


def hold(session: Session, pregnancy: Pregnancy) -> None:
    """Until this transaction ends nobody else changes this pregnancy; its row is read anew."""
    session.flush()
    session.refresh(pregnancy, with_for_update=True)


def person_of(session: Session, pregnancy: Pregnancy) -> Person:
    """Whose pregnancy it is."""
    return session.get_one(Person, pregnancy.person_id)


def last_asked(session: Session, pregnancy: Pregnancy, now: datetime) -> Reminder | None:
    """The reminder of a check-up she was sent lately and has not answered: what a report without a name means."""
    asked = select(Reminder).where(
        Reminder.pregnancy_id == pregnancy.id,
        Reminder.status == "sent",
        Reminder.kind.in_(("anc", "postnatal")),
        Reminder.answered.is_(None),
        Reminder.sent_at >= now - timedelta(days=ASKED_DAYS),
    )
    rows = session.scalars(asked.order_by(Reminder.sent_at.desc(), Reminder.id))
    return next((row for row in rows if is_check_up(row)), None)


def is_check_up(reminder: Reminder) -> bool:
    """Whether it speaks of a check-up that can be reported."""
    if reminder.kind == "postnatal":
        return reminder.visit.startswith(("KF", "KN"))
    return reminder.kind == "anc" and reminder.visit != "dates"


def visits_of(session: Session, reminder: Reminder) -> tuple[str, ...]:
    """The check-ups a reminder speaks of: those that went out in the same message are done on the same walk."""
    if reminder.outbox_id is None:
        return (reminder.visit,) if is_check_up(reminder) else ()
    same = select(Reminder).where(
        Reminder.outbox_id == reminder.outbox_id, Reminder.pregnancy_id == reminder.pregnancy_id
    )
    rows = session.scalars(same.order_by(Reminder.id))
    return tuple(dict.fromkeys(row.visit for row in rows if is_check_up(row)))


def day_of(session: Session, reminder: Reminder, now: datetime) -> date | None:
    """The day of what a reminder speaks of, as it stands now: she may have moved it since. None when it is over."""
    rows = select(Reminder.about).where(
        Reminder.pregnancy_id == reminder.pregnancy_id,
        Reminder.kind == reminder.kind,
        Reminder.visit == reminder.visit,
        Reminder.status.in_(("planned", "sent")),
    )
    newest = session.scalar(rows.order_by(Reminder.id.desc()).limit(1)) or reminder.about
    return newest if newest >= clock.today(now) else None


def visit_name(visit: str) -> str:
    """ "periksa ke-4"; a visit beyond six is called by its week."""
    if visit[:-1].isdecimal():
        return texts.say("phrase_visit_of_week", week=visit[:-1]).text
    return texts.phrase(f"phrase_visit_{visit.lower()}")


def visit_names(visits: tuple[str, ...]) -> str:
    """Several of them in one breath."""
    return f" {texts.phrase('phrase_and')} ".join(visit_name(visit) for visit in visits)


def place_of(session: Session, person: Person) -> str:
    """Where she goes for a check-up."""
    near = places.nearby(session, person.village_code).puskesmas
    return near[0].name if near else texts.phrase("phrase_place_unknown")


def next_in_words(session: Session, person: Person, schedule: Schedule) -> str:
    """One sentence about the next check-up."""
    following = schedule.next
    if following is not None:
        name = "phrase_next_doctor" if following.with_doctor else "phrase_next"
        return texts.say(
            name,
            visits=visit_names(following.visits),
            date=days.in_words(following.on),
            place=place_of(session, person),
        ).text
    if schedule.course.has_delivered:
        return texts.phrase("phrase_next_none_after_birth")
    if schedule.course.dates is None:
        return texts.phrase("phrase_next_undated")
    return texts.phrase("phrase_next_none" if schedule.done >= schedule.total else "phrase_next_ask_midwife")
