"""Who a broadcast is for: an area, a stage of pregnancy, a state; and who of them is left out, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, String, cast, exists, false, select, true
from sqlalchemy.orm import Session

from registry import clock
from registry.models import Alert, Cadre, CadreArea, Contact, JknRecord, Person, Pregnancy, Staff, Village
from registry.rules import dating

Who = Literal["mothers", "cadres"]
Only = Literal["due_soon", "missed_visit", "high_risk", "jkn_inactive"]
Why = Literal["stopped", "no_consent", "not_reached", "loss"]
DUE_SOON = timedelta(days=30)


@dataclass(frozen=True)
class Audience:
    """The choice. ``areas`` are codes of villages or districts; none of them means all that the sender may see."""

    who: Who = "mothers"
    areas: tuple[str, ...] = ()
    trimester: int | None = None
    only: Only | None = None

    def as_json(self) -> dict[str, Any]:
        """As the broadcast keeps it."""
        return {**asdict(self), "areas": list(self.areas)}

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Audience:
        """Back from the row."""
        return cls(kept["who"], tuple(kept["areas"]), kept["trimester"], kept["only"])


@dataclass(frozen=True)
class Preview:
    """Whom it would reach, and how many it would not, by reason."""

    contacts: tuple[int, ...]
    excluded: dict[str, int]


def preview(session: Session, audience: Audience, officer: Staff | None, now: datetime) -> Preview:
    """Look up the audience within what the officer may see (None: the command line, which sees all)."""
    scope = _scope(officer)
    found = _cadres(session, audience, scope) if audience.who == "cadres" else _mothers(session, audience, scope, now)
    contacts: dict[int, None] = {}
    excluded: Counter[str] = Counter()
    for contact, why in found:
        if why is not None:
            excluded[why] += 1
        elif contact is not None:
            contacts[contact] = None  # a phone that two mothers share gets it once
    return Preview(tuple(contacts), dict(excluded))


def _scope(officer: Staff | None) -> ColumnElement[bool]:
    """The villages an officer is responsible for; Dinkes and the command line have no bound."""
    if officer is None or officer.unit == "dinkes":
        return true()
    return Village.district_code.in_([area.district_code for area in officer.districts])


def _area(audience: Audience) -> ColumnElement[bool]:
    return Village.code.in_(audience.areas) | Village.district_code.in_(audience.areas) if audience.areas else true()


def _cadres(
    session: Session, audience: Audience, scope: ColumnElement[bool]
) -> Iterator[tuple[int | None, Why | None]]:
    rows = select(Cadre).where(
        Cadre.active,
        Cadre.id.in_(
            select(CadreArea.cadre_id)
            .join(Village, Village.code == CadreArea.village_code)
            .where(scope, _area(audience))
        ),
    )
    people = list(session.scalars(rows.order_by(Cadre.id)))
    contacts = _contacts(session, (cadre.phone_index for cadre in people))
    for cadre in people:
        contact = contacts.get(cadre.phone_index)
        yield (None, "not_reached") if contact is None else _unless_stopped(contact)


def _mothers(
    session: Session, audience: Audience, scope: ColumnElement[bool], now: datetime
) -> Iterator[tuple[int | None, Why | None]]:
    rows = list(session.execute(_women(audience, scope, clock.today(now))))
    contacts = _contacts(session, (person.phone_index for person, _ in rows))
    for person, pregnancy in rows:
        yield _mother(person, pregnancy, contacts)


def _women(audience: Audience, scope: ColumnElement[bool], today: date) -> Select[Person, Pregnancy]:
    rows = (
        select(Person, Pregnancy)
        .join(Pregnancy, Pregnancy.person_id == Person.id)
        .join(Village, Village.code == Person.village_code)
        .where(Person.registered, Pregnancy.status.in_(("active", "loss", "miscarriage")), scope, _area(audience))
    )
    if audience.trimester is not None:
        rows = rows.where(_in_trimester(audience.trimester, today))
    return rows.where(_condition(audience.only, today)).order_by(Person.id)


def _in_trimester(trimester: int, today: date) -> ColumnElement[bool]:
    bounds = {0: -1, **dating.LAST_DAY_OF_TRIMESTER}
    youngest = today - timedelta(days=bounds[trimester - 1] + 1)
    oldest = today - timedelta(days=bounds[trimester])
    return Pregnancy.hpht.between(oldest, youngest)


def _condition(only: Only | None, today: date) -> ColumnElement[bool]:
    if only == "due_soon":
        return Pregnancy.hpl.between(today, today + DUE_SOON)
    if only == "missed_visit":
        missed = (Alert.person_id == Person.id, Alert.kind == "missed_visit", Alert.status == "open")
        return exists().where(*missed)
    if only == "jkn_inactive":
        off = (JknRecord.nik_index == Person.nik_index, JknRecord.active.is_not(True))
        return exists().where(*off)
    if only == "high_risk":
        return cast(Pregnancy.risks, String) != "[]"
    return true()


def _mother(person: Person, pregnancy: Pregnancy, contacts: dict[str, Contact]) -> tuple[int | None, Why | None]:
    """After a loss nobody gets a message for the pregnant, whatever else holds."""
    if pregnancy.status != "active":
        return None, "loss"
    if person.consent != "given":
        return None, "no_consent"
    if "stopped" in (person.messages, person.broadcasts):
        return None, "stopped"
    contact = contacts.get(person.phone_index or "")
    return (None, "not_reached") if contact is None else _unless_stopped(contact)


def _unless_stopped(contact: Contact) -> tuple[int | None, Why | None]:
    if contact.blocked:
        return None, "not_reached"
    return (None, "stopped") if contact.stopped_at is not None else (contact.id, None)


def _contacts(session: Session, indexes: Iterable[str | None]) -> dict[str, Contact]:
    """Per phone the contact last written from, as ``people.contact_for_phone`` chooses it, for many at once."""
    wanted = sorted({index for index in indexes if index})
    found: dict[str, Contact] = {}
    for at in range(0, len(wanted), 500):
        part = wanted[at : at + 500]
        rows = select(Contact).where(Contact.phone_index.in_(part) if part else false(), Contact.blocked.is_(False))
        for contact in session.scalars(rows.order_by(Contact.last_wrote_at.asc().nulls_first(), Contact.id)):
            found[contact.phone_index or ""] = contact
    return found
