"""Answers the question "is it free for her?" from the registers, and keeps what was answered."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit, clock, programme, sealing
from registry.models import (
    CivilRecord,
    Contact,
    District,
    EligibilityAnswer,
    JknRecord,
    Person,
    Village,
    WelfareRecord,
)
from registry.persons import people
from registry.rules import eligibility
from registry.rules.eligibility import Decision, Facts, Regency, Rulebook, Segment
from registry.rules.rows import Status

CONFIRMED = "confirmed"
TO_CONFIRM = ("likely", "needs_verification")
WHYS = ("papers_seen", "register_checked", "letter", "programme_list")
"""By what an officer confirms: her papers, a look into the register, a letter of an office, the programme's list."""
REGENCY_CODES = {"35.07": Regency.KAB_MALANG, "35.73": Regency.KOTA_MALANG, "35.79": Regency.KOTA_BATU}
REGENCY_WORDS = {
    "malang": None,  # the kabupaten or the kota: the village decides
    "kab malang": Regency.KAB_MALANG,
    "kabupaten malang": Regency.KAB_MALANG,
    "kota malang": Regency.KOTA_MALANG,
    "batu": Regency.KOTA_BATU,
    "kota batu": Regency.KOTA_BATU,
}


@cache
def _rules() -> Rulebook:
    return Rulebook.load()


def rulebook(session: Session, today: date) -> Rulebook:
    """The rules with what the offices have set in the database."""
    return _rules().with_settings(programme.decided(session, today))


def facts_of(session: Session, nik: str, *, emergency: bool = False) -> Facts:
    """All that the registers and our own records know about one NIK."""
    index = sealing.index("nik", nik)
    person = session.scalar(select(Person).where(Person.nik_index == index))
    return _facts(session, index, person, _due_date(session, person), emergency=emergency)


def _facts(session: Session, index: str, person: Person | None, hpl: date | None, *, emergency: bool = False) -> Facts:
    civil = session.get(CivilRecord, index)
    jkn = session.get(JknRecord, index)
    welfare = session.get(WelfareRecord, index)
    regency, name = _regency(session, civil, person)
    return Facts(
        regency=regency,
        regency_name=name,
        identity_known=civil is not None,
        jkn_segment=Segment(jkn.segment) if jkn and jkn.segment else None,
        jkn_active=jkn.active if jkn else None,
        jkn_class=jkn.ward_class if jkn else None,
        jkn_arrears_months=jkn.arrears_months if jkn else None,
        jkn_inactive_since=jkn.inactive_since if jkn else None,
        jkn_checked_on=jkn.checked_on if jkn else None,
        dtsen_listed=welfare.listed if welfare else None,
        decile=welfare.decile if welfare else None,
        dtks=welfare.dtks if welfare else None,
        hpl=hpl,
        emergency=emergency,
    )


def _due_date(session: Session, person: Person | None) -> date | None:
    pregnancy = people.active_pregnancy(session, person) if person else None
    return pregnancy.hpl if pregnancy else None


def _regency(session: Session, civil: CivilRecord | None, person: Person | None) -> tuple[Regency | None, str | None]:
    name = (civil.regency if civil else None) or (person.regency if person else None) or None
    if name:
        word = " ".join(re.sub(r"[\W_]", " ", name.partition(",")[0]).casefold().split())
        known = REGENCY_WORDS.get(word, Regency.OTHER)
        if known is not None:
            return known, name
    village_code = (civil.village_code if civil else None) or (person.village_code if person else None)
    village = session.get(Village, village_code) if village_code else None
    if village is None:
        return None, name
    district = session.get_one(District, village.district_code)
    return REGENCY_CODES.get(district.regency_code, Regency.OTHER), name


def decide(session: Session, nik: str, now: datetime, *, proved: bool = True) -> Decision:
    """Decide for one NIK without keeping anything; when it is not ``proved`` as if no register had it."""
    today = clock.today(now)
    facts = facts_of(session, nik) if proved else Facts()
    return eligibility.decide(facts, rulebook(session, today), today)


def decide_for(session: Session, person: Person, hpl: date | None, rules: Rulebook, today: date) -> Decision:
    """Decide for a mother by all that is known of her, also when nobody has told her NIK; keeps nothing."""
    if person.nik_index is not None:
        return eligibility.decide(_facts(session, person.nik_index, person, hpl), rules, today)
    regency, name = _regency(session, None, person)
    return eligibility.decide(Facts(regency=regency, regency_name=name, hpl=hpl), rules, today)


def answer(session: Session, contact: Contact, nik: str, now: datetime, *, proved: bool = True) -> Decision:
    """Decide for one NIK and keep what was answered to whom."""
    decision = decide(session, nik, now, proved=proved)
    index = sealing.index("nik", nik)
    person = session.scalar(select(Person).where(Person.nik_index == index))
    for path in decision.paths:
        session.add(
            EligibilityAnswer(
                contact_id=contact.id,
                person_id=person.id if person else None,
                nik=nik,
                nik_index=index,
                phone=contact.phone,
                at=now,
                rule=decision.rule_id,
                path=path.path.value,
                status=path.status.value,
                reasons=list(decision.reasons),
            )
        )
    return decision


def latest_for(session: Session, contact: Contact) -> EligibilityAnswer | None:
    """The last answer this contact was given."""
    rows = select(EligibilityAnswer).where(EligibilityAnswer.contact_id == contact.id)
    return session.scalar(rows.order_by(EligibilityAnswer.id.desc()).limit(1))


def confirm(
    session: Session, row: EligibilityAnswer, staff_id: int, now: datetime, *, why: str, note: str | None = None
) -> bool:  # fmt: skip
    """An officer has looked: what a rule found likely is so from now on. Only a person confirms, and says by what.

    False: there was nothing to confirm any more.
    """
    if row.status not in TO_CONFIRM or why not in WHYS:
        return False
    audit.note(
        session, now, "entitlement_confirmed", subject=f"person:{row.person_id}", by=f"staff:{staff_id}",
        before=row.status, why=why,
    )  # fmt: skip
    row.status_before, row.status = row.status, CONFIRMED
    row.confirmed_at, row.confirmed_by, row.confirmed_why, row.confirmed_note = now, staff_id, why, note
    session.flush()
    return True


def unconfirm(session: Session, row: EligibilityAnswer, staff_id: int, now: datetime) -> bool:
    """It was confirmed by mistake: what the rule had found holds again. False: it is not confirmed."""
    if row.status != CONFIRMED:
        return False
    row.status, row.status_before = row.status_before or Status.NEEDS_VERIFICATION.value, None
    row.confirmed_at = row.confirmed_by = row.confirmed_why = row.confirmed_note = None
    audit.note(
        session, now, "entitlement_unconfirmed", subject=f"person:{row.person_id}", by=f"staff:{staff_id}",
        after=row.status,
    )  # fmt: skip
    session.flush()
    return True
