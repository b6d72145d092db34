"""Walks all tables: what is readable without the key is named here with its reason; an erased mother is nowhere."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Date, LargeBinary, MetaData, String, Text, select
from sqlalchemy.orm import Session

from registry import sealing
from registry.casework import referrals, talks
from registry.db import Base, Database
from registry.messaging import broadcasts, conversations, messages
from registry.messaging.audiences import Audience
from registry.models import Contact, Facility, OutboxMessage, RideOffer
from registry.persons import changes, erasure, people
from registry.persons.changes import Change
from registry.transport import rides
from registry.transport.rides import Wish
from tests import factories
from tests.conftest import NOW
from tests.security.village import CODE, HER, NAME, PLACES, build, contact_of

CODES = "a word of a fixed set"
INDEX = "a blind index"
OPEN: dict[str, str] = {
    "alert": "kind status about outcome signs",
    "alert_recipient": "role",
    "audit": "action subject detail",  # tests/registry/test_audit.py: ids and codes only
    "birth": "place_kind helper sex",
    "birth_plan": "helper facility",  # a role, and a name of the list of facilities
    "broadcast": "audience status excluded repeat ended_for",
    "calendar_duty": "name counts",
    "chosen_day": "kind",
    "civil_record": "sex regency",
    "companion_request": "status",
    "complaint": "number category entitled told_in status routed_to",
    "consent": "status by channel text_version purposes",
    "console_session": "stage",
    "contact": "uid channel open_question",
    "contact_alias": "channel",
    "data_request": "type status",
    "draft": "task asked",
    "driver": "vehicle",
    "eligibility_answer": "rule path status reasons confirmed_why status_before",
    "facility_change": "values source",
    "farewell": "senders",
    "handoff": "reason status",
    "identity_claim": "status",
    "inbox": "channel status",
    "invitation": "role villages districts facility vehicle invited_by",
    "jkn_record": "segment",
    "kept_month": "counts waits",  # numbers by village
    "loss": "kind status_before",
    "outbox": "channel kind key template status delivery lease_token last_error",
    "paper": "code",
    "person": "code sex phone_owner regency consent agreed messages broadcasts jkn_told",
    "pregnancy": "gpa status close_reason dated_by dated_from risks gpa_told",
    "programme_setting": "name value source",
    "record_change": "field by method",
    "referral": "facilities further asked status outcome",
    "reminder": "kind visit step text recipient key status reason answered",
    "ride": "purpose status reason cancelled_by",
    "ride_offer": "status",
    "sender": "channel stopped_for",
    "sender_notice": "channel code about detail",
    "message_template": "sentence status category",
    "shift": "weekdays made_by ended_by",
    "signature": "sentence digest source",
    "simulated_message": "phone channel direction content",  # a demonstration's own phones
    "staff": "unit duty facility",
    "staff_account": "password_hash",
    "target": "kind source",
    "visit": "kind status",
    "voucher": "status",
    "voucher_photo": "channel",
    "wording": "sentence text titles source",
}
LIFE = {
    "hpht",
    "hpl",
    "on",
    "about",
    "first_on",
    "last_on",
    "jkn_done_on",
    "valid_from",
    "checked_on",
    "inactive_since",
    "month",  # of figures
    "paid_on",  # a driver's costs
}
"""Days the plan must search by; none of them is a birth date of a mother."""
PERSONAL = ("name", "phone", "address", "nik", "family_card", "pin", "pickup", "guardian", "companion", "plate", "note")


def columns() -> dict[str, Any]:
    """All columns by table.column, but those of places."""
    return {
        f"{table.name}.{column.name}": column
        for table in Base.metadata.sorted_tables
        if table.name not in PLACES
        for column in table.columns
    }


def readable() -> list[str]:
    """Columns that hold words anybody with the file can read; keys of other tables and blind indexes are none."""
    return [
        name
        for name, column in columns().items()
        if isinstance(column.type, String | Text | JSON) and not column.foreign_keys and not name.endswith("_index")
    ]


def test_every_column_of_words_is_sealed_or_named_here() -> None:
    named = {f"{table}.{column}" for table, list_ in OPEN.items() for column in list_.split()}
    assert sorted(readable()) == sorted(named)


@pytest.mark.parametrize("name", PERSONAL)
def test_column_of_a_persons_value_is_sealed_wherever_it_stands(name: str) -> None:
    about_nobody = {"simulated_message.phone", "calendar_duty.name", "programme_setting.name"}
    found = {
        where: column for where, column in columns().items() if where.endswith(f".{name}") and where not in about_nobody
    }
    assert found
    assert not [where for where, column in found.items() if not _is_sealed(column)]


def _is_sealed(column: Any) -> bool:
    return isinstance(getattr(column.type, "impl", column.type), LargeBinary)


def test_no_birth_date_of_a_mother_stands_open() -> None:
    dates = {name for name, column in columns().items() if isinstance(column.type, Date)}
    assert {name.partition(".")[2] for name in dates} <= LIFE


def raw(database: Database) -> str:
    """Every value of every table as the file holds it, without opening anything."""
    found = MetaData()
    found.reflect(database.engine)
    with database.engine.connect() as connection:
        rows = [connection.execute(select(table)).all() for table in found.sorted_tables if table.name not in PLACES]
    return "\n".join(map(repr, rows))


def test_file_tells_nothing_without_the_key(database: Database) -> None:
    """One of everything is open; no name, number, address or word of hers can be read."""
    with database.write() as session:
        village = build(session)
        speaker = people.speaker(session, contact_of(village))
        talks.open_handoff(session, speaker, "talk_to_human", NOW, None)
        factories.inbox_message(session, speaker.contact, f"nama saya {NAME} nik {village.mother.nik}")
        secrets = [one for one in village.secrets() if one != CODE]
    shown = raw(database)
    assert not [secret for secret in secrets if secret in shown]
    assert "disuruh bayar" not in shown
    assert "perdarahan" not in shown


# ---------------------------------------------------------------- erased


@pytest.fixture(autouse=True)
def _conversations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No conversation of Rasa's is kept here."""
    monkeypatch.setattr(conversations, "_url", None)
    conversations.use(f"sqlite:///{tmp_path}/rasa.db")


