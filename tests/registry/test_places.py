"""Places and facilities as loaded from the data files."""

from __future__ import annotations

import pytest
from sqlalchemy import FromClause, func, select
from sqlalchemy.orm import Session

from registry import places
from registry.models import District, Facility, FacilityArea, Regency, Village
from tests.factories import DONOMULYO, KETAWANG, SISIR, SUMBEROTO, TLOGOWARU


@pytest.mark.parametrize(
    ("regency", "districts", "villages", "puskesmas"),
    [
        pytest.param("35.07", 33, 390, 39, id="Kabupaten Malang"),
        pytest.param("35.73", 5, 57, 16, id="Kota Malang"),
        pytest.param("35.79", 3, 24, None, id="Kota Batu"),
    ],
)
def test_everything_is_loaded(
    session: Session, regency: str, districts: int, villages: int, puskesmas: int | None
) -> None:
    def count(rows: FromClause) -> int:
        return session.scalar(select(func.count()).select_from(rows)) or 0

    assert count(select(District).where(District.regency_code == regency).subquery()) == districts
    of_villages = select(Village).join(District).where(District.regency_code == regency)
    assert count(of_villages.subquery()) == villages
    if puskesmas is not None:
        facilities = select(Facility).where(Facility.regency_code == regency, Facility.kind == "puskesmas")
        assert count(facilities.subquery()) == puskesmas


def test_loading_again_changes_nothing(session: Session) -> None:
    tables = (Regency, District, Village, Facility, FacilityArea)
    before = [session.scalar(select(func.count()).select_from(table)) for table in tables]
    assert places.load(session) == 471
    assert [session.scalar(select(func.count()).select_from(table)) for table in tables] == before


def _kabupaten(session: Session) -> list[District]:
    return list(session.scalars(select(District).where(District.regency_code == "35.07").order_by(District.code)))


@pytest.mark.parametrize("number", range(33))
def test_every_kecamatan_has_a_puskesmas_and_a_hospital(session: Session, number: int) -> None:
    district = _kabupaten(session)[number]
    found = places.nearby(session, None, district.code)
    assert found.puskesmas, district.name
    assert found.hospitals, district.name
    assert all(f.district_code == district.code for f in found.puskesmas)
    assert found.names == f"{found.puskesmas[0].name} / {found.hospitals[0].name}"


def test_every_village_gets_what_its_district_has(session: Session) -> None:
    for district in _kabupaten(session):
        code = session.scalars(select(Village.code).where(Village.district_code == district.code).limit(1)).one()
        by_village, by_district = places.nearby(session, code), places.nearby(session, None, district.code)
        assert by_village == by_district


@pytest.mark.parametrize("code", [None, "", "99.99.99.9999", "35.07"])
def test_nothing_is_near_an_unknown_place(session: Session, code: str | None) -> None:
    found = places.nearby(session, code)
    assert (found.puskesmas, found.hospitals, found.names) == ((), (), "")


def test_a_puskesmas_of_the_village_comes_before_that_of_the_district(session: Session) -> None:
    session.add(Facility(code="pkm-uji", name="Puskesmas Uji", kind="puskesmas", source="test"))
    session.flush()
    session.add(FacilityArea(facility_code="pkm-uji", district_code=DONOMULYO, village_code=SUMBEROTO, rank=0))
    session.flush()
    assert [f.name for f in places.nearby(session, SUMBEROTO).puskesmas] == ["Puskesmas Uji", "Puskesmas Donomulyo"]
    other = places.find_village(session, "Purwodadi", "Donomulyo")
    assert other is not None
    assert [f.name for f in places.nearby(session, other.code).puskesmas] == ["Puskesmas Donomulyo"]


def test_a_facility_that_serves_village_and_district_is_named_once(session: Session) -> None:
    code = session.scalars(select(Facility.code).where(Facility.name == "Puskesmas Donomulyo")).one()
    session.add(FacilityArea(facility_code=code, district_code=DONOMULYO, village_code=SUMBEROTO, rank=0))
    session.flush()
    assert [f.name for f in places.nearby(session, SUMBEROTO).puskesmas] == ["Puskesmas Donomulyo"]


@pytest.mark.parametrize(
    ("code", "label"),
    [
        (SUMBEROTO, "Sumberoto, Kec. Donomulyo"),
        (KETAWANG, "Ketawang, Kec. Gondanglegi"),
        (TLOGOWARU, "Tlogowaru, Kec. Kedungkandang"),
        (SISIR, "Sisir, Kec. Batu"),
        ("99.99.99.9999", None),
        ("", None),
        (None, None),
    ],
)
def test_how_a_village_is_called(session: Session, code: str | None, label: str | None) -> None:
    assert places.village_label(session, code) == label


@pytest.mark.parametrize(
    ("name", "district", "code"),
    [
        pytest.param("Sumberoto", None, SUMBEROTO, id="the only one of its name"),
        pytest.param("  sumberOTO ", " donomulyo", SUMBEROTO, id="in any case, with spaces"),
        pytest.param("Sumberoto", "Gondanglegi", None, id="not in another district"),
        pytest.param("Purwodadi", None, None, id="one of three"),
        pytest.param("Purwodadi", "Donomulyo", "35.07.01.2010", id="one of three, with its district"),
        pytest.param("Purwodadi", "Blimbing", "35.73.01.1004", id="the one in the Kota"),
        pytest.param("Donomulyo", None, "35.07.01.2006", id="a village named like its district"),
        pytest.param("Wakanda", None, None, id="no village"),
        pytest.param("", None, None, id="nothing"),
        pytest.param("%", None, None, id="a wildcard"),
        pytest.param("Sumberoto", "%", None, id="a wildcard for the district"),
    ],
)
def test_finding_a_village(session: Session, name: str, district: str | None, code: str | None) -> None:
    found = places.find_village(session, name, district)
    assert (found.code if found else None) == code
