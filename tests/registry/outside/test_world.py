"""World documents: everything the contract names is taken in, nothing is half taken in."""

from __future__ import annotations

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import programme, sealing
from registry.db import Base, Database
from registry.errors import WorldError
from registry.messaging import messages
from registry.models import (
    Cadre,
    CivilRecord,
    Consent,
    Contact,
    Driver,
    JknRecord,
    Person,
    Pregnancy,
    SimulatedClock,
    Staff,
    Visit,
    WelfareRecord,
)
from registry.outside import world
from registry.persons import people
from tests import factories
from tests.conftest import NOW
from tests.factories import DONOMULYO, SUMBEROTO

FULL = Path(__file__).with_name("full_world.yml")
NIK, PHONE = "3507014503989101", "+6281200009001"


@pytest.fixture
def document() -> dict[str, Any]:
    """A document with every field of the contract, to be changed by the test."""
    found: dict[str, Any] = yaml.safe_load(FULL.read_text())
    return found


def _load(session: Session, document: Any, channel: str = "whatsapp") -> dict[str, int]:
    counts = world.load(session, document, NOW, channel)
    session.expire_all()
    return counts


def _mother(session: Session) -> Person:
    return session.scalars(select(Person).where(Person.phone_index == sealing.index("phone", PHONE))).one()


def test_the_demo_world_is_taken_in(session: Session) -> None:
    assert _load(session, world.demo()) == {
        "cadres": 2, "staff": 2, "drivers": 1, "persons": 6, "reminders": 0, "rides": 0,
    }  # fmt: skip
    assert session.scalar(select(func.count(CivilRecord.nik_index))) == 6
    assert session.scalar(select(func.count(Person.id))) == 3


def test_the_counts_of_a_full_document(session: Session, document: dict[str, Any]) -> None:
    assert _load(session, document) == {
        "cadres": 2, "staff": 2, "drivers": 1, "persons": 4, "reminders": 1, "rides": 1,
    }  # fmt: skip


def test_a_person_is_taken_in_with_all_her_fields(session: Session, document: dict[str, Any]) -> None:
    _load(session, document)
    mother = _mother(session)
    assert (mother.nik, mother.name, mother.sex, mother.born_on) == (NIK, "Siti Contoh", "F", date(1998, 3, 5))
    assert (mother.village_code, mother.village_name) == (SUMBEROTO, "Sumberoto")
    assert (mother.regency, mother.registered) == ("Kabupaten Malang", True)
    assert (mother.consent, mother.messages) == ("given", "on")


def test_the_registers_get_their_lines(session: Session, document: dict[str, Any]) -> None:
    _load(session, document)
    index = sealing.index("nik", NIK)
    civil = session.get_one(CivilRecord, index)
    assert (civil.name, civil.sex, civil.born_on, civil.regency) == (
        "Siti Contoh", "F", date(1998, 3, 5), "Kabupaten Malang",
    )  # fmt: skip
    jkn = session.get_one(JknRecord, index)
    assert (jkn.segment, jkn.active, jkn.ward_class, jkn.arrears_months) == ("PBPU", False, 3, 7)
    assert (jkn.inactive_since, jkn.checked_on) == (date(2026, 4, 1), date(2026, 11, 12))
    welfare = session.get_one(WelfareRecord, index)
    assert (welfare.listed, welfare.decile, welfare.dtks) == (True, 6, False)


def test_due_date_that_is_not_told_is_counted(session: Session, document: dict[str, Any]) -> None:
    for row in document["persons"]:
        row.get("pregnancy", {}).pop("hpl", None)
    _load(session, document)
    pregnancy = session.scalars(select(Pregnancy).where(Pregnancy.person_id == _mother(session).id)).one()
    assert (pregnancy.hpht, pregnancy.hpl) == (date(2026, 5, 12), date(2027, 2, 16))


