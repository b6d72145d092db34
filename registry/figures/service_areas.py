"""The areas figures are told by: kecamatan, desa, and what each puskesmas looks after.

Where several puskesmas share a kecamatan and nobody has said which desa is whose, they stand as one area together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.figures.indicators import Scope
from registry.models import District, Facility, FacilityArea, Village

KABUPATEN = "35.07"


@dataclass(frozen=True)
class Area:
    """A row of a table: its code, its name and the villages that are counted in it."""

    code: str
    name: str
    villages: tuple[str, ...]


def districts(session: Session, scope: Scope, *, regency: str = KABUPATEN) -> list[Area]:
    """The kecamatan of the kabupaten within a scope, by code."""
    rows = (
        select(District.code, District.name, Village.code)
        .join(Village, Village.district_code == District.code)
        .where(District.regency_code == regency, scope.condition())
        .order_by(District.code, Village.code)
    )
    found: dict[tuple[str, str], list[str]] = {}
    for code, name, village in session.execute(rows):
        found.setdefault((code, name), []).append(village)
    return [Area(code, name, tuple(villages)) for (code, name), villages in found.items()]


def villages(session: Session, scope: Scope, district: str) -> list[Area]:
    """The desa of one kecamatan within a scope, by name."""
    rows = select(Village.code, Village.name).where(Village.district_code == district, scope.condition())
    return [Area(code, name, (code,)) for code, name in session.execute(rows.order_by(Village.name, Village.code))]


def puskesmas(session: Session, scope: Scope) -> list[Area]:
    """What each puskesmas looks after, by name; several of them together where the split is unknown."""
    serving = _serving(session)
    found: dict[str, list[str]] = {}
    for area in districts(session, scope):
        for village in area.villages:
            names = serving.get(village) or serving.get(area.code) or [area.name]
            found.setdefault(" + ".join(names), []).append(village)
    return [Area(name, name, tuple(codes)) for name, codes in sorted(found.items())]


def _serving(session: Session) -> dict[str, list[str]]:
    """The puskesmas of a village where that is known, and of a district."""
    rows = (
        select(FacilityArea.district_code, FacilityArea.village_code, Facility.name)
        .join(Facility, Facility.code == FacilityArea.facility_code)
        .where(Facility.kind == "puskesmas")
        .order_by(Facility.name)
    )
    found: dict[str, list[str]] = {}
    for district, village, name in session.execute(rows):
        found.setdefault(village or district, []).append(name)
    return found


def inside(areas: Iterable[Area]) -> list[str]:
    """All villages of some areas."""
    return [village for area in areas for village in area.villages]
