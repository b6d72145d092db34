"""Loads a world document: the people, helpers, registers and settings of a demonstration or an evaluation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry import clock, places, programme, sealing
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
    Reminder,
    Ride,
    Staff,
    StaffDistrict,
    Village,
    Visit,
    WelfareRecord,
)
from registry.outside.world_values import (
    Row,
    read_choice,
    read_day,
    read_flag,
    read_mapping,
    read_moment,
    read_number,
    read_phone,
    read_section,
    read_setting,
)
from registry.persons import people
from registry.reminding import plan
from registry.rules.dating import due_date
from registry.transport import ride_loading

KEPT = {"regency", "district", "village", "facility", "facility_area", "alembic_version"}
SECTIONS = {"settings", "persons", "cadres", "staff", "drivers", "reminders", "rides", "actors"}
TEXT_VERSION = "world"
SEGMENTS = ("PBI_JK", "PBPU_PEMDA", "PBPU", "PPU", "BP", "NONE")
CONSENTS = ("given", "refused", "pending", "withdrawn", "none")
RIDES = ("requested", "confirmed", "on_the_way", "arrived", "done", "escalated", "cancelled")
PREGNANCIES = ("active", "delivered", "loss", "miscarriage", "closed")

DEMO = Path(__file__).resolve().parent.parent / "data" / "demo_world.yml"


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
    if not isinstance(document, Mapping):
        raise WorldError(f"a world document holds sections ({', '.join(sorted(SECTIONS))}), this is none")
    unknown = sorted(str(name) for name in document if name not in SECTIONS)
    if unknown:
        raise WorldError(f"unknown section {unknown[0]!r}; known are {', '.join(sorted(SECTIONS))}")
    try:
        return _Loader(session, document, now, channel).load()
    except ValueError as error:
        raise WorldError(str(error)) from error


class _Loader:
    def __init__(self, session: Session, document: Row, now: datetime, channel: str) -> None:
        self.session, self.document, self.now, self.channel = session, document, now, channel
        self.actors = read_mapping(document, "actors")
        self.cadres: dict[str, Cadre] = {}
        self.people: dict[str, Person] = {}

    def load(self) -> dict[str, int]:
        for name, value in read_mapping(self.document, "settings").items():
            self._setting(name, read_setting(value))
        makers = {
            "cadres": self._cadre,
            "staff": self._staff,
            "drivers": self._driver,
            "persons": self._person,
            "reminders": self._reminder,
            "rides": self._ride,
        }
        counts = {}
        for section, make in makers.items():
            rows = read_section(self.document, section)
            for number, row in enumerate(rows, start=1):
                self._row(f"{section} {number}", make, row)
            counts[section] = len(rows)
        plan.replan_all(self.session, self.now, self.session.scalars(select(Pregnancy).order_by(Pregnancy.id)).all())
        return counts

    def _row(self, where: str, make: Callable[[Row], None], row: Any) -> None:
        if not isinstance(row, Mapping):
            raise WorldError(f"{where}: must hold names and values, not {row!r}")
        where = f"{where} ({row.get('ref') or row.get('actor') or row.get('name') or 'no name'})"
        try:
            make(row)
            self.session.flush()
        except KeyError as error:
            raise WorldError(f"{where}: {error} is missing") from error
        except IntegrityError as error:
            raise WorldError(f"{where}: somebody with this NIK or phone is there already") from error
        except (AttributeError, TypeError, ValueError, WorldError) as error:
            raise WorldError(f"{where}: {error}") from error

    def _setting(self, name: str, value: Any) -> None:
        try:
            programme.decide(self.session, name, value, date.min, "world document")
        except KeyError as error:
            raise WorldError(f"unknown setting {name!r}") from error
        except ValueError as error:
            raise WorldError(str(error)) from error

    def _phone(self, row: Row) -> str | None:
        actor = read_mapping(self.actors, row.get("actor") or "")
        return read_phone(row.get("phone") or actor.get("phone"))

    def _helper(self, row: Row) -> dict[str, Any]:
        phone = self._phone(row)
        if phone is None:
            raise WorldError("no phone, neither here nor among the actors")
        people.keep_contact(self.session, self.channel, phone, phone, self.now)
        name = row.get("name") or read_mapping(self.actors, row.get("actor") or "").get("name") or ""
        return {"name": name, "phone": phone, "phone_index": sealing.index("phone", phone)}

    def _village(self, area: Row) -> Village:
        found = places.find_village(self.session, area["village"], area.get("district"))
        if found is None:
            raise WorldError(f"village {area['village']!r} in {area.get('district')!r} is unknown or not the only one")
        return found

    def _cadre(self, row: Row) -> None:
        cadre = Cadre(**self._helper(row), active=read_flag(row, "active", True))
        cadre.areas = [CadreArea(village_code=self._village(area).code) for area in row.get("areas") or []]
        self.session.add(cadre)
        self.session.flush()
        if row.get("actor"):
            self.cadres[row["actor"]] = cadre

    def _staff(self, row: Row) -> None:
        unit = read_choice({"unit": row["unit"]}, "unit", ("puskesmas", "dinkes"))
        staff = Staff(**self._helper(row), unit=unit, facility=row.get("facility"))
        staff.districts = [StaffDistrict(district_code=self._district(name)) for name in row.get("districts") or []]
        self.session.add(staff)

    def _district(self, name: str) -> str:
        rows = select(District.code).where(func.lower(District.name) == name.strip().lower())
        code = self.session.scalar(rows.order_by(District.code).limit(1))
        if code is None:
            raise WorldError(f"district {name!r} is unknown")
        return code

    def _driver(self, row: Row) -> None:
        driver = Driver(
            **self._helper(row),
            vehicle=row.get("vehicle"),
            plate=row.get("plate"),
            on_duty=read_flag(row, "on_duty", True),
            place_in_order=read_number(row, "order") or 1,
        )
        driver.areas = [DriverArea(village_code=self._village(area).code) for area in row.get("areas") or []]
        self.session.add(driver)

    def _person(self, row: Row) -> None:
        nik = str(row["nik"]) if row.get("nik") else None
        village = places.find_village(self.session, row["village"], row.get("district")) if row.get("village") else None
        if nik:
            self._registers(row, nik, village)
        if read_flag(row, "registered", True):
            self._registered(row, nik, village)

    def _registers(self, row: Row, nik: str, village: Village | None) -> None:
        index = sealing.index("nik", nik)
        self.session.merge(
            CivilRecord(
                nik_index=index,
                nik=nik,
                name=row.get("name") or "",
                sex=read_choice(row, "sex", ("F", "M"), "F"),
                born_on=read_day(row.get("dob")),
                village_code=village.code if village else None,
                regency=row.get("regency"),
            )
        )
        if row.get("jkn") is not None:
            self.session.merge(_jkn(index, read_mapping(row, "jkn")))
        if row.get("dtsen") is not None or row.get("dtks") is not None:
            dtsen = read_mapping(row, "dtsen")
            listed, decile = read_flag(dtsen, "listed"), read_number(dtsen, "decile")
            dtks = read_flag(row, "dtks")
            self.session.merge(WelfareRecord(nik_index=index, listed=listed, decile=decile, dtks=dtks))

    def _registered(self, row: Row, nik: str | None, village: Village | None) -> None:
        on_file = nik if read_flag(row, "nik_on_file", True) else None
        phone = self._phone(row)
        person = Person(
            nik=on_file,
            nik_index=sealing.index("nik", on_file) if on_file else None,
            name=row.get("name"),
            sex=read_choice(row, "sex", ("F", "M"), "F"),
            born_on=read_day(row.get("dob")),
            phone=phone,
            phone_index=sealing.index("phone", phone) if phone else None,
            village_code=village.code if village else None,
            village_name=row.get("village"),
            regency=row.get("regency"),
            consent=read_choice(row, "consent", CONSENTS, "none"),
            agreed=list(plan.ALL_PURPOSES) if row.get("consent") == "given" else [],
            messages=read_choice(row, "messages", ("on", "stopped"), "on"),
            created_at=self.now,
        )
        self.session.add(person)
        self.session.flush()
        self._note_names(row, person)
        if phone:
            contact = people.keep_contact(self.session, self.channel, phone, phone, self.now)
            contact.stopped_at = self.now if person.messages == "stopped" else None
        if person.consent in ("given", "refused"):
            self.session.add(
                Consent(
                    person_id=person.id,
                    status=person.consent,
                    by="mother",
                    at=self.now,
                    channel=self.channel,
                    text_version=TEXT_VERSION,
                    purposes=list(person.agreed),
                )
            )
        self._pregnancy(row, person)

    def _pregnancy(self, row: Row, person: Person) -> None:
        about = read_mapping(row, "pregnancy")
        if not about:
            return
        cadre = self.cadres.get(row.get("cadre") or "")
        hpht, hpl = read_day(about.get("hpht")), read_day(about.get("hpl"))
        pregnancy = Pregnancy(
            person_id=person.id,
            hpht=hpht,
            hpl=hpl or (due_date(hpht) if hpht else None),  # as a registration does: lists and plans go by it
            gpa=about.get("gpa"),
            status=read_choice(about, "status", PREGNANCIES, "active"),
            cadre_id=cadre.id if cadre else None,
            opened_at=self.now,
        )
        self.session.add(pregnancy)
        self.session.flush()
        self._visits(row, pregnancy)

    def _visits(self, row: Row, pregnancy: Pregnancy) -> None:
        for visit in read_section(row, "visits"):
            day = read_day(visit["date"]) or clock.today(self.now)
            status = read_choice(visit, "status", ("reported", "verified"), "reported")
            self.session.add(Visit(pregnancy_id=pregnancy.id, kind=visit["visit"], on=day, status=status))

    def _note_names(self, row: Row, person: Person) -> None:
        """Other sections point to a person by any of these."""
        for name in (row.get("ref"), row.get("actor"), row.get("nik"), person.phone):
            if name:
                self.people[str(name)] = person

    def _whom(self, row: Row) -> Person:
        person = self.people.get(str(row["person"]))
        if person is None:
            raise WorldError(f"person {row['person']!r} is not registered in this document")
        return person

    def _reminder(self, row: Row) -> None:
        """Only what has been sent is history; what is to come the plan computes for itself."""
        pregnancy = people.latest_pregnancy(self.session, self._whom(row))
        if pregnancy is None or row.get("status") != "sent":
            return
        about = read_day(row.get("visit_date")) or clock.today(self.now)
        due = read_moment(row.get("due")) or self.now
        kind, visit = str(row.get("kind") or "anc"), str(row.get("visit") or "")
        self.session.add(
            Reminder(
                pregnancy_id=pregnancy.id,
                kind=kind,
                visit=visit,
                about=about,
                last_on=about,
                text=f"reminder_{kind}_before",
                recipient="mother",
                key=f"world:{pregnancy.id}:{kind}:{visit}:{about}",
                due_at=due,
                status="sent",
                sent_at=due,
                step="before" if kind == "anc" else "once",
            )
        )

    def _ride(self, row: Row) -> None:
        person = self._whom(row)
        phone = (
            self._phone({"actor": row.get("driver"), "phone": row.get("driver_phone")}) if row.get("driver") else None
        )
        index = sealing.index("phone", phone or str(row.get("driver") or ""))
        driver = self.session.scalar(select(Driver).where(Driver.phone_index == index))
        at = read_moment(row.get("at")) or self.now
        contact = people.contact_for_phone(self.session, person.phone) if person.phone else None
        ride = Ride(
            contact_id=contact.id if contact else None,
            person_id=person.id,
            purpose=str(row.get("purpose") or "visit"),
            urgent=read_flag(row, "urgent"),
            at=at,
            village_code=person.village_code,
            status=read_choice(row, "status", RIDES, "requested"),
            driver_id=driver.id if driver else None,
            asked_at=self.now,
        )
        ride_loading.complete(self.session, ride, self.now)


def _jkn(index: str, jkn: Row) -> JknRecord:
    return JknRecord(
        nik_index=index,
        segment=read_choice(jkn, "segment", SEGMENTS),
        active=read_flag(jkn, "active"),
        ward_class=read_number(jkn, "class"),
        arrears_months=read_number(jkn, "arrears_months"),
        inactive_since=read_day(jkn.get("inactive_since")),
        checked_on=read_day(jkn.get("checked_at")),
    )