def test_her_pregnancy_and_visits(session: Session, document: dict[str, Any]) -> None:
    _load(session, document)
    pregnancy = session.scalars(select(Pregnancy).where(Pregnancy.person_id == _mother(session).id)).one()
    assert (pregnancy.hpht, pregnancy.hpl) == (date(2026, 5, 12), date(2027, 2, 16))
    assert (pregnancy.gpa, pregnancy.status) == ("G2P1A0", "active")
    assert pregnancy.cadre_id == session.scalars(select(Cadre.id).where(Cadre.active)).one()
    visits = session.scalars(select(Visit).order_by(Visit.on)).all()
    assert [(v.kind, v.on, v.status) for v in visits] == [
        ("K1", date(2026, 7, 21), "verified"),
        ("K2", date(2026, 9, 3), "reported"),
    ]


def test_helpers_with_their_areas(session: Session, document: dict[str, Any]) -> None:
    _load(session, document)
    active, former = session.scalars(select(Cadre).order_by(Cadre.id))
    assert [area.village_code for area in active.areas] == [SUMBEROTO, "35.07.01.2010"]
    assert (active.active, former.active, former.name) == (True, False, "Tutik Contoh")
    midwife, officer = session.scalars(select(Staff).order_by(Staff.id))
    assert (midwife.unit, midwife.facility, officer.unit) == ("puskesmas", "Puskesmas Donomulyo", "dinkes")
    assert [row.district_code for row in midwife.districts] == [DONOMULYO]
    driver = session.scalars(select(Driver)).one()
    assert (driver.vehicle, driver.plate, driver.on_duty, driver.place_in_order) == ("mobil siaga", "N 1 ZZ", False, 2)


def test_settings_hold_from_the_beginning(session: Session, document: dict[str, Any]) -> None:
    _load(session, document)
    for name, value in document["settings"].items():
        assert programme.value(session, name, date(2000, 1, 1)) == value


@pytest.mark.parametrize("channel", ["whatsapp", "telegram"])
def test_people_are_reached_on_the_worlds_channel(session: Session, document: dict[str, Any], channel: str) -> None:
    _load(session, document, channel)
    contact = people.contact_for_phone(session, PHONE)
    assert contact is not None
    assert (contact.channel, people.speaker(session, contact).role) == (channel, "mother")


def test_consent_is_on_record(session: Session, document: dict[str, Any]) -> None:
    _load(session, document)
    rows = select(Person.name, Consent.status, Consent.by).join(Consent).order_by(Person.id)
    assert session.execute(rows).all() == [("Siti Contoh", "given", "mother"), ("Rini Contoh", "refused", "mother")]


def test_who_has_stopped_messages_gets_no_reminder(session: Session, document: dict[str, Any]) -> None:
    _load(session, document)
    stopped = session.scalars(select(Person).where(Person.messages == "stopped")).one()
    contact = people.contact_for_phone(session, stopped.phone or "")
    assert contact is not None
    reminder = messages.Draft("periksa")
    assert not messages.queue(session, contact, reminder, kind="reminder", priority=messages.REMINDER, now=NOW)


def test_who_is_known_to_outside_registers_only_makes_no_person(session: Session, document: dict[str, Any]) -> None:
    _load(session, document)
    outside = next(row for row in document["persons"] if row["registered"] is False)
    index = sealing.index("nik", outside["nik"])
    assert session.get(CivilRecord, index) is not None
    assert session.scalar(select(Person.id).where(Person.nik_index == index)) is None
    assert people.contact_for_phone(session, outside["phone"]) is None


def test_a_nik_that_is_not_on_file_is_known_to_the_registers_only(session: Session, document: dict[str, Any]) -> None:
    document["persons"][0]["nik_on_file"] = False
    _load(session, document)
    assert (_mother(session).nik, _mother(session).nik_index) == (None, None)
    assert session.get(CivilRecord, sealing.index("nik", NIK)) is not None


def test_a_person_without_a_nik_or_phone_is_taken_in(session: Session) -> None:
    _load(session, {"persons": [{"name": "Tanpa Apa-apa"}]})
    person = session.scalars(select(Person)).one()
    assert (person.nik, person.phone, person.consent, person.messages) == (None, None, "none", "on")


def test_a_village_outside_the_area_is_kept_by_its_name(session: Session) -> None:
    _load(session, {"persons": [{"name": "Dewi", "village": "Kanigoro", "district": "Kanigoro"}]})
    person = session.scalars(select(Person)).one()
    assert (person.village_code, person.village_name) == (None, "Kanigoro")


