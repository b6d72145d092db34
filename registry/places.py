"""Places and facilities in the database: loaded from the exported slice, looked up by village."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from rapidfuzz import fuzz
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from registry.clock import JAKARTA
from registry.models import District, Facility, FacilityArea, FacilityChange, Regency, Village

NEAR_MISS = 88  # rapidfuzz ratio
DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True)
class Nearby:
    """Where a mother of a village can go: her puskesmas first, then the hospitals."""

    puskesmas: tuple[Facility, ...]
    hospitals: tuple[Facility, ...]

    @property
    def names(self) -> str:
        """The first puskesmas and the first hospital, as one says them."""
        chosen = [*self.puskesmas[:1], *self.hospitals[:1]]
        return " / ".join(facility.name for facility in chosen)


def village_label(session: Session, code: str | None) -> str | None:
    """'Sumberoto, Kec. Donomulyo'."""
    row = session.get(Village, code) if code else None
    if row is None:
        return None
    district = session.get_one(District, row.district_code)
    return f"{row.name}, Kec. {district.name}"


def area_label(session: Session, code: str) -> str:
    """The name of a village or a district, whichever the code is of."""
    district = session.get(District, code)
    village = session.get(Village, code)
    return f"Kec. {district.name}" if district else village.name if village else code


def find_village(session: Session, name: str, district: str | None) -> Village | None:
    """The one village with this name (and district), spaces and hyphens aside; None when there is none or several.

    Offices spell names differently: inside a known district the one near-miss counts too.
    """
    rows = select(Village)
    if district:
        known = select(District.code).where(_squeezed(District.name) == squeeze(district))
        rows = rows.where(Village.district_code.in_(known))
    found = list(session.scalars(rows.where(_squeezed(Village.name) == squeeze(name)).limit(2)))
    if not found and district:
        near = {village.code: squeeze(village.name) for village in session.scalars(rows)}
        codes = [code for code, other in near.items() if fuzz.ratio(other, squeeze(name)) >= NEAR_MISS]
        return session.get_one(Village, codes[0]) if len(codes) == 1 else None
    return found[0] if len(found) == 1 else None


def squeeze(name: str) -> str:
    """A name without case, spaces and hyphens."""
    return name.casefold().replace(" ", "").replace("-", "")


def _squeezed(column: Any) -> Any:
    return func.replace(func.replace(func.lower(column), " ", ""), "-", "")


def nearby(session: Session, village_code: str | None, district_code: str | None = None) -> Nearby:
    """Facilities for a village (or only its district), best first; empty when the place is unknown."""
    village = session.get(Village, village_code) if village_code else None
    district = village.district_code if village else district_code
    if district is None:
        return Nearby((), ())
    rows = session.execute(
        select(Facility, FacilityArea.village_code)
        .join(FacilityArea, FacilityArea.facility_code == Facility.code)
        .where(FacilityArea.district_code == district)
        .where(FacilityArea.village_code.in_([village_code]) | FacilityArea.village_code.is_(None))
        .order_by(FacilityArea.village_code.is_(None), FacilityArea.rank, Facility.code)
    ).all()
    facilities = list(dict.fromkeys(facility for facility, _ in rows))
    return Nearby(
        tuple(f for f in facilities if f.kind == "puskesmas"), tuple(f for f in facilities if f.kind == "hospital")
    )


def for_emergency(
    session: Session, village_code: str | None, *, by_day: bool, now: datetime | None = None
) -> Nearby:  # fmt: skip
    """Those of ``nearby`` that take in a birth and are open at this moment; what nobody has confirmed counts as yes.

    ``by_day`` says whether offices are open; hours that are known of a facility itself go before that.
    """
    found = nearby(session, village_code)

    def helps(facility: Facility) -> bool:
        return facility.delivery_care is not False and _is_open(facility, by_day, now)

    return Nearby(tuple(filter(helps, found.puskesmas)), tuple(filter(helps, found.hospitals)))


def _is_open(facility: Facility, by_day: bool, now: datetime | None) -> bool:
    if facility.open_24h or not facility.hours or now is None:
        return by_day or facility.open_24h is not False
    opens, local = facility.hours[now.astimezone(JAKARTA).weekday()], now.astimezone(JAKARTA).strftime("%H:%M")
    return bool(opens) and opens[0] <= local < opens[1]


def load(session: Session) -> int:
    """Bring regencies, districts, villages and facilities up to the data files; returns the number of villages."""
    places = json.loads((DATA / "places.json").read_text(encoding="utf-8"))
    for row in places["regencies"]:
        session.merge(Regency(code=row["code"], name=row["name"]))
    session.flush()
    for row in places["districts"]:
        session.merge(District(code=row["code"], regency_code=_parent(row["code"]), name=row["name"]))
    session.flush()
    for row in places["villages"]:
        code = row["code"]
        session.merge(Village(code=code, district_code=_parent(code), name=row["name"], kind=row["kind"]))
    session.flush()
    _load_facilities(session, yaml.safe_load((DATA / "facilities.yml").read_text(encoding="utf-8")))
    return len(places["villages"])


def _parent(code: str) -> str:
    """35.07.01.2003 lies in 35.07.01, and that in 35.07."""
    return code.rpartition(".")[0]


def _load_facilities(session: Session, document: dict[str, Any]) -> None:
    columns = {column.key for column in Facility.__table__.columns}
    session.execute(delete(FacilityArea))
    for row in document["facilities"]:
        known = {name: value for name, value in row.items() if name in columns}
        session.merge(Facility(**known, regency_code=row["regency"], district_code=row["district"]))
    session.flush()
    for row in document["facilities"]:
        if row.get("serves"):
            session.add(FacilityArea(facility_code=row["code"], district_code=row["serves"], rank=0))
    for district, hospitals in document["nearest_hospitals"].items():
        for rank, code in enumerate(hospitals, start=1):
            session.add(FacilityArea(facility_code=code, district_code=district, rank=rank))
    session.flush()
    _reapply(session)


def _reapply(session: Session) -> None:
    """What offices have found out since the list was made still holds (``registry.facility_changes``)."""
    rows = select(FacilityChange).where(FacilityChange.applied_at.is_not(None))
    for row in session.scalars(rows.order_by(FacilityChange.valid_from, FacilityChange.id)).all():
        for name, value in row.values.items():
            setattr(session.get_one(Facility, row.facility_code), name, value)
    session.flush()
