"""What a cadre hears on Mondays and a puskesmas each month: who is due, late, near her time, or not to be reached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import Session

from registry import access, clock, days, texts, voices
from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.models import Alert, Cadre, Person, Pregnancy, Reminder, Staff, Village
from registry.persons import people
from registry.reminding.missed import KIND, NOT_REACHED

MOST_NAMES = 8  # of one list; the rest is a number
NEAR_TERM = timedelta(days=14)
LISTS = ("due", "overdue", "near_term", "not_reached")
Lists = Mapping[str, Sequence[Person]]


def cadres_after(session: Session, number: int, limit: int) -> list[Cadre]:
    """Active cadres with an id after this one."""
    rows = select(Cadre).where(Cadre.id > number, Cadre.active).order_by(Cadre.id)
    return list(session.scalars(rows.limit(limit)))


def officers_after(session: Session, number: int, limit: int) -> list[Staff]:
    """Active staff of a puskesmas with an id after this one."""
    rows = select(Staff).where(Staff.id > number, Staff.active, Staff.unit == "puskesmas").order_by(Staff.id)
    return list(session.scalars(rows.limit(limit)))


def to_cadre(session: Session, cadre: Cadre, now: datetime) -> bool:
    """Her list of the week; False when there is nobody on it or she cannot be reached."""
    today = clock.today(now)
    villages = {one.village_code for one in cadre.areas}
    found = _lists(session, list(session.scalars(_running(_hers(cadre, villages)))), today, today + timedelta(days=6))
    lists = {
        name: [one for one in persons if one.village_code in villages and access.agreed_to_be_seen(one)]
        for name, persons in found.items()
    }
    if not any(lists.values()):
        return False
    draft = texts.say("digest_cadre_weekly", **{name: _names(lists[name]) for name in LISTS})
    return _queue(session, cadre.phone, draft, f"digest:cadre:{cadre.id}:{today.isoformat()}", now)


def _hers(cadre: Cadre, villages: set[str]) -> Select[Pregnancy]:
    """Those she looks after, and those of her villages who have no cadre of their own, or one who has left."""
    left = select(Cadre.id).where(Cadre.active.is_(False))
    nobodys = or_(Pregnancy.cadre_id.is_(None), Pregnancy.cadre_id.in_(left))
    there = Pregnancy.person_id.in_(select(Person.id).where(Person.village_code.in_(villages)))
    return select(Pregnancy).where(or_(Pregnancy.cadre_id == cadre.id, and_(nobodys, there)))


def to_officer(session: Session, officer: Staff, now: datetime) -> bool:
    """The numbers of her districts; False when nobody is registered there or she cannot be reached."""
    districts = [one.district_code for one in officer.districts]
    there = (
        select(Pregnancy)
        .join(Person, Person.id == Pregnancy.person_id)
        .join(Village, Village.code == Person.village_code)
        .where(Village.district_code.in_(districts))
    )
    mothers = list(session.scalars(_running(there)))
    if not mothers:
        return False
    today = clock.today(now)
    lists = _lists(session, mothers, today, today + timedelta(days=30))
    values = {name: str(len(lists[name])) for name in LISTS}
    place = officer.facility or texts.phrase("phrase_place_unknown")
    draft = texts.say("digest_puskesmas_monthly", place=place, date=days.in_words(today), **values)
    return _queue(session, officer.phone, draft, f"digest:puskesmas:{officer.id}:{today.isoformat()}", now)


def _queue(session: Session, phone: str, draft: Draft, key: str, now: datetime) -> bool:
    contact = people.contact_for_phone(session, phone)
    if contact is None:
        return False
    return messages.queue(
        session, contact, draft, kind="reminder", priority=messages.REMINDER, now=now, key=key
    )  # fmt: skip


def _running(rows: Select[Pregnancy]) -> Select[Pregnancy]:
    return rows.where(Pregnancy.status.in_(("active", "delivered"))).order_by(Pregnancy.id)


def _lists(session: Session, pregnancies: Sequence[Pregnancy], first: date, last: date) -> Lists:
    """The mothers of each list, by name; those who took back their consent are on none."""
    persons = _known(session, pregnancies)
    ids = [one.id for one in pregnancies if one.person_id in persons]
    by_id = {one.id: persons[one.person_id] for one in pregnancies if one.person_id in persons}
    visits = select(Reminder.pregnancy_id).where(
        Reminder.pregnancy_id.in_(ids),
        Reminder.kind.in_(("anc", "postnatal")),
        Reminder.step != "after",
        Reminder.visit != "dates",
        Reminder.status.in_(("planned", "sent")),
        Reminder.answered.is_(None) | (Reminder.answered != "done"),
        Reminder.about.between(first, last),
    )
    found: dict[str, set[int]] = defaultdict(set)
    found["due"] = {by_id[number].id for number in session.scalars(visits)}
    near = (one for one in pregnancies if one.status == "active" and one.hpl and one.hpl <= last + NEAR_TERM)
    found["near_term"] = {one.person_id for one in near if one.person_id in persons}
    open_work = select(Alert.person_id, Alert.about).where(
        Alert.person_id.in_(set(persons)), Alert.kind == KIND, Alert.status == "open"
    )
    for person_id, about in session.execute(open_work):
        if person_id is not None:
            found["not_reached" if about == NOT_REACHED else "overdue"].add(person_id)
    return {name: sorted((persons[one] for one in found[name]), key=lambda one: one.name or "") for name in LISTS}


def _known(session: Session, pregnancies: Sequence[Pregnancy]) -> dict[int, Person]:
    ids = {one.person_id for one in pregnancies}
    rows = select(Person).where(Person.id.in_(ids), Person.consent.in_(("given", "pending")))
    return {one.id: one for one in session.scalars(rows)}


def _names(persons: Sequence[Person]) -> str:
    """ "Rina (M-4F7Q); Siti (M-7K2P); dan 3 lagi"."""
    if not persons:
        return texts.phrase("phrase_list_empty")
    shown = [voices.label(one) for one in persons[:MOST_NAMES]]
    if len(persons) > MOST_NAMES:
        shown.append(texts.say("phrase_list_more", count=len(persons) - MOST_NAMES).text)
    return "; ".join(shown)