@pytest.mark.parametrize("written", ["yaml", "json"])
def test_a_document_may_be_yaml_or_json(session: Session, document: dict[str, Any], written: str) -> None:
    text = json.dumps(document, default=lambda value: value.isoformat()) if written == "json" else FULL.read_text()
    _load(session, yaml.safe_load(text) if written == "yaml" else json.loads(text))
    assert _mother(session).born_on == date(1998, 3, 5)


def test_unquoted_yaml_is_understood(session: Session) -> None:
    text = """
    settings: {quiet_hours: [20:30, 06:00]}
    persons: [{nik: 3507014503989101, name: Siti, phone: +6281200009001, messages: on, dob: 1998-03-05}]
    """
    _load(session, yaml.safe_load(text))
    mother = _mother(session)
    assert (mother.nik, mother.phone, mother.messages) == (NIK, PHONE, "on")
    assert programme.value(session, "quiet_hours", NOW.date()) == ["20:30", "06:00"]


@pytest.mark.parametrize("empty", [{}, {"persons": None}, {"persons": []}, {"actors": None, "settings": None}], ids=str)
def test_an_empty_world_is_a_world(session: Session, empty: dict[str, Any]) -> None:
    assert set(_load(session, empty).values()) == {0}


def test_hints_may_be_there(session: Session, document: dict[str, Any]) -> None:
    assert document["reminders"]
    assert document["rides"]
    _load(session, document)