def left(session: Session) -> list[str]:
    """Every value of every table, opened."""
    session.flush()
    session.expire_all()
    tables = [table for table in Base.metadata.sorted_tables if table.name not in {*PLACES, "civil_record"}]
    return [repr((table.name, *row)) for table in tables for row in session.execute(select(table))]


def erase(session: Session, mother: Any) -> None:
    """She asks, is told, and the last word falls due."""
    asked = factories.contact(session, HER)
    message = factories.inbox_message(session, asked, f"hapus data saya {NAME}")
    erasure.erase(session, mother, NOW, told=asked, inbox_id=message.id)
    messages.finish(session, message.id, {})
    erasure.say_farewell(session, NOW + timedelta(minutes=10))


def test_nothing_of_her_is_left_when_one_of_everything_was_open(session: Session) -> None:
    village = build(session)
    secrets = village.secrets()
    erase(session, village.mother)
    rows = left(session)
    assert not [(secret, row) for secret in secrets for row in rows if secret.lower() in row.lower()]
    assert not [row for row in rows if sealing.index("phone", HER) in row]


def written_of_her(session: Session, phone: str) -> None:
    """A helper got a message that names her, and has a talk with a note about her."""
    contact = factories.contact(session, phone)
    factories.outbox_message(session, contact, f"Bu {NAME} ({CODE}) belum periksa", kind="alert")
    talk = talks.open_handoff(session, people.speaker(session, contact), "dating", NOW, None)
    talk.note = f"{NAME} ({CODE}): HPHT berbeda"


def test_cadre_of_the_village_she_left_keeps_nothing(session: Session) -> None:
    village = build(session)
    before = factories.cadre(session)
    factories.cadre(session, factories.BANJAREJO)
    written_of_her(session, before.phone)
    speaker = factories.speaker_of(session, HER)
    changes.apply(session, speaker, village.mother, Change("address", factories.KETAWANG), NOW)
    changes.apply(session, speaker, village.mother, Change("address", factories.TLOGOWARU), NOW)
    later = factories.cadre(session, factories.KETAWANG)
    written_of_her(session, later.phone)
    erase(session, village.mother)
    rows = left(session)
    assert not [row for row in rows if "Wagiyem" in row or CODE in row]


def test_puskesmas_asked_to_receive_her_keeps_nothing(session: Session) -> None:
    village = build(session)
    elsewhere = factories.staff(session, factories.GONDANGLEGI, facility="Puskesmas Ketawang")
    facility = _facility(session, "Puskesmas Ketawang")
    factories.reachable(session, elsewhere)
    row = referrals.open_for(session, village.mother)
    assert row is not None
    referrals.name_facility(session, row, facility, NOW, None)
    written_of_her(session, elsewhere.phone)
    erase(session, village.mother)
    assert not [line for line in left(session) if "Wagiyem" in line]


def _facility(session: Session, name: str) -> str:
    return session.scalars(select(Facility.code).where(Facility.name == name)).one()


def test_driver_asked_from_the_next_village_keeps_nothing(session: Session) -> None:
    village = build(session)
    far = factories.driver(session, factories.BANJAREJO)
    factories.reachable(session, far)
    ride = rides.open_of(session, factories.speaker_of(session, HER), NOW)[0]
    ride.offers.append(RideOffer(driver_id=far.id, status="declined", at=NOW, until=NOW))
    session.flush()
    written_of_her(session, far.phone)
    erase(session, village.mother)
    assert not [line for line in left(session) if "Wagiyem" in line]


def test_her_own_words_for_a_goal_are_gone_with_her(session: Session) -> None:
    village = build(session)
    wish = Wish(
        NOW + timedelta(days=3), False, "other", factories.SUMBEROTO, village.mother.id,
        pickup=f"rumah {NAME}", destination=f"rumah ibunya {NAME}",
    )  # fmt: skip
    rides.order(session, contact_of(village), wish, NOW, None)
    erase(session, village.mother)
    assert not [line for line in left(session) if "Wagiyem" in line]


def test_broadcast_that_names_her_does_not_any_more(session: Session) -> None:
    village = build(session)
    officer = factories.staff(session, unit="dinkes")
    text_ = f"Selamat kepada Bu {NAME} yang rajin periksa"
    broadcasts.prepare(session, officer, officer.phone, Audience("mothers"), text_, NOW)
    erase(session, village.mother)
    assert not [line for line in left(session) if "Wagiyem" in line]


def test_others_keep_theirs(session: Session) -> None:
    village = build(session)
    other = factories.person(session, name="Tetangga Sebelah", phone="+6281200097711", nik=factories.make_nik())
    contact = factories.contact(session, other.phone)
    factories.outbox_message(session, contact, "Bu Tetangga, besok periksa", kind="reminder")
    erase(session, village.mother)
    kept = session.scalars(select(OutboxMessage.text).join(Contact).where(Contact.id == contact.id)).all()
    assert "Bu Tetangga, besok periksa" in kept
