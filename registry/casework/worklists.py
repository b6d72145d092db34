"""What needs an officer now: open alerts, rides, talks, missed and coming check-ups, whom no message reaches.

A fixed handful of queries whatever the size of the area; each list is cut off, its count is of all.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from registry import access, clock, sealing
from registry.emergencies import alert_rows
from registry.models import (
    Alert,
    CadreArea,
    Contact,
    District,
    Driver,
    Handoff,
    OutboxMessage,
    Person,
    Pregnancy,
    Reminder,
    Ride,
    Village,
)
from registry.models import Cadre as CadreRow
from registry.models.cases import OPEN
from registry.models.messages import FAILED
from registry.persons import rosters
from registry.persons.people import Speaker
from registry.pregnancies import unreached

SHOWN = 12
ALERTS_SHOWN = 40
SOON = timedelta(hours=12)  # a ride so near belongs to now
WEEK = timedelta(days=6)
LATELY = timedelta(days=3)
RIDING = ("requested", "confirmed", "on_the_way", "arrived", "escalated")
SEARCHED_FOR = "missed_visit"
Line = TypeVar("Line")


@dataclass(frozen=True)
class Place:
    """A village with its kecamatan, as far as they are known."""

    village: str | None
    district: str | None


@dataclass(frozen=True)
class AlertLine:
    """An open alert, whose it is, where, and who has taken it."""

    alert: Alert
    person: Person | None
    place: Place
    taker: str | None
    is_urgent: bool


@dataclass(frozen=True)
class RideLine:
    """A ride of today with its driver."""

    ride: Ride
    person: Person | None
    place: Place
    driver: Driver | None


@dataclass(frozen=True)
class TalkLine:
    """A talk that waits or is held by somebody."""

    talk: Handoff
    contact: Contact
    person: Person | None
    place: Place
    owner: str | None


@dataclass(frozen=True)
class VisitLine:
    """A check-up of the coming days."""

    person: Person
    place: Place
    visit: str
    on: date


@dataclass(frozen=True)
class UnreachedLine:
    """A mother whom no message reaches: why (failed, silent, asked), and since when."""

    person: Person
    place: Place
    why: str
    since: datetime


@dataclass(frozen=True)
class FailedLine:
    """A message that did not arrive."""

    message: OutboxMessage
    person: Person | None


@dataclass(frozen=True)
class Listed(Generic[Line]):
    """The first lines of a list, and how long it is."""

    lines: Sequence[Line]
    total: int


@dataclass(frozen=True)
class Board:
    """All lists of an officer's area."""

    alerts: Listed[AlertLine]
    rides: Listed[RideLine]
    talks: Listed[TalkLine]
    missed: Listed[AlertLine]
    due: Listed[VisitLine]
    unreached: Listed[UnreachedLine]
    failed: Listed[FailedLine]


def board(session: Session, speaker: Speaker, now: datetime) -> Board:
    """Everything at once."""
    soft = Alert.kind == SEARCHED_FOR
    return Board(
        alerts=_alerts(session, speaker, ~soft, ALERTS_SHOWN),
        rides=_rides(session, speaker, now),
        talks=talks(session, speaker),
        missed=_alerts(session, speaker, soft, SHOWN),
        due=_due(session, speaker, clock.today(now)),
        unreached=_unreached(session, speaker, now),
        failed=_failed(session, speaker, now),
    )


def fingerprint(session: Session, speaker: Speaker, now: datetime) -> tuple[Any, ...]:
    """Differs when the board would: asked every few seconds, so it reads no record."""
    here = (Alert.status == "open", access.in_area(speaker, Alert.village_code))
    opened = select(func.count(Alert.id), func.max(Alert.id), func.count(Alert.taken_at), func.max(Alert.taken_at))
    riding = (Ride.status.in_(RIDING), access.in_area(speaker, Ride.village_code))
    rides = select(
        func.count(Ride.id), func.max(Ride.id), func.max(Ride.confirmed_at), func.max(Ride.picked_up_at),
        func.max(Ride.arrived_at),
    )  # fmt: skip
    waiting = select(
        func.count(Handoff.id), func.max(Handoff.id), func.max(Handoff.last_reply_at), func.max(Handoff.taken_at)
    )
    asked = (
        opened.where(*here),
        rides.where(*riding),
        waiting.join(Contact, Contact.id == Handoff.contact_id).where(*_waits(speaker)),
    )
    return tuple(tuple(session.execute(one).one()) for one in asked)


def _placed(rows: Any, village_code: Any) -> Any:
    return (
        rows.join(Village, Village.code == village_code, isouter=True)
        .join(District, District.code == Village.district_code, isouter=True)
        .add_columns(Village.name, District.name)
    )