FAULTS: dict[str, tuple[tuple[Any, ...], Any, str]] = {  # where, what, and the words it is refused with
    "an unknown section": (("people",), [], "unknown section 'people'"),
    "an unknown setting": (("settings", "programm_open"), True, "unknown setting 'programm_open'"),
    "a setting of another kind": (("settings", "programme_open"), "ya", "programme_open must be bool"),
    "quiet hours that are none": (("settings", "quiet_hours"), ["malam", "pagi"], "quiet_hours cannot be"),
    "settings that are a list": (("settings",), ["x"], "settings must hold names and values"),
    "actors that are a list": (("actors",), ["x"], "actors must hold names and values"),
    "an actor that is a word": (("actors", "siti"), "Siti", "siti must hold names and values"),
    "persons that are no list": (("persons",), {"nik": NIK}, "persons must be a list"),
    "a person that is a word": (("persons", 0), "Siti", "persons 1: must hold names and values"),
    "a day that is none": (("persons", 0, "dob"), "kemarin", "persons 1 .siti.: 'kemarin' is not a day"),
    "a day that does not exist": (("persons", 0, "dob"), "2026-02-30", "'2026-02-30' is not a day"),
    "a day that is a number": (("persons", 0, "dob"), 19980305, "19980305 is not a day"),
    "a phone that is none": (("persons", 0, "phone"), "rumah", "'rumah' is not a phone number"),
    "an unknown segment": (("persons", 0, "jkn", "segment"), "PBI", "segment must be one of BP, NONE, PBI_JK"),
    "a membership that is a word": (("persons", 0, "jkn"), "aktif", "jkn must hold names and values"),
    "active in words": (("persons", 0, "jkn", "active"), "false", "active must be true or false, not 'false'"),
    "arrears in words": (("persons", 0, "jkn", "arrears_months"), "tujuh", "arrears_months must be a whole number"),
    "a decile in words": (("persons", 0, "dtsen", "decile"), "dua", "decile must be a whole number"),
    "an unknown consent": (("persons", 0, "consent"), "yes", "consent must be one of"),
    "an unknown state of messages": (("persons", 0, "messages"), "off", "messages must be one of on, stopped"),
    "registered in words": (("persons", 0, "registered"), "false", "registered must be true or false"),
    "an unknown sex": (("persons", 0, "sex"), "P", "sex must be one of F, M"),
    "an unknown course of pregnancy": (("persons", 0, "pregnancy", "status"), "hamil", "status must be one of"),
    "a visit without a name": (("persons", 0, "visits", 0), {"date": "2026-07-21"}, "'visit' is missing"),
    "a visit without a date": (("persons", 0, "visits", 0), {"visit": "K1"}, "'date' is missing"),
    "an unknown state of a visit": (("persons", 0, "visits", 0, "status"), "ok", "status must be one of reported"),
    "a NIK that is there twice": (("persons", 3, "nik"), NIK, "persons 4 .kota.: somebody with this NIK or phone"),
    "a cadre in an unknown village": (("cadres", 0, "areas", 0, "village"), "Wakanda", "cadres 1 .kader_sri.: village"),
    "a cadre in one of several villages": (("cadres", 0, "areas", 0), {"village": "Purwodadi"}, "not the only one"),
    "a cadre without a phone": (("cadres", 0), {"name": "Sri"}, "cadres 1 .Sri.: no phone"),
    "a cadre whose phone is there twice": (("cadres", 1, "phone"), "+6281200009011", "cadres 2 .* is there already"),
    "staff of an unknown unit": (("staff", 0, "unit"), "rumah sakit", "unit must be one of dinkes, puskesmas"),
    "staff without a unit": (("staff", 0), {"name": "Ana", "phone": PHONE}, "staff 1 .Ana.: 'unit' is missing"),
    "staff of an unknown district": (("staff", 0, "districts"), ["Wakanda"], "district 'Wakanda' is unknown"),
    "a driver in an unknown village": (("drivers", 0, "areas", 0, "village"), "Wakanda", "drivers 1"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_refused_with_a_sentence(session: Session, document: dict[str, Any], fault: str) -> None:
    path, value, words = FAULTS[fault]
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = copy.deepcopy(value)
    with pytest.raises(WorldError, match=words) as refused:
        _load(session, document)
    assert "Error" not in str(refused.value)
    assert "sqlalche" not in str(refused.value)


@pytest.mark.parametrize("document", [None, [], "persons", 7], ids=str)
def test_what_is_no_document_is_refused(session: Session, document: Any) -> None:
    with pytest.raises(WorldError, match="this is none"):
        world.load(session, document, NOW)


def _rows(session: Session) -> dict[str, int]:
    tables = Base.metadata.sorted_tables
    return {
        t.name: session.scalar(select(func.count()).select_from(t)) or 0 for t in tables if t.name not in world.KEPT
    }


def test_a_fault_in_the_last_row_leaves_nothing_half_loaded(database: Database, document: dict[str, Any]) -> None:
    document["persons"][-1]["dob"] = "kemarin"
    with pytest.raises(WorldError), database.write() as session:
        world.load(session, document, NOW)
    with database.read() as session:
        assert set(_rows(session).values()) == {0}


def test_a_refused_world_leaves_the_one_before_it(database: Database, document: dict[str, Any]) -> None:
    with database.write() as session:
        world.load(session, document, NOW)
        before = _rows(session)
    with pytest.raises(WorldError), database.write() as session:
        world.empty(session)
        world.load(session, {"persons": ["Siti"]}, NOW)
    with database.read() as session:
        assert _rows(session) == before


def test_the_same_world_twice_is_refused(database: Database, document: dict[str, Any]) -> None:
    with database.write() as session:
        world.load(session, document, NOW)
    with pytest.raises(WorldError, match="is there already"), database.write() as session:
        world.load(session, document, NOW)


def test_emptying_forgets_everything_but_the_places(session: Session, document: dict[str, Any]) -> None:
    _load(session, document)
    mother = factories.speaker_of(session, PHONE)
    factories.outbox_message(session, mother.contact, inbox_id=factories.inbox_message(session, mother.contact).id)
    session.add(SimulatedClock(id=1, now=NOW))
    session.flush()
    places_before = session.scalar(select(func.count()).select_from(Base.metadata.tables["facility_area"]))
    world.empty(session)
    assert set(_rows(session).values()) == {0}
    assert session.scalar(select(func.count()).select_from(Base.metadata.tables["village"])) == 471
    assert session.scalar(select(func.count()).select_from(Base.metadata.tables["facility_area"])) == places_before
    assert session.scalars(select(Contact)).all() == []
