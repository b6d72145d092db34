"""Erasing: no table keeps a trace of her, others keep theirs, and the last word still reaches her."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, select, text, update
from sqlalchemy.orm import Session

from registry import drafts, texts
from registry.db import Base
from registry.messaging import conversations, messages
from registry.models import (
    Alert,
    AlertRecipient,
    Birth,
    BirthPlan,
    Broadcast,
    BroadcastRecipient,
    ChosenDay,
    CivilRecord,
    CompanionRequest,
    Complaint,
    Consent,
    Contact,
    EligibilityAnswer,
    Farewell,
    Handoff,
    IdentityClaim,
    InboxMessage,
    JknRecord,
    Loss,
    OutboxMessage,
    Person,
    Pregnancy,
    RecordChange,
    Referral,
    Reminder,
    Ride,
    Visit,
    WelfareRecord,
)
from registry.persons import erasure, people, traces
from tests import factories
from tests.conftest import NOW

NIK = "3507014503989077"
PHONE = "+6281200007701"
NAME = "Wagiyem Kusumaningtyas"
SIGNS = (NIK, PHONE, PHONE.removeprefix("+62"), "0812-0000-7701", "wagiyem", "kusumaningtyas", "m-7w9k", "pager biru")
OUTSIDE = {model.__tablename__ for model in (CivilRecord, JknRecord, WelfareRecord)}  # other offices' own


def everything(session: Session) -> Iterator[tuple[str, str]]:
    """Every value of every table as text, opened; outside registers and the simulated phones are not ours to erase."""
    session.flush()
    for table in Base.metadata.sorted_tables:
        if table.name in OUTSIDE | {"simulated_message"}:
            continue
        for row in session.execute(select(table)):
            yield table.name, str(tuple(row)).casefold()


def tables_that_know(session: Session, *signs: str) -> set[str]:
    return {name for name, values in everything(session) if any(sign in values for sign in signs)}


def mother_with_everything(session: Session) -> tuple[Person, Contact]:
    """A row of hers in every table that may hold one."""
    mother = factories.person(
        session, nik=NIK, phone=PHONE, name=NAME, code="M-7W9K", address="Rumah pager biru", companion="Pak Wagiman",
    )  # fmt: skip
    mother.family_card = "3507011234567890"
    cadre, midwife, driver = factories.cadre(session), factories.staff(session), factories.driver(session)
    factories.reachable(session, cadre, midwife, driver)
    contact = factories.contact(session, PHONE, speaks_for=mother.id, last_wrote_at=NOW)
    factories.contact(session, PHONE, channel="telegram")
    pregnancy = factories.pregnancy(session, mother, cadre_id=cadre.id)
    inbox = factories.inbox_message(session, contact, f"nik saya {NIK}, nama {NAME}")
    inbox.trace = {"entities": [{"value": NAME}]}
    factories.outbox_message(session, contact, f"Halo Bu {NAME}", inbox_id=inbox.id)
    alert = Alert(
        kind="danger_sign", contact_id=contact.id, person_id=mother.id, phone=PHONE, signs=["bleeding"],
        village_code=mother.village_code, companion="Pak Wagiman", at=NOW,
    )  # fmt: skip
    alert.recipients.append(AlertRecipient(phone=midwife.phone, phone_index=midwife.phone_index, role="midwife"))
    session.add(alert)
    session.flush()
    ride = Ride(
        contact_id=contact.id, person_id=mother.id, purpose="visit", at=NOW + timedelta(days=1), pickup="pager biru",
        asked_at=NOW, status="done",
    )  # fmt: skip
    urgent = Ride(
        contact_id=contact.id, person_id=mother.id, alert_id=alert.id, purpose="emergency", urgent=True, at=NOW,
        pickup=f"rumah {NAME}, dekat masjid", asked_at=NOW, status="confirmed", driver_id=driver.id,
    )  # fmt: skip
    to_cadre = people.contact_for_phone(session, cadre.phone)
    assert to_cadre is not None
    factories.outbox_message(session, to_cadre, f"TANDA BAHAYA Ibu: {NAME}, 0812-0000-7701", priority=messages.DANGER)
    sent = factories.outbox_message(session, to_cadre, "Bu Wagiyem (M-7W9K) periksa besok", kind="reminder")
    factories.inbox_message(session, to_cadre, "bu wagiyem sdh K4 td di pkm").trace = {"entities": ["wagiyem"]}
    drafts.keep(session, contact, "registration", "nik", {"told": {"name": NAME}}, NOW, inbox.id)
    drafts.keep(session, to_cadre, "visit", "which", {"names": [NAME]}, NOW, None)
    session.add_all([ride, urgent])
    session.flush()
    add_rows_about(session, mother, pregnancy, contact, to_cadre, sent)
    session.add(Referral(person_id=mother.id, alert_id=alert.id, contact_id=to_cadre.id, reason=f"{NAME} perdarahan",
                         status="asked", facilities=[], further=[], asked=[], at=NOW))  # fmt: skip
    session.flush()
    return mother, contact


def add_rows_about(
    session: Session, mother: Person, pregnancy: Pregnancy, contact: Contact, to_cadre: Contact, sent: OutboxMessage
) -> None:
    """What hangs on her, her pregnancy and her address."""
    broadcast = Broadcast(by="+6281200000021", audience={}, text="Kelas ibu hamil", status="done", due_at=NOW, at=NOW)
    session.add(broadcast)
    session.flush()
    session.add_all([
        Consent(person_id=mother.id, status="given", by="mother", at=NOW, channel="whatsapp", text_version="1"),
        RecordChange(person_id=mother.id, pregnancy_id=pregnancy.id, field="name", old="Wagiyem", new=NAME,
                     by="mother", contact_id=contact.id, at=NOW),
        IdentityClaim(contact_id=to_cadre.id, nik=NIK, nik_index=mother.nik_index, status="seen", at=NOW),
        IdentityClaim(contact_id=contact.id, nik=NIK, nik_index=mother.nik_index, status="proved", at=NOW),
        EligibilityAnswer(contact_id=to_cadre.id, person_id=mother.id, nik=NIK, nik_index=mother.nik_index,
                          phone=PHONE, at=NOW, rule="x", path="UNKNOWN", status="unknown", reasons=[]),
        EligibilityAnswer(contact_id=contact.id, nik=NIK, nik_index=mother.nik_index, phone=PHONE, at=NOW, rule="x",
                          path="UNKNOWN", status="unknown", reasons=[]),
        Handoff(contact_id=contact.id, reason="other", at=NOW, note=f"{NAME} minta ditelepon"),
        Complaint(number="K-2026-000009", contact_id=contact.id, person_id=mother.id, phone=PHONE,
                  category="illegal_fee", text=f"saya {NAME} dimintai 500rb", routed_to="dinkes", at=NOW),
        CompanionRequest(contact_id=contact.id, person_id=mother.id, at=NOW),
        Visit(pregnancy_id=pregnancy.id, kind="K1", on=NOW.date(), status="reported", reporter=PHONE),
        ChosenDay(pregnancy_id=pregnancy.id, kind="K2", on=NOW.date(), at=NOW),
        Birth(pregnancy_id=pregnancy.id, on=NOW.date(), reported_at=NOW),
        Loss(pregnancy_id=pregnancy.id, kind="unknown", status_before="active", at=NOW, undone_at=NOW),
        BirthPlan(pregnancy_id=pregnancy.id, companion="Pak Wagiman", pickup="pager biru", at=NOW),
        Reminder(pregnancy_id=pregnancy.id, kind="anc", visit="K2", about=NOW.date(), last_on=NOW.date(),
                 text="x", recipient="cadre", key="k", due_at=NOW, sent_to=PHONE, outbox_id=sent.id, status="sent"),
        BroadcastRecipient(broadcast_id=broadcast.id, contact_id=contact.id),
    ])  # fmt: skip
    session.flush()


def test_no_table_knows_her_when_she_was_erased_by_command(session: Session) -> None:
    mother, _ = mother_with_everything(session)
    assert len(tables_that_know(session, *SIGNS)) > 12, "the test must have something to find"

    erasure.erase(session, mother, NOW)

    assert tables_that_know(session, *SIGNS, "pak wagiman", "3507011234567890") == set()
    assert erasure.find(session, phone=PHONE) == []


def test_running_emergency_goes_on_without_her_name(session: Session) -> None:
    mother, _ = mother_with_everything(session)
    erasure.erase(session, mother, NOW)
    alert = session.scalars(select(Alert)).one()
    assert (alert.status, alert.person_id, alert.phone, alert.signs) == ("open", None, None, ["bleeding"])
    assert [recipient.role for recipient in alert.recipients] == ["midwife"]
    queued = session.scalars(select(OutboxMessage).where(OutboxMessage.priority == messages.DANGER)).one()
    assert "TANDA BAHAYA" in queued.text
    urgent = session.scalars(select(Ride).where(Ride.urgent)).one()
    assert urgent.status == "confirmed"
    assert "dekat masjid" in str(urgent.pickup)
    complaint = session.scalars(select(Complaint)).one()
    assert (complaint.status, complaint.category, complaint.text) == ("open", "illegal_fee", "(dihapus)")


def test_last_word_reaches_her_and_then_her_address_goes(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path}/talks.db"
    mother, contact = mother_with_everything(session)
    uid, asked = contact.uid, factories.inbox_message(session, contact, "hapus")
    monkeypatch.setattr(conversations, "_url", url)
    with create_engine(url).begin() as connection:
        connection.execute(text("CREATE TABLE conversation (sender VARCHAR, tracker BLOB, updated_at FLOAT)"))
        connection.execute(text("INSERT INTO conversation VALUES (:one, 'x', 0), ('other', 'x', 0)"), {"one": uid})

    erasure.erase(session, mother, NOW, told=contact, inbox_id=asked.id)
    assert tables_that_know(session, *SIGNS) == {"contact"}, "only the address that the confirmation needs"
    factories.outbox_message(session, contact, "sudah dihapus", inbox_id=asked.id)
    assert erasure.next_farewell(session, NOW) == NOW + erasure.LAST_WORD

    later = NOW + erasure.LAST_WORD
    assert erasure.say_farewell(session, later) == 1
    assert session.scalars(select(Farewell)).one().due_at == later + erasure.LAST_WORD, "it waits until it is sent"
    session.execute(update(OutboxMessage).values(status="sent"))
    messages.finish(session, asked.id, {"intent": "affirm"})

    assert erasure.say_farewell(session, later + erasure.LAST_WORD) == 1
    assert tables_that_know(session, *SIGNS) == set()
    assert session.scalar(select(Contact).where(Contact.id == contact.id)) is None
    assert erasure.say_farewell(session, later + timedelta(days=1)) == 0
    with create_engine(url).connect() as connection:
        assert list(connection.execute(text("SELECT sender FROM conversation")).scalars()) == ["other"]


def test_she_is_a_stranger_at_once_when_she_writes_again(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "forget_all_of", lambda _senders: None)
    mother, contact = mother_with_everything(session)
    before, asked = contact.uid, factories.inbox_message(session, contact, "hapus")
    erasure.erase(session, mother, NOW, told=contact, inbox_id=asked.id)
    assert contact.uid != before
    assert people.speaker(session, contact).role == "stranger"
    messages.finish(session, asked.id, {})
    again = factories.inbox_message(session, contact, "halo")
    erasure.say_farewell(session, NOW + erasure.LAST_WORD)
    assert session.get(InboxMessage, again.id) is not None
    assert session.get(InboxMessage, asked.id) is None


def test_address_that_said_stop_is_kept_bare(session: Session) -> None:
    mother = factories.person(session, phone=PHONE, messages="stopped")
    contact = factories.contact(session, PHONE, stopped_at=NOW)
    erasure.erase(session, mother, NOW)
    assert (contact.phone, contact.phone_index, contact.stopped_at) == (None, None, NOW)
    again = people.keep_contact(session, "whatsapp", PHONE, PHONE, NOW)
    assert (again.id, again.stopped_at) == (contact.id, NOW)


def test_second_mother_on_the_phone_keeps_hers(session: Session) -> None:
    mother, contact = mother_with_everything(session)
    other = factories.person(session, name="Sulastri Dewi", phone=PHONE, registered_by=PHONE)
    theirs = factories.pregnancy(session, other)
    factories.outbox_message(session, contact, "Bu Sulastri periksa besok", kind="reminder")
    erasure.erase(session, mother, NOW)
    assert [person.id for person in people.persons_on(session, contact)] == [other.id]
    assert session.get(type(theirs), theirs.id) is not None
    left = session.scalars(select(OutboxMessage).where(OutboxMessage.contact_id == contact.id)).all()
    assert [row.text for row in left if "Sulastri" in row.text] == ["Bu Sulastri periksa besok"]
    assert tables_that_know(session, NIK, "wagiyem", "m-7w9k") == set()


def test_cadre_who_is_a_mother_too_stays_a_cadre(session: Session) -> None:
    cadre = factories.cadre(session)
    mother = factories.person(session, phone=cadre.phone)
    contact = factories.contact(session, cadre.phone)
    erasure.erase(session, mother, NOW)
    assert people.speaker(session, contact).role == "cadre"
    assert people.speaker(session, contact).person is None


def test_words_of_a_stranger_are_erased_too(session: Session) -> None:
    contact = factories.contact(session, PHONE)
    asked = factories.inbox_message(session, contact, "hapus")
    factories.inbox_message(session, contact, f"nik saya {NIK}")
    session.add(IdentityClaim(contact_id=contact.id, nik=NIK, nik_index="x", status="unknown", at=NOW))
    erasure.erase(session, None, NOW, told=contact, inbox_id=asked.id)
    assert tables_that_know(session, NIK) == set()


def test_who_said_no_is_found_by_her_number(session: Session) -> None:
    person = factories.person(session, phone=PHONE, registered=False, consent="refused")
    contact = factories.contact(session, PHONE)
    assert erasure.unregistered_on(session, contact) is person
    erasure.erase(session, person, NOW)
    assert tables_that_know(session, PHONE) == set()


@pytest.mark.parametrize(
    ("written", "hidden"),
    [
        ("Ibu Wagiyem Kusumaningtyas sakit", "Ibu (dihapus) sakit"),
        ("bu wagiyem sdh K4", "bu (dihapus) sdh K4"),
        ("nik 3507 0145 0398 9077", "nik (dihapus)"),
        ("telp 0812-0000-7701 ya", "telp (dihapus) ya"),
        ("telp 6281200007701", "telp (dihapus)"),
        ("bu rina sdh K4", "bu rina sdh K4"),
        ("081200007702", "081200007702"),
    ],
    ids=["whole name", "first name", "spaced nik", "dashed phone", "62", "another mother", "another phone"],
)
def test_her_signs_are_taken_out_of_a_text(session: Session, written: str, hidden: str) -> None:
    mother = factories.person(session, nik=NIK, phone=PHONE, name=NAME)
    found = traces.of(session, mother, (PHONE,))
    assert found.out_of(written) == hidden
    assert found.are_in({"a": [written]}) is (written != hidden)


def test_name_that_a_neighbour_shares_is_left_in_texts(session: Session) -> None:
    mother = factories.person(session, name="Siti Kusumaningtyas")
    factories.person(session, name="Siti Rahayu")
    assert traces.of(session, mother, ()).out_of("bu siti sakit") == "bu siti sakit"
    assert traces.of(session, mother, ()).out_of("Siti Kusumaningtyas") == texts.phrase("phrase_erased")


def test_nobody_is_found_where_nobody_is(session: Session) -> None:
    empty: Any = traces.Traces(None)
    assert (empty.are_in("x"), empty.out_of("x")) == (False, "x")
    assert erasure.find(session, code="M-0000") == []


def test_number_of_an_erased_mother_is_never_given_again(session: Session) -> None:
    """An old button, or a card on an old phone, would mean somebody else."""
    mother = factories.person(session)
    pregnancy, contact = factories.pregnancy(session, mother), factories.contact(session, mother.phone)
    old = (mother.id, pregnancy.id, contact.id)
    erasure.erase(session, mother, NOW)
    other = factories.person(session)
    new = (other.id, factories.pregnancy(session, other).id, factories.contact(session).id)
    assert all(after > before for after, before in zip(new, old, strict=True))
