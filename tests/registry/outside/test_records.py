"""The outside view: names, fields, codes, order and filters as the contract has them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry import clock
from registry.casework import talks
from registry.emergencies import alerts
from registry.models import Consent, Ride, Visit
from registry.outside import records, world
from registry.persons.people import Speaker
from registry.pregnancies import entitlement
from tests import factories
from tests.conftest import NOW
from tests.factories import BANJAREJO, SUMBEROTO

NIK, PHONE = factories.make_nik(serial=21), "+6281200009501"
LOCAL = "2026-11-21T10:00:00+07:00"
FIELDS = {
    "person": "nik nik_on_file name dob village phone registered consent messages registered_by minor guardian",
    "consent": "nik status by at channel text_version",
    "pregnancy": "nik hpht hpl status gpa cadre",
    "visit": "nik visit date status reporter",
    "eligibility": "nik phone at path status",
    "alert": "nik phone kind status to at",
    "handoff": "phone owner status",
    "cadre": "phone areas active",
    "ride": "nik at driver status",
}
LATER = ["birth", "broadcast", "complaint", "data_request", "pregnancy_change", "reminder"]


@pytest.fixture
def mother(session: Session) -> Speaker:
    """A mother with everything that is kept about her."""
    clock.stop_at(session, NOW)
    cadre = factories.cadre(session, SUMBEROTO, BANJAREJO, phone="+6281200009502")
    midwife = factories.staff(session, phone="+6281200009503")
    factories.reachable(session, midwife)
    person = factories.person(session, nik=NIK, phone=PHONE, registered_by="mother")
    pregnancy = factories.pregnancy(session, person, hpht=date(2026, 5, 12), hpl=date(2027, 2, 16), cadre_id=cadre.id)
    session.add(Visit(pregnancy_id=pregnancy.id, kind="K1", on=date(2026, 7, 21), status="verified", reporter="staff"))
    session.add(
        Consent(person_id=person.id, status="given", by="mother", at=NOW, channel="whatsapp", text_version="v1")
    )
    session.add(Ride(person_id=person.id, purpose="visit", at=NOW, asked_at=NOW, status="escalated"))
    session.flush()
    speaker = factories.speaker_of(session, PHONE)
    factories.jkn_record(session, NIK)
    factories.civil_record(session, NIK)
    entitlement.answer(session, speaker.contact, NIK, NOW)
    alerts.raise_alert(session, speaker, "danger_sign", ["bleeding"], NOW, None)
    talks.open_handoff(session, speaker, "talk_to_human", NOW, None)
    session.flush()
    return speaker


def _read(session: Session, name: str, **filters: str) -> list[dict[str, Any]]:
    return records.read(session, name, filters)


def test_all_records_of_the_contract_are_known() -> None:
    assert records.names() == sorted([*FIELDS, *LATER])


@pytest.mark.parametrize("name", FIELDS)
def test_a_record_has_exactly_its_fields(session: Session, mother: Speaker, name: str) -> None:
    (row,) = _read(session, name)
    assert list(row) == FIELDS[name].split()


@pytest.mark.parametrize("name", [*FIELDS, *LATER])
def test_an_empty_store_has_no_rows(session: Session, name: str) -> None:
    assert _read(session, name) == []


@pytest.mark.parametrize("name", FIELDS)
def test_a_record_can_be_written_as_json(session: Session, mother: Speaker, name: str) -> None:
    rows = _read(session, name)
    assert json.loads(json.dumps(rows)) == rows


def test_an_unknown_record_is_refused(session: Session) -> None:
    with pytest.raises(KeyError):
        _read(session, "persons")


EXPECTED: dict[str, dict[str, Any]] = {
    "person": {
        "nik": NIK,
        "nik_on_file": True,
        "name": "Siti Aminah",
        "dob": "1998-03-05",
        "village": "Sumberoto",
        "phone": PHONE,
        "registered": True,
        "consent": "given",
        "messages": "on",
        "registered_by": "mother",
        "minor": False,
        "guardian": None,
    },
    "consent": {
        "nik": NIK, "status": "given", "by": "mother", "at": LOCAL, "channel": "whatsapp", "text_version": "v1",
    },
    "pregnancy": {
        "nik": NIK, "hpht": "2026-05-12", "hpl": "2027-02-16", "status": "active", "gpa": "G2P1A0",
        "cadre": "+6281200009502",
    },
    "visit": {"nik": NIK, "visit": "K1", "date": "2026-07-21", "status": "verified", "reporter": "staff"},
    "eligibility": {"nik": NIK, "phone": PHONE, "at": LOCAL, "path": "JKN_ACTIVE", "status": "likely"},
    "alert": {
        "nik": NIK, "phone": PHONE, "kind": "danger_sign", "status": "open", "to": ["+6281200009503"], "at": LOCAL,
    },
    "handoff": {"phone": PHONE, "owner": None, "status": "open"},
    "cadre": {"phone": "+6281200009502", "areas": ["Sumberoto", "Banjarejo"], "active": True},
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_the_values_of_a_record(session: Session, mother: Speaker, name: str) -> None:
    assert _read(session, name) == [EXPECTED[name]]


def test_a_mother_whose_nik_is_not_on_file(session: Session) -> None:
    factories.person(session, nik=None, village_code=None, village_name="Kanigoro")
    (row,) = _read(session, "person")
    assert (row["nik"], row["nik_on_file"], row["village"]) == (None, False, "Kanigoro")


@pytest.mark.parametrize(
    ("born_on", "minor"),
    [
        pytest.param(date(2008, 11, 21), False, id="eighteen today"),
        pytest.param(date(2008, 11, 22), True, id="eighteen tomorrow"),
        pytest.param(None, False, id="birth date unknown"),
    ],
)
def test_who_is_a_minor_on_the_simulated_day(session: Session, born_on: date | None, minor: bool) -> None:
    clock.stop_at(session, NOW)
    factories.person(session, born_on=born_on)
    assert _read(session, "person")[0]["minor"] is minor


def test_being_in_an_outside_register_makes_no_person(session: Session) -> None:
    factories.civil_record(session, NIK)
    factories.jkn_record(session, NIK)
    assert _read(session, "person") == []


def test_a_talk_shows_its_owner(session: Session, mother: Speaker) -> None:
    talks.reply(session, mother.contact, "+6281200009503", "ya", NOW)
    assert _read(session, "handoff") == [{"phone": PHONE, "owner": "+6281200009503", "status": "taken"}]


def test_an_alert_of_a_stranger_has_no_nik(session: Session) -> None:
    alerts.raise_alert(session, factories.speaker_of(session, PHONE), "labour", ["show"], NOW, None)
    (row,) = _read(session, "alert")
    assert (row["nik"], row["phone"], row["kind"], row["to"]) == (None, PHONE, "labour", [])


def test_the_oldest_comes_first(session: Session) -> None:
    names = ["Wati", "Ani", "Mega"]
    for days, name in enumerate(names):
        factories.person(session, name=name, created_at=NOW - timedelta(days=days))
    assert [row["name"] for row in _read(session, "person")] == names


@pytest.mark.parametrize(
    ("name", "filters", "found"),
    [
        pytest.param("person", {"nik": NIK}, 1, id="by NIK"),
        pytest.param("person", {"nik": "3507014503989999"}, 0, id="by another NIK"),
        pytest.param("person", {"phone": PHONE, "consent": "given"}, 1, id="by two fields"),
        pytest.param("person", {"phone": PHONE, "consent": "refused"}, 0, id="by two fields, one wrong"),
        pytest.param("person", {"registered": "true"}, 1, id="by a yes"),
        pytest.param("person", {"registered": "True"}, 1, id="by a yes in capitals"),
        pytest.param("person", {"registered": "false"}, 0, id="by a no"),
        pytest.param("person", {"guardian": ""}, 1, id="by nothing"),
        pytest.param("person", {"dob": "1998-03-05"}, 1, id="by a day"),
        pytest.param("person", {"colour": "red"}, 0, id="by a field that is none"),
        pytest.param("alert", {"to": "+6281200009503"}, 1, id="by one of several phones"),
        pytest.param("alert", {"to": PHONE}, 0, id="by a phone that was not called"),
        pytest.param("cadre", {"areas": "Banjarejo", "active": "true"}, 1, id="by one of several villages"),
        pytest.param("eligibility", {"path": "JKN_ACTIVE"}, 1, id="by a code"),
        pytest.param("eligibility", {"path": "SELF_PAY"}, 0, id="by another code"),
    ],
)
def test_filters(session: Session, mother: Speaker, name: str, filters: dict[str, str], found: int) -> None:
    assert len(_read(session, name, **filters)) == found


def test_the_records_of_the_demo_world(session: Session) -> None:
    world.load(session, world.demo(), NOW)
    clock.stop_at(session, NOW)
    assert {name: len(_read(session, name)) for name in FIELDS} == {
        "person": 3,
        "consent": 3,
        "pregnancy": 3,
        "visit": 0,
        "eligibility": 0,
        "alert": 0,
        "handoff": 0,
        "cadre": 2,
        "ride": 0,
    }