def _first(rows: Any, order: Sequence[Any], limit: int = SHOWN) -> Any:
    """The ids with which a list begins, and how long all of it is (``total``): one look, and no record is opened."""
    return rows.add_columns(func.count().over().label("total")).order_by(*order).limit(limit).subquery("first")


def _total(rows: Sequence[Any]) -> int:
    return rows[0].total if rows else 0


def _alerts(session: Session, speaker: Speaker, kind: ColumnElement[bool], limit: int) -> Listed[AlertLine]:
    wanted = (OPEN, kind, access.in_area(speaker, Alert.village_code))
    emergency = or_(Alert.kind.in_(alert_rows.EMERGENCIES), and_(Alert.kind == "no_driver", Alert.urgent))
    order = (emergency.desc(), Alert.taken_at.is_not(None), Alert.at, Alert.id)
    first = _first(select(Alert.id).where(*wanted), order, limit)
    rows = select(Alert, Person, first.c.total).join(first, first.c.id == Alert.id)
    rows = _placed(rows.join(Person, Person.id == Alert.person_id, isouter=True), Alert.village_code)
    found = session.execute(rows.order_by(*order)).all()
    names = names_behind(session, [row[0].taken_by for row in found])
    lines = [
        AlertLine(alert, person, Place(village, district), names.get(alert.taken_by), alert_rows.is_emergency(alert))
        for alert, person, _, village, district in found
    ]
    return Listed(lines, _total(found))


def names_behind(session: Session, phones: Collection[str | None]) -> dict[str | None, str]:
    """The names of helpers by telephone number."""
    indexes = {sealing.index("phone", phone): phone for phone in phones if phone}
    named = rosters.names_of(session, list(indexes)) if indexes else {}
    return {phone: named[index] for index, phone in indexes.items() if index in named}


def _rides(session: Session, speaker: Speaker, now: datetime) -> Listed[RideLine]:
    wanted = (Ride.status.in_(RIDING), Ride.at <= now + SOON, access.in_area(speaker, Ride.village_code))
    order = (Ride.urgent.desc(), Ride.status.not_in(("requested", "escalated")), Ride.at, Ride.id)
    first = _first(select(Ride.id).where(*wanted), order)
    rows = (
        select(Ride, Person, Driver, first.c.total)
        .join(first, first.c.id == Ride.id)
        .join(Person, Person.id == Ride.person_id, isouter=True)
        .join(Driver, Driver.id == Ride.driver_id, isouter=True)
    )
    found = session.execute(_placed(rows, Ride.village_code).order_by(*order)).all()
    lines = [
        RideLine(ride, person, Place(village, district), driver) for ride, person, driver, _, village, district in found
    ]
    return Listed(lines, _total(found))


def may_answer(session: Session, speaker: Speaker, contact: Contact) -> bool:
    """Whether talks of this contact are this officer's business."""
    rows = select(Contact.id).where(Contact.id == contact.id, _is_hers(speaker))
    return session.scalar(rows) is not None


def _is_hers(speaker: Speaker) -> ColumnElement[bool]:
    """Contacts of the area: a mother's or a cadre's, or who told where she is; nobody's but Dinkes' else."""
    her = aliased(Person)
    mother = exists().where(
        her.phone_index == Contact.phone_index, her.registered, access.in_area(speaker, her.village_code)
    )
    cadre = exists().where(
        CadreRow.phone_index == Contact.phone_index,
        CadreArea.cadre_id == CadreRow.id,
        access.in_area(speaker, CadreArea.village_code),
    )
    told = Contact.village_code
    return or_(access.in_area(speaker, told), mother, cadre)


def _waits(speaker: Speaker) -> tuple[ColumnElement[bool], ...]:
    """Open talks of the area; complaints go to the Dinas Kesehatan alone."""
    dinkes = speaker.staff is not None and speaker.staff.unit == "dinkes"
    quiet = () if dinkes else (Handoff.reason != "complain",)
    return (Handoff.status != "closed", _is_hers(speaker), *quiet)


def talks(session: Session, speaker: Speaker, limit: int = SHOWN) -> Listed[TalkLine]:
    """Talks of the area, those that wait the longest first."""
    order = (Handoff.status != "open", func.coalesce(Handoff.waiting_since, Handoff.at), Handoff.id)
    alone = select(Handoff.id).join(Contact, Contact.id == Handoff.contact_id).where(*_waits(speaker))
    first = _first(alone, order, limit)
    rows = (
        select(Handoff, Contact, Person, first.c.total)
        .join(first, first.c.id == Handoff.id)
        .join(Contact, Contact.id == Handoff.contact_id)
        .join(Person, and_(Person.phone_index == Contact.phone_index, Person.registered), isouter=True)
    )
    placed = _placed(rows, func.coalesce(Person.village_code, Contact.village_code))
    found = session.execute(placed.order_by(*order, Person.id)).all()
    names = names_behind(session, [row[0].owner for row in found])
    lines: dict[int, TalkLine] = {}
    for talk, contact, person, _, village, district in found:  # two mothers may share a phone: the first stands for it
        place = Place(village, district)
        lines.setdefault(talk.id, TalkLine(talk, contact, person, place, names.get(talk.owner)))
    return Listed(list(lines.values()), _total(found))


