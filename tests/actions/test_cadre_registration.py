"""A cadre registers: every form, what is asked, what is shown, who is known already; and who may not."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from nlu.language.short_codes import find_codes
from registry.models import Alert, Cadre, OutboxMessage, Person, Pregnancy
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import Said, TaskTalk
from tests.factories import BANJAREJO, KETAWANG, SUMBEROTO

NIK = "3507014503989001"  # born on 5 March 1998
WHOLE = f"bumil Siti Aminah 28 th desa Sumberoto hpht 3 agustus 2026 hp 081299000071 nik {NIK} g2p1a0"
NOTE = "bumil Siti Aminah 28 th hpht 3 agustus 2026"
OPENS = "register_pregnancy"
YES, CHANGE = "/inform:confirm:yes", "/inform:confirm:change"


def talk_of(session: Session, helper: Any) -> TaskTalk:
    return TaskTalk(Talk(session, factories.contact(session, helper.phone)))


@pytest.fixture
def cadre(session: Session) -> Cadre:
    """The cadre of Sumberoto."""
    return factories.cadre(session)


@pytest.fixture
def talk(session: Session, cadre: Cadre) -> TaskTalk:
    """Her conversation."""
    return talk_of(session, cadre)


def mothers(session: Session) -> list[Person]:
    return list(session.scalars(select(Person).order_by(Person.id)))


def only(session: Session) -> tuple[Person, Pregnancy]:
    (mother,) = mothers(session)
    return mother, session.scalars(select(Pregnancy).where(Pregnancy.person_id == mother.id)).one()


def through(talk: TaskTalk, *turns: str) -> Said:
    """The first message opens the task; buttons begin with a slash."""
    said = talk.say(turns[0], OPENS)
    for turn in turns[1:]:
        said = talk.press(turn) if turn.startswith("/") else talk.say(turn)
    return said


@pytest.mark.parametrize(
    "turns",
    [
        [WHOLE],
        ["#REG#Siti Aminah#28#Sumberoto#03-08-2026#081299000071#" + NIK + "#G2P1A0"],
        [f"nama: Siti Aminah\numur: 28\nHPHT: 3 agustus 2026\nHP: 081299000071\nNIK: {NIK}\nG2P1A0"],
        ["mau daftar bumil", "siti aminah", "28", "081299000071", NIK, "g2p1a0", "hpht 3 agustus 2026"],
        ["daftar bumil Siti Aminah", f"{NIK}\n081299000071\nhpht 3/8/26, g2p1a0"],
        ["mau daftar bumil", WHOLE],
    ],
    ids=["one line", "codes", "lines", "field by field", "two messages", "asked first"],
)
def test_every_form_registers_the_same_mother(session: Session, talk: TaskTalk, cadre: Cadre, turns: list[str]) -> None:
    said = through(talk, *turns)
    assert set(said.buttons) == {"Benar", "Ubah", "Batal"}
    assert "3 Agustus 2026 (sekarang 15 minggu)" in said.text
    assert "10 Mei 2027" in said.text
    assert "3507********9001" in said.text
    assert NIK not in said.text
    assert mothers(session) == [], "nothing is kept before she confirms"
    done = talk.press(YES)
    mother, pregnancy = only(session)
    assert (mother.name, mother.nik, mother.phone) == ("Siti Aminah", NIK, "+6281299000071")
    assert (mother.born_on, mother.village_code) == (date(1998, 3, 5), SUMBEROTO)
    assert (mother.registered_by, mother.consent) == (cadre.phone, "pending")
    assert (pregnancy.hpht, pregnancy.hpl, pregnancy.gpa) == (date(2026, 8, 3), date(2027, 5, 10), "G2P1A0")
    assert pregnancy.cadre_id == cadre.id
    assert find_codes(done.text) == (mother.code,)
    assert not talk.is_open


def test_opening_without_data_asks_everything_in_one_message(talk: TaskTalk) -> None:
    said = through(talk, "mau daftar bumil")
    for wanted in ("nama lengkap", "umur", "HPHT", "nomor HP", "NIK"):
        assert wanted in said.text
    assert "• desa" not in said.text, "she has one village"


def test_village_is_asked_of_a_cadre_with_two(session: Session) -> None:
    talk = talk_of(session, factories.cadre(session, SUMBEROTO, BANJAREJO))
    assert "• desa" in through(talk, "mau daftar bumil").text
    said = talk.say(NOTE)
    assert set(said.buttons) == {"Banjarejo", "Sumberoto", "Batal"}
    assert "Banjarejo, Kec. Donomulyo" in talk.press(f"/inform:village:{BANJAREJO}").text


def test_village_of_two_is_chosen_by_its_kecamatan(session: Session) -> None:
    other = "35.07.18.2002"
    talk = talk_of(session, factories.cadre(session, BANJAREJO, other))
    said = through(talk, "Siti Aminah 28 th desa Banjarejo hpht 3 agustus 2026")
    assert len([title for title in said.buttons if title.startswith("Kec. ")]) == 2
    talk.press(f"/inform:village:{other}")
    talk.press(YES)
    assert only(session)[0].village_code == other


@pytest.mark.parametrize("code", [KETAWANG, "35.07.99.9999", "x"])
def test_village_button_of_another_area_is_not_believed(session: Session, code: str) -> None:
    talk = talk_of(session, factories.cadre(session, SUMBEROTO, BANJAREJO))
    through(talk, NOTE)
    assert set(talk.press(f"/inform:village:{code}").buttons) == {"Banjarejo", "Sumberoto", "Batal"}


def test_out_of_area_is_refused_kindly_and_the_rest_is_kept(session: Session, talk: TaskTalk) -> None:
    said = through(talk, "Siti Aminah 28 th desa Kepanjen hpht 3 agustus 2026")
    assert "di luar wilayah" in said.text
    assert "Siti Aminah, 28 th, HPHT 3 Agustus 2026" in said.text
    assert mothers(session) == []
    assert "Sumberoto" in talk.say("sumberoto").text
    talk.press(YES)
    assert only(session)[1].hpht == date(2026, 8, 3)


def test_every_error_is_named_in_one_reply_and_the_right_stays(session: Session, talk: TaskTalk, cadre: Cadre) -> None:
    said = through(talk, f"Siti Aminah umur 99 hpht 31 februari 2026 hp {cadre.phone} nik 350701420801900")
    for hint in ("antara 10 dan 60", "tidak ada di kalender", "16 angka", "nomor Anda sendiri"):
        assert hint in said.text
    assert "Siti Aminah" in said.text
    assert said.text.count("Yang ini perlu dibetulkan") == 1
    summary = talk.say(f"umur 28, hpht 3 agustus 2026, hp 081299000071, nik {NIK}")
    assert set(summary.buttons) == {"Benar", "Ubah", "Batal"}
    talk.press(YES)
    assert only(session)[0].nik == NIK


def test_optional_data_may_follow_later(session: Session, talk: TaskTalk) -> None:
    said = through(talk, NOTE)
    assert "Belum ada: nomor HP, NIK" in said.text
    talk.press(YES)
    assert only(session)[0].nik is None


@pytest.mark.parametrize("way", ["belum tahu", "hpht lupa", "/inform:missing:undated"])
def test_unknown_dates_are_accepted_when_she_says_so(session: Session, talk: TaskTalk, way: str) -> None:
    assert "belum diketahui" in through(talk, "bumil Siti Aminah 28 th", way).text
    talk.press(YES)
    assert only(session)[1].hpht is None


def test_dates_are_not_asked_for_ever(talk: TaskTalk) -> None:
    said = through(talk, "daftar bumil Siti Aminah", "28 th", "tidak punya hp")
    assert set(said.buttons) == {"Benar", "Ubah", "Batal"}


def test_something_else_is_no_answer(talk: TaskTalk) -> None:
    through(talk, "mau daftar bumil")
    assert not talk.say("terima kasih ya", "thank").is_answered
    assert not talk.say("surat apa saja yang dibawa?", "ask_documents").is_answered
    assert talk.is_open


@pytest.mark.parametrize(
    ("correction", "shown"),
    [
        ("umur 25", "Umur: 25 tahun"),
        ("hpht 1 juli 2026", "1 Juli 2026 (sekarang 20 minggu)"),
        ("20 minggu", "Hamil: 20 minggu"),
        ("hpl 8 maret 2027", "8 Maret 2027"),
        ("eh hpnya 081299000072 (suami)", "081299000072 (milik suami)"),
        ("tidak punya hp", "HP: tidak punya"),
        ("namanya Siti Aisyah", "Nama: Siti Aisyah"),
        (f"nik {NIK}", "3507********9001"),
    ],
)
@pytest.mark.parametrize("first", [None, CHANGE, "bukan"], ids=["at once", "by button", "by word"])
def test_one_thing_is_corrected_and_the_rest_stays(
    talk: TaskTalk, first: str | None, correction: str, shown: str
) -> None:  # fmt: skip
    through(talk, NOTE, *([first] if first else []))
    said = talk.say(correction, "update_data")
    assert shown in said.text
    assert "Siti A" in said.text
    assert set(said.buttons) == {"Benar", "Ubah", "Batal"}


@pytest.mark.parametrize("word", ["ya", "benar bu", "iyo", "betul"])
def test_summary_is_confirmed_with_a_word(session: Session, talk: TaskTalk, word: str) -> None:
    through(talk, NOTE)
    talk.say(word, "affirm")
    assert len(mothers(session)) == 1


def test_old_button_confirms_nothing_that_is_not_asked(session: Session, talk: TaskTalk) -> None:
    through(talk, "daftar bumil Siti Aminah")
    said = talk.press(YES)
    assert "HPHT" in said.text
    assert mothers(session) == []


def test_confirming_twice_registers_once(session: Session, talk: TaskTalk) -> None:
    through(talk, NOTE, YES)
    talk.press(YES)
    assert len(mothers(session)) == 1


LIST = (
    "1. Siti Aminah 28 th hpht 3/8/26 hp 081299000071\n2. Dewi Lestari 31 th hpl 8 maret 2027\n"
    "3. Rina Wati 26 th nik 350701420801900"
)


def test_list_shows_each_mother_and_what_is_wrong_with_her(talk: TaskTalk) -> None:
    said = through(talk, LIST)
    lines = said.text.splitlines()
    assert any(line.startswith("1. Siti Aminah, 28 th") and line.endswith("✓") for line in lines)
    assert any(line.startswith("2. Dewi Lestari, 31 th") and line.endswith("✓") for line in lines)
    assert any(line.startswith("3. Rina Wati, 26 th") and "Kurang: HPHT" in line for line in lines)
    assert "16 angka" in lines[lines.index(next(line for line in lines if line.startswith("3. "))) + 1]


def test_right_ones_of_a_list_are_registered_and_the_rest_stay_asked(session: Session, talk: TaskTalk) -> None:
    said = through(talk, LIST, YES)
    assert [mother.name for mother in mothers(session)] == ["Siti Aminah", "Dewi Lestari"]
    assert len(find_codes(said.text)) == 2
    assert "Rina Wati" in said.text
    assert "HPHT" in said.text
    talk.say("hpht 1 juli 2026")
    talk.press(YES)
    assert [mother.name for mother in mothers(session)][2:] == ["Rina Wati"]
    assert not talk.is_open


@pytest.mark.parametrize("completion", ["hpht 1 juli 2026", "3 hpht 1 juli 2026", "bu Rina hpht 1 juli 2026"])
def test_list_is_completed_before_it_is_confirmed(session: Session, talk: TaskTalk, completion: str) -> None:
    through(talk, LIST, completion, YES)
    assert len(mothers(session)) == 3


def test_unclear_correction_of_a_list_is_asked_back(session: Session, talk: TaskTalk) -> None:
    through(talk, LIST, "3 hpht 1 juli 2026")
    assert "nomor berapa" in talk.say("umur 25").text
    assert "Dewi Lestari, 25 th" in talk.say("2 umur 25").text


def test_second_mother_in_a_later_message_joins_the_first(session: Session, talk: TaskTalk) -> None:
    said = through(talk, NOTE, "Dewi Lestari 31 th hpl 8 maret 2027")
    assert "Ada 2 ibu" in said.text
    talk.press(YES)
    assert [mother.name for mother in mothers(session)] == ["Siti Aminah", "Dewi Lestari"]


def test_known_mother_of_a_list_is_asked_about_afterwards(session: Session, talk: TaskTalk) -> None:
    factories.pregnancy(session, factories.person(session, name="Dewi Lestari", nik=None, born_on=None, code="M-4F7Q"))
    assert "Mungkin sudah terdaftar" in through(talk, LIST, "3 hpht 1 juli 2026").text
    said = talk.press(YES)
    assert "M-4F7Q" in said.text
    assert {"Ibu yang sama", "Orang lain"} <= set(said.buttons)
    assert len(mothers(session)) == 3


# ------------------------------------------------------------------ afterwards


def test_minor_is_registered_without_scolding_and_the_midwife_is_told(session: Session, talk: TaskTalk) -> None:
    midwife = factories.staff(session)
    factories.reachable(session, midwife)
    said = through(talk, "bumil Dewi Lestari 16 th hpht 3 agustus 2026", YES)
    assert "belum 18 tahun" in said.text
    assert "wali" in said.text
    (alert,) = session.scalars(select(Alert))
    assert (alert.kind, [recipient.phone for recipient in alert.recipients]) == ("minor_mother", [midwife.phone])


def test_cadre_is_asked_to_ask_a_mother_without_telephone(session: Session, talk: TaskTalk) -> None:
    said = through(talk, f"{NOTE} tidak punya hp", YES)
    mother, _ = only(session)
    assert said.buttons["Beliau mau"] == f"/press:proxy_yes:{mother.id}"
    assert session.scalar(select(func.count(OutboxMessage.id))) == 0


@pytest.mark.parametrize("unit", ["puskesmas", "dinkes"])
def test_officer_registers_too(session: Session, unit: str) -> None:
    officer = factories.staff(session, unit=unit)
    through(talk_of(session, officer), WHOLE, YES)
    mother, pregnancy = only(session)
    assert (mother.registered_by, pregnancy.dated_from) == (officer.phone, "staff")


def test_cadre_without_a_village_is_told_why_she_cannot(session: Session) -> None:
    helper = factories.cadre(session)
    helper.areas = []
    session.flush()
    said = through(talk_of(session, helper), WHOLE)
    assert "wilayah" in said.text


def test_another_village_is_never_taken_for_her_own_later(session: Session, talk: TaskTalk) -> None:
    listed = "1. Sulastri 25 th hpht 3/8/26\n2. Ponirah, desa Ketawang gondanglegi, uk 20 mgg"
    said = through(talk, listed, "1 umur 26")
    assert "2. Ponirah, 20 minggu. Kurang: desa" in said.text
    talk.press(YES)
    assert [mother.name for mother in mothers(session)] == ["Sulastri"]
    talk.say("sumberoto")
    talk.press(YES)
    assert [(mother.name, mother.village_code) for mother in mothers(session)][1:] == [("Ponirah", SUMBEROTO)]
