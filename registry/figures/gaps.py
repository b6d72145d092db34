"""What is still missing before every mother is looked after: the list of gaps for the offices that can close them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, exists, func, or_, select
from sqlalchemy.orm import Session

from registry import texts
from registry.figures import set_aside
from registry.figures.indicators import Month, Scope, bounds
from registry.figures.service_areas import KABUPATEN
from registry.models import (
    Alert,
    Cadre,
    CadreArea,
    Contact,
    District,
    Driver,
    DriverArea,
    Facility,
    Person,
    Pregnancy,
    Village,
)


@dataclass(frozen=True)
class Gaps:
    """Villages are named, with their kecamatan; people are only counted."""

    villages: int
    without_cadre: tuple[tuple[str, str], ...]  # kecamatan, desa
    without_driver: tuple[tuple[str, str], ...]
    pregnant: int
    without_phone: int
    never_reached: int  # a phone on record, but no address of a channel with it
    not_agreed: int
    without_dates: int
    missed_open: int
    facilities: int
    facilities_unapproved: int
    texts: int
    texts_unsigned: int
    set_aside: int  # pregnancies that would have been counted in these months, but for a wrong entry


def of(session: Session, scope: Scope, months: Sequence[Month]) -> Gaps:
    """Everything that is missing within a scope, and what was set aside in some months that follow one another;
    facilities and texts are counted for all.
    """
    serving_cadre = _serving(Cadre, CadreArea, CadreArea.cadre_id)
    serving_driver = _serving(Driver, DriverArea, DriverArea.driver_id)
    signed = [one.approved for one in texts.sentences().values()]
    signed += [one.approved for one in texts.health_answers().values()]
    return Gaps(
        villages=session.scalar(_villages(func.count(Village.code), scope)) or 0,
        without_cadre=_named(session, scope, serving_cadre),
        without_driver=_named(session, scope, serving_driver),
        **_women(session, scope),
        missed_open=_missed(session, scope),
        facilities=session.scalar(select(func.count(Facility.code))) or 0,
        facilities_unapproved=session.scalar(select(func.count(Facility.code)).where(Facility.approved.is_(False)))
        or 0,
        texts=len(signed),
        texts_unsigned=signed.count(False),
        set_aside=_set_aside(session, scope, months),
    )


def _villages(what: Any, scope: Scope) -> Any:
    rows = select(what).select_from(Village).join(District, District.code == Village.district_code)
    return rows.where(District.regency_code == KABUPATEN, scope.condition())


def _serving(helper: Any, area: Any, key: Any) -> Any:
    """Somebody active works in the village."""
    return exists().where(area.village_code == Village.code, key == helper.id, helper.active)


def _named(session: Session, scope: Scope, served: Any) -> tuple[tuple[str, str], ...]:
    rows = _villages(District.name, scope).add_columns(Village.name).where(~served)
    return tuple(
        (district, village) for district, village in session.execute(rows.order_by(District.code, Village.name))
    )


def _women(session: Session, scope: Scope) -> dict[str, int]:
    """Those who are pregnant now and on the list, what is not known of them, and whom nothing can reach: one pass."""
    reachable = select(Contact.phone_index).where(Contact.phone_index.is_not(None), Contact.blocked.is_(False))
    missing = {
        "without_phone": Person.phone_index.is_(None),
        "never_reached": and_(Person.phone_index.is_not(None), Person.phone_index.not_in(reachable)),
        "not_agreed": Person.consent != "given",
        "without_dates": Pregnancy.hpl.is_(None),
    }
    columns = [func.count(case((condition, 1))).label(name) for name, condition in missing.items()]
    row = session.execute(_pregnant(func.count(Pregnancy.id).label("pregnant"), *columns, scope=scope)).mappings().one()
    return {str(name): count for name, count in row.items()}


def _pregnant(*columns: Any, scope: Scope) -> Any:
    return _of_women(*columns, scope=scope).where(Pregnancy.status == "active")


def _of_women(*columns: Any, scope: Scope) -> Any:
    rows = select(*columns).select_from(Pregnancy).join(Person, Person.id == Pregnancy.person_id)
    return rows.join(Village, Village.code == Person.village_code).where(scope.condition())


def _set_aside(session: Session, scope: Scope, months: Sequence[Month]) -> int:
    (begins, _), (_, ends) = bounds(months[0]), bounds(months[-1])
    rows = _of_women(func.count(Pregnancy.id), scope=scope).where(set_aside.is_aside())
    return session.scalar(rows.where(Pregnancy.opened_at < ends, Pregnancy.closed_at >= begins)) or 0


def _missed(session: Session, scope: Scope) -> int:
    rows = select(func.count(Alert.id)).join(Village, Village.code == Alert.village_code)
    kinds = or_(Alert.kind == "missed_visit", Alert.about == "not_reached")
    return session.scalar(rows.where(kinds, Alert.status == "open", scope.condition())) or 0
