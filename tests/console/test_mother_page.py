"""A mother's page: check-ups, entitlement, papers, and what happened."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from registry.messaging import messages
from registry.models import (
    Alert,
    AuditEntry,
    Contact,
    EligibilityAnswer,
    Paper,
    Person,
    RecordChange,
    Staff,
    Visit,
)
from tests import factories as make
from tests.conftest import NOW
from tests.console.conftest import Console
from tests.console.mother_forms import correct, every, one
from tests.console.people import add

TODAY = NOW.date()


def test_reported_visit_is_rejected_with_a_reason_and_the_plan_asks_again(console: Console) -> None:
    ids, browser = add(console), console.midwife()
    path = f"/ibu/{ids['person']}/kunjungan/{ids['visit']}/tolak"
    browser.get(f"/ibu/{ids['person']}")
    refused = browser.post(path)
    assert refused.status_code == 422
    assert "Pilih salah satu" in refused.text
    assert browser.post(path, {"why": "not_in_book"}).status_code == 303
    assert one(console, Visit, ids["visit"]) is None
    row = every(console, select(RecordChange))[0]
    assert (row.field, row.old, row.new, row.by) == ("visit_K1", str(TODAY - timedelta(days=90)), None, "staff")
    noted = every(console, select(AuditEntry).where(AuditEntry.action == "console_visit_rejected"))
    assert [entry.detail["why"] for entry in noted] == ["not_in_book"]
    assert browser.post(path, {"why": "typing"}).status_code == 404


def test_visit_the_midwife_did_herself_is_verified_with_its_place(console: Console) -> None:
    ids, browser = add(console), console.midwife()
    page = f"/ibu/{ids['person']}"
    browser.get(page)
    assert browser.post(f"{page}/kunjungan", {"kind": "K4", "on": str(TODAY), "place": "Polindes"}).status_code == 303
    rows = every(console, select(Visit).where(Visit.kind == "K4"))
    assert [(row.status, row.place, row.on) for row in rows] == [("verified", "Polindes", TODAY)]
    assert "di Polindes" in browser.get(page).text


@pytest.mark.parametrize(("form", "words"), [
    pytest.param({"kind": "K9", "on": "2026-11-01"}, "Pilih salah satu", id="visit that is none"),
    pytest.param({"kind": "K2", "on": ""}, "belum jelas", id="no day"),
    pytest.param({"kind": "K2", "on": "31-31-2026"}, "belum jelas", id="day that is none"),
    pytest.param({"kind": "K2", "on": "2027-01-01"}, "belum tiba", id="day to come"),
    pytest.param({"kind": "K2", "on": "2025-12-01"}, "sebelum kehamilan", id="before the pregnancy"),
    pytest.param({"kind": "KF1", "on": "2026-11-20"}, "sesudah kelahiran dicatat", id="after a birth that was not"),
    pytest.param({"kind": "K2", "on": "2026-11-01", "place": "x" * 90}, "Terlalu panjang", id="long place"),
])  # fmt: skip
def test_visit_that_cannot_have_been_is_refused_kindly(console: Console, form: dict[str, str], words: str) -> None:
    ids, browser = add(console), console.midwife()
    browser.get(f"/ibu/{ids['person']}")
    answer = browser.post(f"/ibu/{ids['person']}/kunjungan", {"place": "Polindes", **form})
    assert answer.status_code == 422
    assert words in answer.text
    assert f'value="{form.get("place", "Polindes")}"' in answer.text
    assert [row.kind for row in every(console, select(Visit))] == ["K1"]


# ---------------------------------------------------------------- entitlement and papers


def test_entitlement_is_confirmed_with_a_reason_by_somebody_and_taken_back(console: Console) -> None:
    ids, browser = add(console), console.midwife()
    page = f"/ibu/{ids['person']}"
    browser.get(page)
    path = f"{page}/hak/{ids['answer']}"
    assert browser.post(path).status_code == 422
    assert browser.post(path, {"why": "stars"}).status_code == 422
    assert browser.post(path, {"why": "letter", "note": "x" * 300}).status_code == 422
    assert browser.post(path, {"why": "letter", "note": "SK 12/2026"}).status_code == 303
    row = one(console, EligibilityAnswer, ids["answer"])
    officer = every(console, select(Staff))[0]
    assert (row.status, row.confirmed_why, row.confirmed_note, row.confirmed_by, row.confirmed_at) == (
        "confirmed", "letter", "SK 12/2026", officer.id, NOW,
    )  # fmt: skip
    text = browser.get(page).text
    assert "Ada surat dari Dinsos atau Dinkes" in text
    assert "oleh Ana Lestari" in text
    assert browser.post(f"{path}/batal").status_code == 303
    row = one(console, EligibilityAnswer, ids["answer"])
    assert (row.status, row.confirmed_by, row.confirmed_note) == ("likely", None, None)
    assert browser.post(f"{path}/batal").headers["location"].endswith("ditolak#hak")


def test_confirmation_stays_when_she_asks_again(console: Console) -> None:
    ids, browser = add(console), console.midwife()
    browser.get(f"/ibu/{ids['person']}")
    browser.post(f"/ibu/{ids['person']}/hak/{ids['answer']}", {"why": "papers_seen"})
    with console.database.write() as session:
        again = EligibilityAnswer(
            person_id=ids["person"], at=NOW + timedelta(hours=1), rule="R1", path="JKN_ACTIVE", status="likely",
            reasons=["jkn_active"],
        )  # fmt: skip
        session.add(again)
    text = browser.get(f"/ibu/{ids['person']}").text
    assert "Konfirmasi hak ini" not in text
    assert "JKN Ibu tercatat aktif" in text


def test_papers_are_those_of_her_way_to_pay_and_are_ticked(console: Console) -> None:
    ids, browser = add(console), console.midwife()
    page = f"/ibu/{ids['person']}"
    text = browser.get(page).text
    asked = re.findall(r'name="paper" value="(\w+)"', text)
    assert {"ktp", "kk"} <= set(asked)
    assert f"0 dari {len(asked)}" in text
    browser.post(f"{page}/berkas", {"paper": ["ktp", "kk", "crown"]})
    browser.get(page)
    browser.post(f"{page}/berkas", {"paper": ["ktp"]})
    assert [(row.code, row.at) for row in every(console, select(Paper))] == [("ktp", NOW)]
    rows = every(console, select(RecordChange).order_by(RecordChange.id))
    assert [(row.field, row.old, row.new) for row in rows] == [
        ("papers", None, "ktp, kk"),
        ("papers", "ktp, kk", "ktp"),
    ]
    assert f"1 dari {len(asked)}" in browser.get(page).text


# ---------------------------------------------------------------- what happened


def test_timeline_tells_everything_with_its_week(console: Console) -> None:
    ids, browser = add(console), console.midwife()
    correct(browser, ids, companion="Bu Ngatmi", risk=["twins"])
    browser.get(f"/ibu/{ids['person']}")
    browser.post(f"/ibu/{ids['person']}/hak/{ids['answer']}", {"why": "papers_seen"})
    browser.get(f"/ibu/{ids['person']}")
    browser.post(f"/ibu/{ids['person']}/berkas", {"paper": ["ktp"]})
    text = browser.get(f"/ibu/{ids['person']}").text
    told = text[text.index("Yang terjadi") :]
    for words in (
        "minggu 27", "didaftarkan", "K1", "Tanya hak layanan", "dikonfirmasi", "Tanda bahaya", "Pendamping",
        "Bu Ngatmi", "hamil kembar", "Berkas", "KTP", "Siti Aminah",
    ):  # fmt: skip
        assert words in told, words


@pytest.mark.parametrize("who", ["another mother", "a cadre"])
def test_talks_of_others_on_her_phone_are_not_told(console: Console, who: str) -> None:
    ids = add(console)
    with console.database.write() as session:
        mother = session.get_one(Person, ids["person"])
        make.inbox_message(session, make.contact(session, mother.phone), "rahasia tetangga")
        if who == "a cadre":
            make.cadre(session, phone=mother.phone)
        else:
            make.person(session, name="Tetangga", phone=mother.phone)
    text = console.midwife().get(f"/ibu/{ids['person']}").text
    assert "rahasia tetangga" not in text
    assert "dipakai juga oleh orang lain" in text


def test_alert_shows_no_number_of_ours(console: Console) -> None:
    ids = add(console)
    with console.database.write() as session:
        about = {"person_id": ids["person"], "signs": [], "village_code": make.SUMBEROTO, "at": NOW}
        session.add_all(
            [Alert(kind="no_driver", about="ride:3", **about), Alert(kind="labour", about="said:7", **about)]
        )
    shown = console.midwife().get(f"/ibu/{ids['person']}").text
    assert shown.count("Belum ada mobil") == 2
    assert "ride:3" not in shown
    assert "said:7" not in shown


def test_message_is_stressed_as_on_her_phone_and_never_markup(console: Console) -> None:
    ids = add(console)
    with console.database.write() as session:
        contact = session.scalars(
            select(Contact).where(Contact.phone_index == session.get_one(Person, ids["person"]).phone_index)
        ).one()
        words = messages.Draft("Telepon *119*. <b>*<i>x</i>*</b>")
        messages.queue(session, contact, words, kind="reply", priority=messages.ANSWER, now=NOW)
    shown = console.midwife().get(f"/ibu/{ids['person']}").text
    assert "Telepon <b>119</b>. &lt;b&gt;<b>&lt;i&gt;x&lt;/i&gt;</b>&lt;/b&gt;" in shown