def _due(session: Session, speaker: Speaker, today: date) -> Listed[VisitLine]:
    """Check-ups that somebody is reminded of before their day, each once."""
    coming = (
        select(Reminder.pregnancy_id, Reminder.visit, Reminder.about, Reminder.id)
        .where(
            Reminder.step == "before",
            Reminder.about.between(today, today + WEEK),
            Reminder.kind.in_(("anc", "postnatal")),
            Reminder.status.in_(("planned", "sent")),
        )
        .cte("coming")
        .prefix_with("MATERIALIZED", dialect="postgresql")  # first the few days, then whose they are
    )
    on, number = func.min(coming.c.about), func.min(coming.c.id)
    each = (
        select(Pregnancy.person_id.label("id"), coming.c.visit, on.label("on"), number.label("number"))
        .select_from(coming)
        .join(Pregnancy, Pregnancy.id == coming.c.pregnancy_id)
        .join(Person, Person.id == Pregnancy.person_id)
        .where(
            Pregnancy.status.in_(("active", "delivered")),
            access.in_area(speaker, Person.village_code),
            access.are_agreed_to_be_seen(),
        )
        .group_by(Pregnancy.person_id, coming.c.visit)
    )
    first = _first(each, (on, number))
    rows = select(Person, first.c.visit, first.c.on, first.c.total).join(first, first.c.id == Person.id)
    found = session.execute(_placed(rows, Person.village_code).order_by(first.c.on, first.c.number)).all()
    lines = [
        VisitLine(person, Place(village, district), visit, day) for person, visit, day, _, village, district in found
    ]
    return Listed(lines, _total(found))


def _unreached(session: Session, speaker: Speaker, now: datetime) -> Listed[UnreachedLine]:
    """Each mother once, with what happened last; whom nothing reaches since longest is above."""
    mine = (  # looked for first: an officer's kecamatan is small beside all whom nothing reaches
        select(Pregnancy.id, Pregnancy.person_id)
        .join(Person, Person.id == Pregnancy.person_id)
        .where(Pregnancy.status == "active")
        .where(Person.registered, access.in_area(speaker, Person.village_code), access.are_agreed_to_be_seen())
        .cte("mine")
        .prefix_with("MATERIALIZED")
    )
    rows = unreached.found(now)
    last = select(mine.c.person_id.label("id"), func.max(rows.c.why).label("why"), func.max(rows.c.at).label("at"))
    each = last.join(mine, mine.c.id == rows.c.pregnancy_id).group_by(mine.c.person_id).subquery()
    first = _first(select(each.c.id, each.c.why, each.c.at), (each.c.at, each.c.id))
    listed = select(Person, first.c.why, first.c.at, first.c.total).join(first, first.c.id == Person.id)
    found = session.execute(_placed(listed, Person.village_code).order_by(first.c.at, Person.id)).all()
    lines = [
        UnreachedLine(person, Place(village, district), why, at) for person, why, at, _, village, district in found
    ]
    return Listed(lines, _total(found))


def _failed(session: Session, speaker: Speaker, now: datetime) -> Listed[FailedLine]:
    """Messages of the last days that nobody got."""
    lately = (FAILED, OutboxMessage.created_at >= now - LATELY)
    lost = select(OutboxMessage.id, OutboxMessage.contact_id).where(*lately).subquery()
    hers = and_(Person.phone_index == Contact.phone_index, Person.registered)
    here = (
        select(lost.c.id)
        .join(Contact, Contact.id == lost.c.contact_id)
        .join(Person, hers, isouter=True)
        .where(access.in_area(speaker, func.coalesce(Person.village_code, Contact.village_code)))
        .group_by(lost.c.id)
    )
    first = _first(here, (lost.c.id.desc(),))
    rows = (
        select(OutboxMessage, Person, first.c.total)
        .join(first, first.c.id == OutboxMessage.id)
        .join(Contact, Contact.id == OutboxMessage.contact_id)
        .join(Person, hers, isouter=True)
    )
    found = session.execute(rows.order_by(OutboxMessage.id.desc(), Person.id)).all()
    lines: dict[int, FailedLine] = {}
    for message, person, _ in found:
        lines.setdefault(message.id, FailedLine(message, person))
    return Listed(list(lines.values()), _total(found))
