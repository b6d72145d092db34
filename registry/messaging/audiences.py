"""Who a broadcast is for: an area, a stage of pregnancy, a state; and who of them is left out, and why.

WhatsApp lets us write freely for 24 hours after a person's last message; whoever is reached only by an approved
template then stands in ``closed``. Source: channels.md 1.2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, func, null, or_, select, true
from sqlalchemy.orm import Session

from registry import clock
from registry.messaging import audience_conditions
from registry.messaging.audience_conditions import LOST, Jkn, Only, Path, Unvisited, Who
from registry.models import Cadre, CadreArea, Contact, FacilityArea, JknRecord, Person, Pregnancy, Staff, Village
from registry.reminding import plan_facts
from registry.rules import antenatal

Why = Literal["stopped", "no_consent", "not_reached", "loss", "window_closed", "same_text"]
WINDOW = timedelta(hours=24)
MOST_WEEKS = 42
_DAYS = ("due_from", "due_until")
_SEVERAL = ("areas", "only", "jkn", "paths")


@dataclass(frozen=True)
class Audience:
    """The choice. ``areas`` are codes of villages or districts; none of them means all that the sender may see.

    What is chosen of different kinds must hold together; of ``areas``, ``jkn`` and ``paths`` one is enough. Both days
    of the due range count. ``due_weeks`` are counted from the day on which it goes out, so that one that repeats moves
    on. ``unvisited`` is a check-up that nobody reported though its week has come. All but ``areas`` is of mothers;
    trimester, due dates and check-ups are of the pregnant.
    """

    who: Who = "mothers"
    areas: tuple[str, ...] = ()
    trimester: int | None = None
    due_from: date | None = None
    due_until: date | None = None
    due_weeks: int | None = None
    unvisited: Unvisited | None = None
    only: tuple[Only, ...] = ()
    jkn: tuple[Jkn, ...] = ()
    paths: tuple[Path, ...] = ()

    @property
    def is_possible(self) -> bool:
        """Whether the due range ends after it begins, and lies within a pregnancy."""
        if self.due_from is not None and self.due_until is not None and self.due_from > self.due_until:
            return False
        return self.due_weeks is None or 0 < self.due_weeks <= MOST_WEEKS

    def for_its_kind(self) -> Audience:
        """The same without what says nothing of these people; cadres are chosen by area alone."""
        if self.who == "cadres":
            return Audience("cadres", self.areas)
        if self.who == "mothers":
            return self
        return Audience(self.who, self.areas, only=self.only, jkn=self.jkn, paths=self.paths)

    def as_json(self) -> dict[str, Any]:
        """As the broadcast keeps it."""
        kept: dict[str, Any] = {name: value for name, value in asdict(self).items() if value not in (None, ())}
        days = {name: kept[name].isoformat() for name in _DAYS if name in kept}
        return {"areas": []} | kept | days | {name: list(kept[name]) for name in _SEVERAL if name in kept}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Audience:
        """Back from the row."""
        read: dict[str, Any] = {name: kept.get(name) for name in ("who", "trimester", "due_weeks", "unvisited")}
        read |= {name: date.fromisoformat(kept[name]) for name in _DAYS if kept.get(name)}
        read |= {name: tuple(kept.get(name) or ()) for name in _SEVERAL}
        return cls(**read)


@dataclass(frozen=True)
class Preview:
    """Whom it would reach, and how many it would not, by reason."""

    contacts: tuple[int, ...]
    excluded: dict[str, int]
    closed: frozenset[int] = frozenset()  # of these, whom only a template reaches

    def without(self, contacts: Collection[int], why: Why) -> Preview:
        """The same, but for these."""
        left = set(contacts) & set(self.contacts)
        if not left:
            return self
        kept = tuple(contact for contact in self.contacts if contact not in left)
        return Preview(kept, {**self.excluded, why: self.excluded.get(why, 0) + len(left)}, self.closed - left)


def preview(
    session: Session, audience: Audience, officer: Staff | None, now: datetime, going: datetime | None = None
) -> Preview:
    """Look up the audience within what the officer may see (None: the command line, which sees all).

    ``going`` is when the message is to go out, now when left out: by then the window of some will have closed.
    """
    scope, goes = _scope(officer), max(going or now, now)
    rows = _cadres(audience, scope) if audience.who == "cadres" else _mothers(session, audience, scope, goes)
    contacts: dict[int, bool] = {}
    excluded: Counter[str] = Counter()
    for contact, why, closed in session.execute(_addressed(rows, goes)):
        if why is not None:
            excluded[why] += 1
        else:
            contacts[contact] = closed  # a phone that two mothers share gets it once
    return Preview(tuple(contacts), dict(excluded), frozenset(number for number, closed in contacts.items() if closed))


def served_by(session: Session, facility: str) -> list[str]:
    """The codes of the villages and districts a puskesmas looks after."""
    rows = select(FacilityArea).where(FacilityArea.facility_code == facility).order_by(FacilityArea.id)
    return [row.village_code or row.district_code for row in session.scalars(rows)]


def is_closed(contact: Contact, at: datetime) -> bool:
    """Whether only a template reaches her at that moment, as the worker of the outbox sees it."""
    return contact.channel == "whatsapp" and (contact.last_wrote_at is None or contact.last_wrote_at <= at - WINDOW)


def are_closed(at: datetime) -> ColumnElement[bool]:
    """``is_closed`` as a condition on ``Contact``."""
    silent = or_(Contact.last_wrote_at.is_(None), Contact.last_wrote_at <= at - WINDOW)
    return and_(Contact.channel == "whatsapp", silent)


def _scope(officer: Staff | None) -> ColumnElement[bool]:
    """The villages an officer is responsible for; Dinkes and the command line have no bound."""
    if officer is None or officer.unit == "dinkes":
        return true()
    return Village.district_code.in_([area.district_code for area in officer.districts])


def _area(audience: Audience) -> ColumnElement[bool]:
    return Village.code.in_(audience.areas) | Village.district_code.in_(audience.areas) if audience.areas else true()


def _addressed(rows: Any, goes: datetime) -> Select[Any]:
    """Per row (``number``, ``phone_index``, ``why``) its address, why it is left out, and whether it takes a template.

    Of several addresses of a phone it is the one last written from, as ``people.contact_for_phone`` chooses it.
    """
    people = rows.subquery()
    later_first = (Contact.last_wrote_at.desc().nulls_last(), Contact.id.desc())
    why = case(
        (people.c.why.is_not(None), people.c.why),
        (Contact.id.is_(None), "not_reached"),
        (Contact.stopped_at.is_not(None), "stopped"),
    )
    reached = and_(Contact.phone_index == people.c.phone_index, Contact.blocked.is_(False))
    place = func.row_number().over(partition_by=people.c.number, order_by=later_first)
    columns = (Contact.id.label("contact_id"), why.label("why"), are_closed(goes).label("closed"), place.label("place"))
    each = select(people.c.number, *columns).select_from(people).join(Contact, reached, isouter=True).subquery()
    return select(each.c.contact_id, each.c.why, each.c.closed).where(each.c.place == 1).order_by(each.c.number)


def _cadres(audience: Audience, scope: ColumnElement[bool]) -> Any:
    areas = select(CadreArea.cadre_id).join(Village, Village.code == CadreArea.village_code)
    rows = select(Cadre.id.label("number"), Cadre.phone_index, cast(null(), String).label("why"))
    return rows.where(Cadre.active, Cadre.id.in_(areas.where(scope, _area(audience))))


def _mothers(session: Session, audience: Audience, scope: ColumnElement[bool], goes: datetime) -> Select[Any]:
    """After a loss nobody gets a message for mothers, whatever else holds."""
    today = clock.today(goes)
    why = case(
        (Pregnancy.status.in_(LOST), "loss"),
        (Person.consent != "given", "no_consent"),
        (or_(Person.messages == "stopped", Person.broadcasts == "stopped"), "stopped"),
    )
    rows = (
        select(Pregnancy.id.label("number"), Person.phone_index, why.label("why"))
        .join(Person, Person.id == Pregnancy.person_id)
        .join(Village, Village.code == Person.village_code)
        .where(Person.registered, audience_conditions.in_stage(audience.who, today), scope, _area(audience))
    )
    if audience.jkn:
        rows = rows.join(JknRecord, JknRecord.nik_index == Person.nik_index, isouter=True)
    week = _week_of(session, audience.unvisited, goes) if audience.unvisited else 0
    return rows.where(*audience_conditions.of(audience, today, week))


def _week_of(session: Session, visit: str, now: datetime) -> int:
    """The week of a check-up in the programme's table."""
    slots = antenatal.table(plan_facts.settings_on(session, now))
    return next((slot.week for slot in slots if slot.visit == visit), 0)
