"""One mother's record as an officer reads it: how far she is, her check-ups, papers, and what happened when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import access, clock
from registry.models import Contact, District, EligibilityAnswer, Loss, Person, Pregnancy, Staff, Village, Visit
from registry.persons import minors, people
from registry.persons.people import Speaker
from registry.pregnancies import entitlement, mother_lists, papers, timeline
from registry.pregnancies.timeline import Event, Facts

ANSWERS = 60


@dataclass(frozen=True)
class Record:
    """Everything of one page."""

    person: Person
    age: int | None
    pregnancy: Pregnancy | None
    entry: mother_lists.Entry | None  # of an active pregnancy
    place: str | None
    visits: Sequence[Visit]
    answers: Sequence[EligibilityAnswer]  # what holds: confirmed ones, and the other paths of the latest
    reasons: Sequence[str]  # of the latest answer, in words
    latest: datetime | None  # when she was last answered
    papers: Sequence[papers.Wanted]
    contact: Contact | None
    hers_alone: bool  # her phone
    loss: Loss | None  # that may be taken back
    events: Sequence[Event]
    officers: Mapping[int, str]  # names of those who confirmed something
    villages: Mapping[str, str]  # names of villages that changes speak of
    rule_words: Mapping[str, str]  # reasons of all answers by their code


def find(session: Session, speaker: Speaker, number: int) -> Person | None:
    """A registered mother whose record this officer may read. Who has not agreed to that is seen in an emergency."""
    person = session.get(Person, number)
    if person is None or not person.registered or not access.may_look_after(session, speaker, person):
        return None
    return person


def read(session: Session, speaker: Speaker, person: Person, now: datetime) -> Record:
    """The whole of it, in a fixed number of queries; what she complained of only for the Dinas Kesehatan."""
    pregnancy = people.latest_pregnancy(session, person)
    active = pregnancy is not None and pregnancy.status == "active"
    entries = mother_lists.entries_of(session, [(pregnancy, person)], now) if pregnancy is not None and active else []
    answers = _answers(session, person)
    facts = Facts(person, pregnancy, _visits(session, pregnancy), answers, _losses(session, pregnancy))
    contact = people.contact_for_phone(session, person.phone) if person.phone else None
    alone = timeline.is_hers_alone(session, person)
    dinkes = speaker.staff is not None and speaker.staff.unit == "dinkes"
    found = timeline.events(session, facts, contact if alone else None, with_complaints=dinkes)
    words = _reasons(session, answers, clock.today(now))
    return Record(
        person=person,
        age=minors.age_of(person, clock.today(now)),
        pregnancy=pregnancy,
        entry=entries[0] if entries else None,
        place=_place(session, person),
        visits=facts.visits,
        answers=_holding(answers),
        reasons=[words[code] for code in (answers[0].reasons if answers else []) if code in words],
        latest=answers[0].at if answers else None,
        papers=papers.listed(session, person, pregnancy, now) if active else [],
        contact=contact,
        hers_alone=alone,
        loss=next((row for row in facts.losses if row.undone_at is None), None),
        events=found,
        officers=_officers(session, answers),
        villages=timeline.villages_named(session, found),
        rule_words=words,
    )


def _place(session: Session, person: Person) -> str | None:
    rows = select(Village.name, District.name).join(District, District.code == Village.district_code)
    found = session.execute(rows.where(Village.code == person.village_code)).first()
    return f"{found[0]}, Kec. {found[1]}" if found is not None else person.village_name


def _answers(session: Session, person: Person) -> list[EligibilityAnswer]:
    rows = select(EligibilityAnswer).where(EligibilityAnswer.person_id == person.id)
    newest = rows.order_by(EligibilityAnswer.at.desc(), EligibilityAnswer.id).limit(ANSWERS)
    return list(session.scalars(newest))


def _holding(answers: Sequence[EligibilityAnswer]) -> list[EligibilityAnswer]:
    """The latest answer; of a path that was confirmed the confirmed row, also when she has asked again since."""
    confirmed: dict[str, EligibilityAnswer] = {}
    for row in answers:
        if row.status == entitlement.CONFIRMED:
            confirmed.setdefault(row.path, row)
    latest = [row for row in answers if row.at == answers[0].at and row.path not in confirmed]
    return [*confirmed.values(), *latest]


def _reasons(session: Session, answers: Sequence[EligibilityAnswer], today: date) -> dict[str, str]:
    codes = {code for row in answers for code in row.reasons}
    if not codes:
        return {}
    rules = entitlement.rulebook(session, today)
    return {code: rules.phrase("reasons", code, today) for code in codes if code in rules.codes.reasons}


def _officers(session: Session, answers: Sequence[EligibilityAnswer]) -> dict[int, str]:
    ids = {row.confirmed_by for row in answers if row.confirmed_by is not None}
    rows = select(Staff.id, Staff.name).where(Staff.id.in_(ids))
    return {row[0]: row[1] for row in session.execute(rows)} if ids else {}


def _visits(session: Session, pregnancy: Pregnancy | None) -> list[Visit]:
    if pregnancy is None:
        return []
    rows = select(Visit).where(Visit.pregnancy_id == pregnancy.id).order_by(Visit.on, Visit.id)
    return list(session.scalars(rows))


def _losses(session: Session, pregnancy: Pregnancy | None) -> list[Loss]:
    """The last one first."""
    if pregnancy is None:
        return []
    return list(session.scalars(select(Loss).where(Loss.pregnancy_id == pregnancy.id).order_by(Loss.id.desc())))
