"""Something is put right in a talk: told at once or asked, old and new shown, kept only after a yes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import AuditEntry, Contact, Handoff, OutboxMessage, Person, RecordChange
from registry.persons import people
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import Said, TaskTalk
from tests.conftest import NOW

PHONE, NEW = "+6281200008801", "+6281299998888"
HPHT = date(2026, 5, 16)


def talk(session: Session, phone: str = PHONE) -> TaskTalk:
    return TaskTalk(Talk(session, factories.contact(session, phone)))


@pytest.fixture
def mother(session: Session) -> Person:
    """Registered, 27 weeks by a date whose origin nobody knows."""
    person = factories.person(session, phone=PHONE, code="M-4F7Q", name="Rina Wati")
    factories.pregnancy(session, person)
    return person


def wish(chat: TaskTalk, text: str) -> Said:
    return chat.say(text, "update_data")


def changes(session: Session) -> dict[str, tuple[str | None, str | None]]:
    return {row.field: (row.old, row.new) for row in session.scalars(select(RecordChange))}


@pytest.mark.parametrize(
    ("text", "shown", "field", "expected"),
    [
        ("ganti nomor 081299998888", "081299998888", "phone", NEW),
        ("nama saya salah tulis, harusnya Rina Wijaya", "Rina Wijaya", "name", "Rina Wijaya"),
        ("tanggal lahir saya salah, yang benar 7 maret 1998", "7 Maret 1998", "born_on", date(1998, 3, 7)),
        ("kirim jam 4 sore saja", "jam 16.00", "reminder_hour", 16),
        ("alamat saya salah, yang benar desa Ketawang", "Ketawang", "village_code", factories.KETAWANG),
        ("nomor suami saya jadikan 081345678901", "+6281345678901", "companion", "+6281345678901"),
    ],
    ids=["phone", "name", "birth date", "hour", "village", "companion"],
)
def test_value_told_at_once_is_shown_and_kept_after_yes(
    session: Session, mother: Person, text: str, shown: str, field: str, expected: object
) -> None:
    chat, before = talk(session), getattr(mother, field)
    asked = wish(chat, text)
    assert shown in asked.text
    assert set(asked.buttons) == {"Benar", "Batal"}
    assert getattr(mother, field) == before, "nothing before her yes"
    assert chat.press("/inform:update_confirm:yes").text
    assert getattr(mother, field) == expected
    assert (len(changes(session)), chat.is_open) == (1, False)
    actions = [entry.action for entry in session.scalars(select(AuditEntry))]
    assert "record_changed" in actions


@pytest.mark.parametrize("answer", ["/inform:update_confirm:no", "tidak"])
def test_nothing_changes_when_she_says_no(session: Session, mother: Person, answer: str) -> None:
    chat = talk(session)
    wish(chat, "ganti nomor 081299998888")
    said = chat.press(answer) if answer.startswith("/") else chat.say(answer, "deny")
    assert "tidak jadi diubah" in said.text
    assert (mother.phone, changes(session)) == (PHONE, {})


@pytest.mark.parametrize(
    ("text", "hpht"),
    [
        ("hpht salah, yang bener 20 mei 2026", date(2026, 5, 20)),
        ("hasil usg hpl 10 maret 2027", date(2027, 3, 10) - timedelta(days=280)),
        ("hasil usg 24 minggu", NOW.date() - timedelta(weeks=24)),
    ],
    ids=["first day", "due date by ultrasound", "weeks by ultrasound"],
)
def test_dates_are_read_back_and_everything_follows(session: Session, mother: Person, text: str, hpht: date) -> None:
    chat = talk(session)
    asked = wish(chat, text)
    assert "perkiraan lahir" in asked.text
    assert "minggu" in asked.text
    assert "jadwal pengingat Ibu ikut berubah" in chat.say("benar", "affirm").text
    assert changes(session) == {
        "hpht": ((NOW.date() - timedelta(weeks=27)).isoformat(), hpht.isoformat()),
        "hpl": ((NOW.date() + timedelta(weeks=13)).isoformat(), (hpht + timedelta(days=280)).isoformat()),
    }


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("hpht saya salah, yang benar 5 april 2027", "tidak bisa di hari yang akan datang"),
        ("hpht 31 februari", "tidak bisa"),
        ("hpht yang benar 3 januari 2025", "44 minggu"),
        ("hpl yang benar 8 desember 2029", "9 bulan lagi"),
    ],
    ids=["future", "no such day", "too long ago", "too far"],
)
def test_impossible_date_is_refused_with_the_reason(session: Session, mother: Person, text: str, why: str) -> None:
    chat = talk(session)
    assert why in wish(chat, text).text
    assert chat.is_open
    field = "8 maret 2027" if text.startswith("hpl") else "20 mei 2026"
    assert "perkiraan lahir" in chat.say(field).text
    assert changes(session) == {}
    assert mother.phone == PHONE


def test_date_of_a_midwife_stays_and_she_is_told_of_the_other(session: Session, mother: Person) -> None:
    pregnancy = factories.pregnancy(session, factories.person(session, phone=NEW, name="Dewi"), dated_from="staff",
                                    dated_by="ultrasound")  # fmt: skip
    said = wish(talk(session, NEW), "hpht salah, yang bener 3 juni 2026")
    assert "diteruskan ke bidan" in said.text or "teruskan ke bidan" in said.text
    assert pregnancy.hpht == NOW.date() - timedelta(weeks=27)
    note = session.scalars(select(Handoff)).one().note
    assert "3 Juni 2026" in str(note)


@pytest.mark.parametrize(
    ("field", "question", "answer", "shown"),
    [
        ("phone", "Nomor HP", "081299998888", "081299998888"),
        ("address", "desa apa", "ketawang", "Ketawang"),
        ("hpht", "haid terakhir", "20 mei", "20 Mei 2026"),
        ("name", "KTP", "Rina Wijaya", "Rina Wijaya"),
        ("born_on", "lahir", "7-3-1998", "7 Maret 1998"),
        ("companion", "mendampingi", "Pak Slamet 081299990001", "Slamet"),
        ("reminder_hour", "jam berapa", "jam 7 pagi", "jam 7.00"),
    ],
)
def test_field_and_value_are_asked_when_nothing_is_told(
    session: Session, mother: Person, field: str, question: str, answer: str, shown: str
) -> None:
    chat = talk(session)
    assert len(wish(chat, "mau ubah data").buttons) == 8
    assert question in chat.press(f"/inform:update_field:{field}").text
    said = chat.say(answer)
    assert shown in said.text
    assert set(said.buttons) == {"Benar", "Batal"}
    assert mother.name == "Rina Wati"


def test_village_name_used_twice_is_asked_for_its_district(session: Session, mother: Person) -> None:
    chat = talk(session)
    asked = wish(chat, "pindah ke desa Banjarejo")
    assert "Donomulyo" in asked.buttons
    assert "Banjarejo, Kec. Donomulyo" in chat.press(asked.buttons["Donomulyo"]).text
    chat.say("iya", "affirm")
    assert mother.village_code == factories.BANJAREJO


def test_value_is_put_right_before_the_yes(session: Session, mother: Person) -> None:
    chat = talk(session)
    wish(chat, "ganti nomor 081299997777")
    assert "081299998888" in chat.say("eh salah, 081299998888").text
    chat.press("/inform:update_confirm:yes")
    assert mother.phone == NEW


@pytest.mark.parametrize("helper", ["cadre", "midwife"])
@pytest.mark.parametrize("text", ["hpht bu rina wati salah, yang bener 20 mei 2026", "M-4F7Q hpht 20 mei 2026"])
def test_helper_changes_a_mother_of_her_area(session: Session, mother: Person, helper: str, text: str) -> None:
    who = factories.cadre(session) if helper == "cadre" else factories.staff(session)
    chat = talk(session, who.phone)
    asked = wish(chat, text)
    assert "Rina Wati" in asked.text
    assert "Ibu ikut" not in chat.press("/inform:update_confirm:yes").text
    assert changes(session)["hpht"][1] == "2026-05-20"
    assert {row.by for row in session.scalars(select(RecordChange))} == {"cadre" if helper == "cadre" else "staff"}
    assert mother.phone == PHONE


def test_cadre_of_another_village_changes_nothing(session: Session, mother: Person) -> None:
    other = factories.cadre(session, factories.KETAWANG)
    said = wish(talk(session, other.phone), "M-4F7Q hpht 20 mei 2026")
    assert "Rina" not in said.text
    assert changes(session) == {}
    assert mother.phone == PHONE


def test_new_number_is_asked_once_and_old_reminders_go_there(session: Session, mother: Person) -> None:
    chat = talk(session)
    wish(chat, "ganti nomor 081299998888")
    chat.press("/inform:update_confirm:yes")
    rows = session.execute(select(OutboxMessage, Contact).join(Contact, Contact.id == OutboxMessage.contact_id)).all()
    assert [(contact.phone, row.template) for row, contact in rows] == [(NEW, "phone_new_number")]
    assert "Rina" in rows[0][0].text
    assert "Wati" not in rows[0][0].text
    assert mother.phone == NEW


def test_number_of_a_helper_cannot_be_hers(session: Session, mother: Person) -> None:
    factories.cadre(session, phone=NEW)
    assert "nomor lain" in wish(talk(session), "ganti nomor 081299998888").text
    assert mother.phone == PHONE


def prove(chat: TaskTalk, nik: str, born: str = "5-3-1998", name: str = "Rina Wati") -> Said:
    wish(chat, "nomor saya ganti bu")
    chat.say(nik)
    chat.say(born)
    return chat.say(name)


def test_she_moves_to_her_new_phone_with_nik_birth_date_and_name(session: Session, mother: Person) -> None:
    factories.contact(session, PHONE)
    said = prove(talk(session, NEW), str(mother.nik))
    assert "sudah saya pindahkan" in said.text
    assert mother.phone == NEW
    told = session.scalars(select(OutboxMessage)).one()
    assert told.template == "phone_moved_away"
    assert "Rina" not in told.text


@pytest.mark.parametrize(
    ("born", "name"), [("5-3-1998", "Orang Lain"), ("6-3-1998", "Rina Wati")], ids=["wrong name", "wrong birth date"]
)
def test_nobody_moves_a_number_with_half_a_proof(session: Session, mother: Person, born: str, name: str) -> None:
    assert "pindahkan" not in prove(talk(session, NEW), str(mother.nik), born, name).text
    assert mother.phone == PHONE


def test_unknown_nik_is_asked_the_same_questions(session: Session, mother: Person) -> None:
    known, unknown = talk(session, NEW), talk(session, "+6281299998877")
    for chat in (known, unknown):
        wish(chat, "nomor saya ganti bu")
    one = known.say(str(mother.nik)).text
    assert unknown.say(factories.make_nik(date(1990, 1, 1), serial=999)).text == one


def test_mother_without_a_phone_needs_her_name_too(session: Session) -> None:
    person = factories.person(session, phone=None, name="Rina Wati")
    assert "pindahkan" not in prove(talk(session, NEW), str(person.nik), name="Salah Orang").text
    assert "sudah saya pindahkan" in talk_again(session, "Rina Wati").text
    assert person.phone == NEW


def talk_again(session: Session, name: str) -> Said:
    """The same phone tries the name once more."""
    chat = talk(session, NEW)
    chat.talk.slots["requested_slot"] = "task_answer"
    return chat.say(name)


def test_nik_is_never_changed_by_chat(session: Session, mother: Person) -> None:
    assert "petugas" in wish(talk(session), "nik saya salah").text
    assert changes(session) == {}
    assert mother.nik is not None


def at_leaving(session: Session, mother: Person) -> TaskTalk:
    factories.reachable(session, factories.cadre(session))
    chat = talk(session)
    asked = wish(chat, "aku wes pindah nang Blitar melu mertua")
    assert "pengingat dari sini saya hentikan" in chat.press(asked.buttons["Di luar Malang"]).text
    return chat


@pytest.mark.parametrize(("said", "intent"), [("iya", "affirm"), ("iyo mandek ae", "stop_messages")])
def test_who_moves_out_of_malang_is_closed_and_her_cadre_hears(
    session: Session, mother: Person, said: str, intent: str
) -> None:
    chat = at_leaving(session, mother)
    assert "sudah saya hentikan" in chat.say(said, intent).text
    pregnancy = people.latest_pregnancy(session, mother)
    assert pregnancy is not None
    assert (pregnancy.status, pregnancy.close_reason) == ("closed", "moved")
    told = session.scalars(select(OutboxMessage).where(OutboxMessage.template == "moved_told")).all()
    assert len(told) == 1


def test_everything_stays_when_she_does_not_want_it(session: Session, mother: Person) -> None:
    chat = at_leaving(session, mother)
    assert "tetap jalan" in chat.press("/inform:update_leaves:no").text
    assert people.active_pregnancy(session, mother) is not None


def test_stop_in_the_middle_of_a_change_is_a_stop(session: Session, mother: Person) -> None:
    chat = talk(session)
    wish(chat, "alamat saya salah")
    assert not chat.say("stop", "stop_messages").is_answered


@pytest.mark.parametrize("answer", ["/inform:update_confirm:yes", None], ids=["a yes", "no answer"])
def test_new_number_is_asked_before_anything_is_shown_there(
    session: Session, mother: Person, answer: str | None
) -> None:
    chat = talk(session)
    wish(chat, "ganti nomor 081299998888")
    chat.press("/inform:update_confirm:yes")
    there = talk(session, NEW)
    asked = there.say("alamat saya salah", "update_data")
    assert "apakah ini benar Bu Rina" in asked.text
    assert "Sumberoto" not in asked.text
    assert set(asked.buttons) == {"Ya, benar", "Bukan"}
    assert "desa apa" in (there.press(asked.buttons["Ya, benar"]) if answer else there.say("iya", "affirm")).text


def test_word_about_another_mother_is_no_answer_about_the_first(session: Session, mother: Person) -> None:
    other = factories.person(session, name="Sulastri Handayani", code="M-4F7R")
    factories.pregnancy(session, other)
    chat = talk(session, factories.cadre(session).phone)
    wish(chat, "hpht rina wati salah")
    said = chat.say(f"nomer sulastri ganti 0{NEW.removeprefix('+62')}")
    assert "Sulastri" in said.text
    chat.press(said.buttons["Benar"])
    assert (mother.phone, other.phone) == (PHONE, NEW)


def test_the_date_that_is_told_is_the_one_that_changes(session: Session, mother: Person) -> None:
    said = wish(talk(session), "hpht saya salah, kata usg hpl 25 maret 2027")
    assert "25 Maret 2027" in said.text
    assert mother.phone == PHONE
