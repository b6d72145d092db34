"""Pregnancies as the plan sees them: many at once, each kind of row read once for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from registry import clock, holidays, programme, texts
from registry.models import (
    Birth,
    ChosenDay,
    EligibilityAnswer,
    JknRecord,
    Person,
    Pregnancy,
    RecordChange,
    Reminder,
    Visit,
)
from registry.rules import postnatal
from registry.rules.education import lessons_of
from registry.rules.plan_values import (
    Born,
    Course,
    CourseStatus,
    Done,
    Kind,
    Lessons,
    ReminderSettings,
    Sent,
    Step,
    Wishes,
)
from registry.rules.rows import PaymentPath

ALL_PURPOSES = ("chat", "reminders", "sharing")
FIRST_LESSON_WEEK, LAST_LESSON_WEEK = 4, 41
_SETTINGS = ("anc_scheme", "anc_weeks", "quiet_hours", "missed_visit_grace_days", "reminder_hour")
Rows = Mapping[int, Sequence[Reminder]]
AWAY = ("home", "on_the_way")  # births that no facility has seen


def settings_on(session: Session, now: datetime) -> ReminderSettings:
    """The programme's settings in force; weeks that nobody has decided are those of the scheme."""
    today = clock.today(now)
    found = programme.values(session, _SETTINGS, today)
    start, end = found["quiet_hours"]
    return ReminderSettings(
        anc_weeks=tuple(found["anc_weeks"]) if found["anc_scheme"] == "1-2-3" else (),
        scheme=found["anc_scheme"],
        grace_days=found["missed_visit_grace_days"],
        quiet_hours=(start, end),
        default_hour=found["reminder_hour"],
        holidays=holidays.around(today),
        lessons=lessons(),
    )


@cache
def lessons() -> Lessons:
    """The lessons there are texts for."""
    weeks = range(FIRST_LESSON_WEEK, LAST_LESSON_WEEK + 1)
    return lessons_of(texts.education(), weeks, range(1, postnatal.LAST_DAY + 1))


def wishes_of(pregnancy: Pregnancy, person: Person) -> Wishes:
    """What she wants and how she is reached; while her own consent is pending only her cadre is written to."""
    pending = person.consent == "pending"
    agreed = person.consent == "given" and "reminders" in (person.agreed or ALL_PURPOSES)
    return Wishes(
        reminders_agreed=agreed or (pending and pregnancy.cadre_id is not None),
        stopped=person.messages == "stopped",
        hour=person.reminder_hour,
        has_phone=person.phone is not None and not pending,
        has_cadre=pregnancy.cadre_id is not None,
        education_agreed=agreed,
    )


def persons_of(session: Session, pregnancies: Iterable[Pregnancy]) -> dict[int, Person]:
    """Whose pregnancies they are, by the person's id."""
    ids = {one.person_id for one in pregnancies}
    return {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(ids)))}


def rows_of(session: Session, ids: Iterable[int]) -> dict[int, list[Reminder]]:
    """All reminders of these pregnancies, oldest first."""
    found: dict[int, list[Reminder]] = defaultdict(list)
    for row in session.scalars(select(Reminder).where(Reminder.pregnancy_id.in_(set(ids))).order_by(Reminder.id)):
        found[row.pregnancy_id].append(row)
    return found


def courses(
    session: Session, pregnancies: Sequence[Pregnancy], persons: Mapping[int, Person], rows: Rows
) -> dict[int, Course]:
    """The pregnancies as the plan sees them; ``rows`` are the reminders, of which those that were sent count."""
    facts = _Facts(session, pregnancies, persons)
    return {one.id: facts.course(one, rows.get(one.id, ())) for one in pregnancies}


class _Facts:
    """What was told about some pregnancies, each kind read at once."""

    def __init__(self, session: Session, pregnancies: Sequence[Pregnancy], persons: Mapping[int, Person]) -> None:
        self.persons, self._session = persons, session
        ids = [one.id for one in pregnancies]
        self.visits = self._by_pregnancy(select(Visit).where(Visit.pregnancy_id.in_(ids)).order_by(Visit.on, Visit.id))
        self.chosen = self._by_pregnancy(select(ChosenDay).where(ChosenDay.pregnancy_id.in_(ids)))
        self.births = self._by_pregnancy(select(Birth).where(Birth.pregnancy_id.in_(ids)).order_by(Birth.id))
        changed = select(RecordChange.pregnancy_id, func.max(RecordChange.at)).where(
            RecordChange.pregnancy_id.in_(ids), RecordChange.field.in_(("hpht", "hpl"))
        )
        self.changed = {row[0]: row[1] for row in session.execute(changed.group_by(RecordChange.pregnancy_id))}
        indexes = {one.nik_index for one in persons.values() if one.nik_index}
        jkn = select(JknRecord).where(JknRecord.nik_index.in_(indexes))
        self.jkn = {row.nik_index: row for row in session.scalars(jkn)} if indexes else {}
        answers = select(EligibilityAnswer.person_id, EligibilityAnswer.path).where(
            EligibilityAnswer.person_id.in_(set(persons))
        )
        self.papers = {row[0]: row[1] for row in session.execute(answers.order_by(EligibilityAnswer.id))}

    def _by_pregnancy(self, rows: Select[Any]) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        for row in self._session.scalars(rows):
            found[row.pregnancy_id].append(row)
        return found

    def course(self, pregnancy: Pregnancy, rows: Sequence[Reminder]) -> Course:
        person = self.persons[pregnancy.person_id]
        jkn = self.jkn.get(person.nik_index) if person.nik_index else None
        path = self.papers.get(person.id)
        return Course(
            pregnancy_id=pregnancy.id,
            status=cast(CourseStatus, pregnancy.status),
            opened_on=clock.today(pregnancy.opened_at),
            hpht=pregnancy.hpht,
            hpl=pregnancy.hpl,
            since=self._since(pregnancy, person),
            visits=tuple(Done(row.kind, row.on, row.status) for row in self.visits.get(pregnancy.id, ())),
            chosen_days={row.kind: row.on for row in self.chosen.get(pregnancy.id, ())},
            birth=_born(self.births.get(pregnancy.id, [])),
            high_risk=bool(pregnancy.risks),
            jkn_segment=jkn.segment if jkn else None,
            jkn_active=jkn.active if jkn else None,
            jkn_checked_on=jkn.checked_on if jkn else None,
            papers=PaymentPath(path) if path else None,
            sent=tuple(_sent(row) for row in rows if row.status == "sent" and row.sent_at is not None),
        )

    def _since(self, pregnancy: Pregnancy, person: Person) -> date:
        """The day of the registration, of the last change of her dates or of her return after a STOP."""
        moments = (pregnancy.opened_at, self.changed.get(pregnancy.id), person.resumed_at)
        return clock.today(max(moment for moment in moments if moment is not None))


def _born(births: Sequence[Birth]) -> Born | None:
    """The birth; of twins one that lives goes before one that does not."""
    row = next((one for one in births if one.baby_alive), births[0] if births else None)
    if row is None:
        return None
    in_facility = None if row.place_kind is None else row.place_kind not in AWAY
    done = all(one.jkn_done_on is not None for one in births if one.baby_alive)
    return Born(row.on, row.time, in_facility, row.baby_alive, done)


def _sent(row: Reminder) -> Sent:
    on = clock.today(row.sent_at) if row.sent_at else row.about
    return Sent(cast(Kind, row.kind), row.visit, cast(Step, row.step), row.about, on)
