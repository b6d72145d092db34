"""Loads a world document: the people, helpers, registers and settings of a demonstration or an evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import delete
from sqlalchemy.orm import Session

from registry import clock, people, places, programme, sealing
from registry.db import Base
from registry.errors import WorldError
from registry.models import (
    Cadre,
    CadreArea,
    CivilRecord,
    Consent,
    District,
    Driver,
    DriverArea,
    JknRecord,
    Person,
    Pregnancy,
    Staff,
    StaffDistrict,
    Village,
    Visit,
    WelfareRecord,
)

KEPT = {"regency", "district", "village", "facility", "facility_area", "alembic_version"}
SECTIONS = {"settings", "persons", "cadres", "staff", "drivers", "reminders", "rides", "actors"}
TEXT_VERSION = "world"
Row = Mapping[str, Any]


DEMO = Path(__file__).resolve().parent / "data" / "demo_world.yml"


def demo() -> Row:
    """The world of invented people that demonstrations begin with."""
    document: Row = yaml.safe_load(DEMO.read_text(encoding="utf-8"))
    return document


def empty(session: Session) -> None:
    """Forget everything but places and facilities."""
    for table in reversed(Base.metadata.sorted_tables):
        if table.name not in KEPT:
            session.execute(delete(table))


def load(session: Session, document: Row, now: datetime, channel: str = "whatsapp") -> dict[str, int]:
    """Add a world to the database; returns how many of each kind.

    Raises:
        WorldError: a section, place or value that does not hold together; nothing is to be kept then.
    """
    unknown = set(document) - SECTIONS
    if unknown:
        raise WorldError(f"unknown section {sorted(unknown)[0]!r}; known are {', '.join(sorted(SECTIONS))}")
    return _Loader(session, document, now, channel).load()


class _Loader:
    def __init__(self, session: Session, document: Row, now: datetime, channel: str) -> None:
        self.session, self.document, self.now, self.channel = session, document, now, channel
        self.actors: Row = document.get("actors") or {}
        self.cadres: dict[str, Cadre] = {}

    def load(self) -> dict[str, int]:
        for name, value in (self.document.get("settings") or {}).items():
            self._setting(name, value)
        makers = {"cadres": self._cadre, "staff": self._staff, "drivers": self._driver, "persons": self._person}
        counts = {}
        for section, make in makers.items():
            rows = self.document.get(section) or []
            for number, row in enumerate(rows, start=1):
                try:
                    make(row)
                except (KeyError, TypeError, ValueError) as error:
                    raise WorldError(f"{section} {number}: {type(error).__name__} {error}") from error
            counts[section] = len(rows)
        self.session.flush()
        return counts

    def _setting(self, name: str, value: Any) -> None:
        try:
            programme.decide(self.session, name, value, date.min, "world document")
        except KeyError as error:
            raise WorldError(f"unknown setting {name!r}") from error
        except ValueError as error:
            raise WorldError(str(error)) from error

    def _phone(self, row: Row) -> str | None:
        actor = self.actors.get(row.get("actor") or "", {})
        phone = row.get("phone") or actor.get("phone")
        return str(phone) if phone else None

    def _helper(self, row: Row) -> dict[str, Any]:
        phone = self._phone(row)
        if phone is None:
            raise WorldError(f"{row.get('actor') or row.get('name')}: no phone")
        people.keep_contact(self.session, self.channel, phone, phone, self.now)
        name = row.get("name") or self.actors.get(row.get("actor") or "", {}).get("name") or ""
        return {"name": name, "phone": phone, "phone_index": sealing.index("phone", phone)}

    def _village(self, area: Row) -> Village:
        found = places.find_village(self.session, area["village"], area.get("district"))
        if found is None:
            raise WorldError(f"village {area['village']!r} in {area.get('district')!r} is unknown or not the only one")
        return found

    def _cadre(self, row: Row) -> None:
        cadre = Cadre(**self._helper(row), active=row.get("active", True))
        cadre.areas = [CadreArea(village_code=self._village(area).code) for area in row.get("areas") or []]
        self.session.add(cadre)
        self.session.flush()
        if row.get("actor"):
            self.cadres[row["actor"]] = cadre

    def _staff(self, row: Row) -> None:
        staff = Staff(**self._helper(row), unit=row["unit"], facility=row.get("facility"))
        staff.districts = [StaffDistrict(district_code=self._district(name)) for name in row.get("districts") or []]
        self.session.add(staff)

    def _district(self, name: str) -> str:
        rows = self.session.query(District.code).filter(District.name.ilike(name.strip())).all()
        if not rows:
            raise WorldError(f"district {name!r} is unknown")
        return sorted(code for (code,) in rows)[0]

    def _driver(self, row: Row) -> None:
        driver = Driver(
            **self._helper(row),
            vehicle=row.get("vehicle"),
            plate=row.get("plate"),
            on_duty=row.get("on_duty", True),
            place_in_order=row.get("order") or 1,
        )
        driver.areas = [DriverArea(village_code=self._village(area).code) for area in row.get("areas") or []]
        self.session.add(driver)

    def _person(self, row: Row) -> None:
        nik = str(row["nik"]) if row.get("nik") else None
        village = places.find_village(self.session, row["village"], row.get("district")) if row.get("village") else None
        if nik:
            self._registers(row, nik, village)
        if row.get("registered", True):
            self._registered(row, nik, village)

    def _registers(self, row: Row, nik: str, village: Village | None) -> None:
        index = sealing.index("nik", nik)
        self.session.merge(
            CivilRecord(
                nik_index=index,
                nik=nik,
                name=row.get("name") or "",
                sex=row.get("sex") or "F",
                born_on=read_day(row.get("dob")),
                village_code=village.code if village else None,
                regency=row.get("regency"),
            )
        )
        if row.get("jkn") is not None:
            self.session.merge(_jkn(index, row["jkn"]))
        if row.get("dtsen") is not None or row.get("dtks") is not None:
            dtsen = row.get("dtsen") or {}
            self.session.merge(
                WelfareRecord(
                    nik_index=index, listed=dtsen.get("listed"), decile=dtsen.get("decile"), dtks=row.get("dtks")
                )
            )

    def _registered(self, row: Row, nik: str | None, village: Village | None) -> None:
        on_file = nik if row.get("nik_on_file", True) else None
        phone = self._phone(row)
        person = Person(
            nik=on_file,
            nik_index=sealing.index("nik", on_file) if on_file else None,
            name=row.get("name"),
            sex=row.get("sex") or "F",
            born_on=read_day(row.get("dob")),
            phone=phone,
            phone_index=sealing.index("phone", phone) if phone else None,
            village_code=village.code if village else None,
            village_name=row.get("village"),
            regency=row.get("regency"),
            consent=row.get("consent") or "none",
            messages=row.get("messages") or "on",
            created_at=self.now,
        )
        self.session.add(person)
        self.session.flush()
        if phone:
            people.keep_contact(self.session, self.channel, phone, phone, self.now)
        if person.consent in ("given", "refused"):
            self.session.add(
                Consent(
                    person_id=person.id,
                    status=person.consent,
                    by="mother",
                    at=self.now,
                    channel=self.channel,
                    text_version=TEXT_VERSION,
                )
            )
        self._pregnancy(row, person)

    def _pregnancy(self, row: Row, person: Person) -> None:
        about = row.get("pregnancy")
        if not about:
            return
        cadre = self.cadres.get(row.get("cadre") or "")
        pregnancy = Pregnancy(
            person_id=person.id,
            hpht=read_day(about.get("hpht")),
            hpl=read_day(about.get("hpl")),
            gpa=about.get("gpa"),
            status=about.get("status") or "active",
            cadre_id=cadre.id if cadre else None,
            opened_at=self.now,
        )
        self.session.add(pregnancy)
        self.session.flush()
        for visit in row.get("visits") or []:
            day = read_day(visit["date"]) or clock.today(self.now)
            status = visit.get("status") or "reported"
            self.session.add(Visit(pregnancy_id=pregnancy.id, kind=visit["visit"], on=day, status=status))


def _jkn(index: str, jkn: Row) -> JknRecord:
    ward = jkn.get("class")
    return JknRecord(
        nik_index=index,
        segment=jkn.get("segment"),
        active=jkn.get("active"),
        ward_class=int(ward) if ward else None,
        arrears_months=jkn.get("arrears_months"),
        inactive_since=read_day(jkn.get("inactive_since")),
        checked_on=read_day(jkn.get("checked_at")),
    )


def read_day(value: Any) -> date | None:
    """A calendar day out of YAML or JSON: a date, an ISO date, or an ISO moment (its day in Malang)."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
    if isinstance(value, datetime):
        return clock.today(value) if value.tzinfo else value.date()
    if isinstance(value, date):
        return value
    raise ValueError(f"not a day: {value!r}")
