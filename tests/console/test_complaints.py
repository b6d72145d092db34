"""Complaints in the console: Dinkes alone reads them, whoever complains stays unnamed and gets the answer."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from registry.models import AuditEntry, Complaint, OutboxMessage, Staff
from tests import factories
from tests.conftest import NOW
from tests.console.conftest import OFFICER_OF_DINKES, Console

SAID = "Diminta bayar <b>dua juta</b> waktu melahirkan."


@pytest.fixture
def told(console: Console) -> Console:
    """One complaint of a mother who can be reached."""
    with console.database.write() as session:
        mother = factories.person(session, name="Bu Penanya")
        contact = factories.contact(session, mother.phone)
        session.add(
            Complaint(
                number="K-2026-000001",
                contact_id=contact.id,
                person_id=mother.id,
                phone=mother.phone,
                amount=2_000_000,
                category="illegal_fee",
                facility="RS Contoh",
                entitled="JKN_ACTIVE",
                text=SAID,
                routed_to="dinkes",
                told_in=[],
                at=NOW,
            )
        )
    return console


def test_list_and_complaint_are_drawn_without_who_said_it(told: Console) -> None:
    browser = told.dinkes()
    listed, shown = browser.get("/keluhan").text, browser.get("/keluhan/1").text
    assert "K-2026-000001" in listed
    assert "Rp 2.000.000" in shown
    assert "JKN aktif" in shown
    assert "&lt;b&gt;dua juta" in shown
    for page in (listed, shown):
        assert "Bu Penanya" not in page
        assert "+62812000" not in page


@pytest.mark.parametrize("address", ["/keluhan", "/keluhan/1"])
def test_puskesmas_finds_no_complaint(told: Console, address: str) -> None:
    browser = told.midwife()
    assert browser.get(address).status_code == 404
    assert "keluhan" not in browser.get("/angka").text


def test_puskesmas_cannot_answer(told: Console) -> None:
    browser = told.midwife()
    browser.get("/angka")
    assert browser.post("/keluhan/1/jawab", {"answer": "ya"}).status_code == 404


def test_officer_of_the_facility_complained_of_finds_nothing(told: Console) -> None:
    browser = told.dinkes()
    with told.database.write() as session:
        session.scalars(select(Staff)).one().facility = "RS contoh"
    assert browser.get("/keluhan/1").status_code == 404
    assert "K-2026-000001" not in browser.get("/keluhan").text


def test_answer_reaches_her(told: Console) -> None:
    browser = told.dinkes()
    browser.get("/keluhan/1")
    answer = browser.post("/keluhan/1/jawab", {"answer": "Uangnya dikembalikan."})
    assert answer.headers["location"] == "/console/keluhan/1?pesan=keluhan_dijawab"
    with told.database.read() as session:
        message = session.scalars(select(OutboxMessage)).one()
        assert "«Uangnya dikembalikan.»" in message.text
        assert session.scalars(select(Complaint)).one().status == "answered"
        by_whom = {
            entry.action: entry.detail
            for entry in session.scalars(select(AuditEntry))
            if entry.subject == "complaint:1"
        }
    assert str((by_whom["complaint_act"] or {})["by"]).startswith("staff:")
    assert "Dijawab petugas" in browser.get("/keluhan/1").text


def test_empty_answer_is_asked_for_again(told: Console) -> None:
    browser = told.dinkes()
    browser.get("/keluhan/1")
    answer = browser.post("/keluhan/1/jawab", {"answer": "  "})
    assert (answer.status_code, "Tulis dulu isinya" in answer.text) == (400, True)


def test_closed_complaint_takes_no_answer(told: Console) -> None:
    browser = told.dinkes()
    with told.database.write() as session:
        session.scalars(select(Complaint)).one().status = "closed"
    browser.get("/keluhan/1")
    assert browser.post("/keluhan/1/jawab", {"answer": "x"}, token=None).headers["location"].endswith("pesan=ditolak")


def test_answer_of_another_site_is_not_sent(told: Console) -> None:
    browser = told.dinkes()
    assert browser.post("/keluhan/1/jawab", {"answer": "x"}, token="no").status_code == 403


@pytest.mark.parametrize(("state", "listed"), [("open", True), ("answered", False), ("", True)])
def test_list_is_sifted_by_state(told: Console, state: str, listed: bool) -> None:
    page = told.dinkes().get(f"/keluhan?keadaan={state}").text
    assert ("K-2026-000001" in page) is listed


def test_unknown_state_is_not_found(told: Console) -> None:
    assert told.dinkes(OFFICER_OF_DINKES).get("/keluhan?keadaan=lost").status_code == 404


def test_looking_is_on_record(told: Console) -> None:
    told.dinkes().get("/keluhan/1")
    with told.database.read() as session:
        assert (
            session.scalars(select(AuditEntry).where(AuditEntry.subject == "complaint:1")).one().action == "record_seen"
        )
