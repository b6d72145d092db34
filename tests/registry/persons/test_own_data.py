"""What a mother is shown of her data: everything she may read, in words, and nothing whole that is a number of hers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Complaint, Consent, DataRequest, Person, Visit
from registry.outside import records
from registry.persons import own_data
from tests import factories
from tests.conftest import NOW


def lines(session: Session, mother: Person) -> str:
    text = own_data.shown(session, mother, NOW).text
    assert "None" not in text
    assert "{" not in text
    assert str(mother.nik) not in text
    return text


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({"nik": None}, "NIK: belum ada"),
        ({"jkn_told": "pbi"}, "BPJS menurut Ibu: KIS gratis"),
        ({"companion": "Pak Slamet"}, "Pendamping: Pak Slamet"),
        ({"consent": "pending"}, "Izin: menunggu jawaban Ibu"),
        ({"consent": "given", "agreed": ["chat"]}, "Boleh dilihat oleh: tidak dibagikan"),
        ({"consent": "given", "agreed": ["chat"]}, "Pengingat: mati"),
        ({"agreed": ["chat", "reminders"], "reminder_hour": 16}, "Pengingat: menyala, sekitar jam 16"),
        ({"messages": "stopped"}, "Pengingat: mati"),
        ({"registered_by": "+6281200000123"}, "Didaftarkan oleh: kader atau bidan"),
        ({"registered_by": None}, "Didaftarkan oleh: Ibu sendiri"),
        ({"village_code": None, "village_name": "Wlingi"}, "Alamat: Wlingi"),
        ({"phone": "+6281200000124"}, "Nomor HP: 081200000124"),
    ],
)  # fmt: skip
def test_each_fact_has_its_line(session: Session, values: dict[str, object], line: str) -> None:
    assert line in lines(session, factories.person(session, **values))


def test_course_and_visits_are_told(session: Session) -> None:
    mother = factories.person(session)
    pregnancy = factories.pregnancy(session, mother)
    session.add(Visit(pregnancy_id=pregnancy.id, kind="K1", on=NOW.date() - timedelta(days=60), status="reported"))
    session.add(Consent(person_id=mother.id, status="given", by="mother", at=NOW, channel="whatsapp", text_version="1"))
    session.flush()
    text = lines(session, mother)
    for part in ("27 minggu", "G2P1A0", "K1 22 September 2026", "sudah diberi, 21 November 2026"):
        assert part in text


def test_weeks_are_not_counted_after_the_pregnancy(session: Session) -> None:
    mother = factories.person(session)
    factories.pregnancy(session, mother, status="loss")
    assert "minggu" not in lines(session, mother)


def test_card_for_helpers_is_shown_to_hers_alone(session: Session) -> None:
    mother = factories.person(session, code="M-4F7Q")
    factories.pregnancy(session, mother)
    inside, outside = factories.cadre(session), factories.cadre(session, factories.KETAWANG)
    card = own_data.card_lines(session, factories.speaker_of(session, inside.phone), mother, NOW)
    assert card is not None
    assert "Siti Aminah, M-4F7Q" in card.text
    assert str(mother.nik) not in card.text
    assert own_data.card_lines(session, factories.speaker_of(session, outside.phone), mother, NOW) is None


def test_request_is_noted_without_saying_whose(session: Session) -> None:
    own_data.note_request(session, "show", NOW)
    row = session.scalars(select(DataRequest)).one()
    assert (row.type, row.status, row.at, row.done_at) == ("show", "done", NOW, NOW)
    assert [set(one) for one in records.read(session, "data_request", {})] == [{"type", "status", "at"}]


def test_who_left_out_sharing_can_turn_it_on_later(session: Session) -> None:
    mother = factories.person(session, agreed=["chat", "reminders"])
    assert own_data.shown(session, mother, NOW).buttons == (
        ("Boleh dilihat bidan", f"/press:consent_share_yes:{mother.id}"),
    )  # fmt: skip
    mother.agreed = ["chat", "reminders", "sharing"]
    assert own_data.shown(session, mother, NOW).buttons == ()


def test_complaints_of_hers_are_told_with_how_they_stand(session: Session) -> None:
    mother = factories.person(session)
    contact = factories.contact(session, mother.phone)
    session.add(
        Complaint(
            number="K-2026-000009", contact_id=contact.id, person_id=mother.id, phone=mother.phone,
            category="illegal_fee", text="-", told_in=[], routed_to="dinkes", identity_protected=True, status="open",
            waiting_since=NOW, at=NOW,
        )
    )  # fmt: skip
    session.flush()
    assert "Keluhan: K-2026-000009 (diminta membayar, menunggu jawaban)" in lines(session, mother)
