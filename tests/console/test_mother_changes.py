"""A mother's record put right: every field, every refusal, and that nothing typed is lost."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from registry.messaging import messages
from registry.messaging.messages import Draft
from registry.models import (
    Alert,
    AuditEntry,
    OutboxMessage,
    Person,
    Pregnancy,
    RecordChange,
    Reminder,
)
from registry.persons import changes
from registry.persons.people import Speaker
from tests import factories as make
from tests.conftest import NOW
from tests.console.conftest import MIDWIFE, Console
from tests.console.mother_forms import SEEN, correct, every, one, standing
from tests.console.people import add
from tests.factories import BANJAREJO, KETAWANG

TODAY = NOW.date()


@pytest.mark.parametrize(("typed", "field", "new"), [
    pytest.param({"name": "Siti Aminah Dewi"}, "name", "Siti Aminah Dewi", id="name"),
    pytest.param({"born_on": "1997-04-02"}, "born_on", "1997-04-02", id="birth date"),
    pytest.param({"born_on": "2-4-1997"}, "born_on", "1997-04-02", id="birth date without a calendar"),
    pytest.param({"village": BANJAREJO}, "address", BANJAREJO, id="village"),
    pytest.param({"house": "RT 3 RW 1, dekat musala"}, "house", "RT 3 RW 1, dekat musala", id="house"),
    pytest.param({"phone": "0812 0008 8801"}, "phone", "+6281200088801", id="phone"),
    pytest.param({"phone": ""}, "phone", None, id="no phone"),
    pytest.param({"companion": "Pak Slamet 0812 3456 7890"}, "companion", "Pak Slamet 0812 3456 7890", id="companion"),
    pytest.param({"jkn": "pbi"}, "jkn_told", "pbi", id="JKN as told"),
    pytest.param({"gravida": "3", "para": "1", "abortus": "1"}, "gpa", "G3P1A1", id="GPA"),
    pytest.param({"gravida": "", "para": "", "abortus": ""}, "gpa", None, id="GPA taken away"),
    pytest.param({"risk": ["twins", "anaemia"]}, "risks", "twins, anaemia", id="risks"),
    pytest.param({"risk": ["twins", "anything"]}, "risks", "twins", id="only known risks"),
    pytest.param({"how": "lmp", "day": "2026-06-01"}, "hpht", "2026-06-01", id="first day"),
    pytest.param({"how": "hpl", "day": "2027-03-08"}, "hpl", "2027-03-08", id="due date"),
    pytest.param({"how": "weeks", "weeks": "20", "days": "3"}, "hpht", str(TODAY - timedelta(143)), id="weeks"),
])  # fmt: skip
def test_field_is_put_right_once_old_and_new_were_seen(
    console: Console, typed: dict[str, Any], field: str, new: str | None
) -> None:
    ids = add(console)
    status, where = correct(console.midwife(), ids, **typed)
    assert (status, where) == (303, f"/console/ibu/{ids['person']}?pesan=dibetulkan")
    rows = every(console, select(RecordChange).where(RecordChange.field == field))
    assert [(row.new, row.by, row.person_id) for row in rows] == [(new, "staff", ids["person"])]
    actions = every(console, select(AuditEntry.action).where(AuditEntry.subject == f"person:{ids['person']}"))
    assert {"record_changed", "console_record_corrected"} <= set(actions)


def test_nothing_is_kept_before_it_was_seen(console: Console) -> None:
    ids, browser = add(console), console.midwife()
    path = f"/ibu/{ids['person']}/ubah"
    form = {**standing(browser, ids), "name": "Rina Wati"}
    shown = browser.post(path, {**form, "step": "check"})
    assert "<del>Siti Aminah</del>" in shown.text
    assert "<ins>Rina Wati</ins>" in shown.text
    assert browser.post(path, {**form, "step": "keep"}).status_code == 200
    assert browser.post(path, {**form, "step": "keep", "seen": "0" * 24}).status_code == 200
    assert one(console, Person, ids["person"]).name == "Siti Aminah"


def test_record_that_changed_meanwhile_is_shown_again(console: Console) -> None:
    ids, browser = add(console), console.midwife()
    path = f"/ibu/{ids['person']}/ubah"
    form = {**standing(browser, ids), "companion": "Pak Slamet", "step": "check"}
    seen = SEEN.search(browser.post(path, form).text)
    assert seen is not None
    with console.database.write() as session:
        session.get_one(Person, ids["person"]).companion = "Bu Ngatmi"
    again = browser.post(path, {**form, "step": "keep", "seen": seen[1]})
    assert "Bu Ngatmi" in again.text
    assert "berubah sementara" in again.text
    assert one(console, Person, ids["person"]).companion == "Bu Ngatmi"


def test_way_back_keeps_what_was_typed(console: Console) -> None:
    ids, browser = add(console), console.midwife()
    form = {**standing(browser, ids), "name": "Rina Wati", "risk": ["kek"], "step": "back"}
    text = browser.post(f"/ibu/{ids['person']}/ubah", form).text
    assert 'value="Rina Wati"' in text
    assert re.search(r'value="kek" checked', text)


def test_dates_move_the_plan_and_say_whose_word_and_by_what(console: Console) -> None:
    ids = add(console)
    before = {row.key for row in every(console, select(Reminder).where(Reminder.status == "planned"))}
    correct(console.midwife(), ids, how="usg_hpl", day="2027-04-10", source="mother")
    row = one(console, Pregnancy, ids["pregnancy"])
    assert (row.hpl, row.dated_by, row.dated_from) == (date(2027, 4, 10), "ultrasound", "mother")
    after = every(console, select(Reminder).where(Reminder.status == "planned"))
    assert {row.key for row in after} != before
    assert {row.method for row in every(console, select(RecordChange))} == {"ultrasound"}


def test_weaker_dating_is_kept_only_when_the_officer_has_weighed_both(console: Console) -> None:
    ids, browser = add(console), console.midwife()
    with console.database.write() as session:
        row = session.get_one(Pregnancy, ids["pregnancy"])
        row.dated_by, row.dated_from = "lmp", "staff"
    status, text = correct(browser, ids, how="weeks", weeks="20", source="mother")
    assert status == 200
    assert "Centang dulu" in text
    assert one(console, Pregnancy, ids["pregnancy"]).dated_by == "lmp"
    status, _ = correct(browser, ids, how="weeks", weeks="20", source="mother", weighed="1")
    assert status == 303
    assert one(console, Pregnancy, ids["pregnancy"]).dated_by == "weeks"


def test_only_staff_may_weigh(console: Console) -> None:
    ids = add(console)
    with console.database.write() as session:
        row = session.get_one(Pregnancy, ids["pregnancy"])
        row.dated_by, row.dated_from = "lmp", "staff"
        mother = session.get_one(Person, ids["person"])
        speaker = Speaker(make.contact(session, mother.phone), "mother", person=mother)
        change = changes.Change("weeks", str(TODAY - timedelta(140)), weighed=True)
        assert changes.judge(session, speaker, mother, change, NOW) == "weaker"


@pytest.mark.parametrize(("typed", "words"), [
    pytest.param({"name": ""}, "Nama jangan dikosongkan", id="no name"),
    pytest.param({"name": "4dm1n"}, "dengan huruf saja", id="name with figures"),
    pytest.param({"name": "x" * 200}, "dengan huruf saja", id="name too long"),
    pytest.param({"born_on": "kapan-kapan"}, "belum jelas", id="birth date that is none"),
    pytest.param({"born_on": "2020-01-01"}, "di luar 10 sampai 60", id="mother of six years"),
    pytest.param({"phone": "12345"}, "Nomornya belum jelas", id="number that is none"),
    pytest.param({"phone": MIDWIFE}, "dipakai kader, bidan, atau sopir", id="number of a midwife"),
    pytest.param({"village": "99.99"}, "Pilih salah satu", id="village that is none"),
    pytest.param({"village": ""}, "Pilih desanya", id="no village"),
    pytest.param({"companion": "x" * 300}, "Terlalu panjang", id="companion too long"),
    pytest.param({"jkn": "emas"}, "Pilih salah satu", id="JKN that is none"),
    pytest.param({"gravida": "2", "para": "", "abortus": "0"}, "Isi ketiganya", id="half a GPA"),
    pytest.param({"gravida": "1", "para": "3", "abortus": "0"}, "tidak bisa lebih dari G", id="more births than"),
    pytest.param({"gravida": "²", "para": "1", "abortus": "0"}, "Isi ketiganya", id="odd figures"),
    pytest.param({"how": "lmp", "day": ""}, "Tanggalnya belum jelas", id="no day"),
    pytest.param({"how": "lmp", "day": "2027-06-01"}, "tidak mungkin", id="first day to come"),
    pytest.param({"how": "hpl", "day": "2029-06-01"}, "tidak mungkin", id="due date in years"),
    pytest.param({"how": "weeks", "weeks": "60"}, "Isi minggu 0 sampai 44", id="sixty weeks"),
    pytest.param({"how": "weeks", "weeks": "20", "days": "9"}, "Isi minggu 0 sampai 44", id="nine days"),
    pytest.param({"how": "stars", "day": "2026-06-01"}, "Pilih salah satu", id="way that is none"),
    pytest.param({"how": "lmp", "day": "2026-06-01", "source": "me"}, "Pilih salah satu", id="source that is none"),
    pytest.param({}, "Belum ada yang berubah", id="nothing"),
])  # fmt: skip
def test_refusal_stands_beside_the_field_and_nothing_typed_is_lost(
    console: Console, typed: dict[str, str], words: str
) -> None:
    ids = add(console)
    form = {"companion": "Bu Ngatmi", **typed} if typed else {}
    status, text = correct(console.midwife(), ids, **form)
    assert status == 422
    assert words in text
    assert all(f'value="{value}"' in text for name, value in form.items() if name in ("companion", "name", "phone"))
    assert every(console, select(RecordChange)) == []


def test_new_number_is_asked_and_the_old_one_gets_nothing_more(console: Console) -> None:
    ids = add(console)
    correct(console.midwife(), ids, phone="081200088801")
    mother = one(console, Person, ids["person"])
    texts = every(console, select(OutboxMessage).where(OutboxMessage.kind == "confirmation"))
    assert mother.phone == "+6281200088801"
    assert [message.template for message in texts] == ["phone_new_number"]


def test_number_that_is_not_hers_is_taken_off_and_what_waits_is_dropped(console: Console) -> None:
    ids = add(console)
    with console.database.write() as session:
        contact = make.contact(session, session.get_one(Person, ids["person"]).phone)
        messages.queue(
            session, contact, Draft("besok periksa"), kind="reminder", priority=messages.REMINDER, now=NOW, key="r1"
        )
    correct(console.midwife(), ids, phone="")
    assert one(console, Person, ids["person"]).phone_index is None
    kinds = every(console, select(OutboxMessage.status).where(OutboxMessage.kind == "reminder"))
    assert kinds == ["cancelled"]


def test_mother_who_turns_out_to_be_under_age_raises_the_alert_once(console: Console) -> None:
    ids, browser = add(console), console.midwife()
    correct(browser, ids, born_on="2010-01-05")
    correct(browser, ids, born_on="2010-02-05")
    rows = every(console, select(Alert).where(Alert.kind == "minor_mother"))
    assert [(row.person_id, row.phone == one(console, Person, ids["person"]).phone) for row in rows] == [
        (ids["person"], True)
    ]


def test_mother_who_moves_to_another_puskesmas_is_told_of_before_and_gone_after(console: Console) -> None:
    ids, browser = add(console), console.midwife()
    with console.database.write() as session:
        session.get_one(Alert, ids["alert"]).status = "closed"
    form = {**standing(browser, ids), "village": KETAWANG, "step": "check"}
    assert "dilayani puskesmas lain" in browser.post(f"/ibu/{ids['person']}/ubah", form).text
    assert correct(browser, ids, village=KETAWANG) == (303, "/console/ibu?pesan=pindah_wilayah")
    assert browser.get(f"/ibu/{ids['person']}").status_code == 404


def test_form_of_a_mother_who_is_not_pregnant_offers_no_dates(console: Console) -> None:
    ids = add(console)
    with console.database.write() as session:
        session.get_one(Pregnancy, ids["pregnancy"]).status = "delivered"
    browser = console.midwife()
    assert 'name="how"' not in browser.get(f"/ibu/{ids['person']}/ubah").text
    assert correct(browser, ids, how="lmp", day="2026-06-01", gravida="5", para="1", abortus="1")[0] == 422
