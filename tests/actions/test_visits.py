"""A check-up is reported in words: who, which, when; what is unclear is asked, once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.facilities import ActionTakeInformation
from registry.models import Birth, ChosenDay, Reminder, Visit
from tests import factories
from tests.actions.course import People, people_of
from tests.conftest import NOW

OPENS = "report_antenatal_visit"
TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def world(session: Session) -> People:
    """Two mothers of one first name."""
    return people_of(session)


def kept(session: Session) -> list[tuple[str, date, str]]:
    return [(row.kind, row.on, row.status) for row in session.scalars(select(Visit).order_by(Visit.id))]


def test_told_at_once(session: Session, world: People) -> None:
    said = world.talk(world.rina).say("sudah periksa kemarin bu", OPENS)
    assert kept(session) == [("K4", YESTERDAY, "reported")]
    assert "periksa ke-4" in said.text
    assert "periksa ke-5: Sabtu, 9 Januari 2027, di Puskesmas Donomulyo" in said.text


@pytest.mark.parametrize(
    "said", ["rina wati wes k4 wingi", "wati k4 kemarin"], ids=["whole name", "last name"]
)  # fmt: skip
def test_a_cadre_names_her_without_a_title(session: Session, world: People, said: str) -> None:
    world.talk(world.cadre).say(said, OPENS)
    assert [(row.pregnancy_id, row.kind, row.on) for row in session.scalars(select(Visit))] == [
        (world.pregnancy.id, "K4", YESTERDAY)
    ]


@pytest.mark.parametrize(
    "said", ["rina wati & rina sari wes k4 kabeh wingi", "bu rina wati dan bu rina sari sudah k4 kemarin"]
)
def test_several_mothers_of_one_visit(session: Session, world: People, said: str) -> None:
    world.talk(world.cadre).say(said, OPENS)
    rows = session.scalars(select(Visit).order_by(Visit.pregnancy_id))
    assert [(row.pregnancy_id, row.kind, row.on) for row in rows] == [
        (world.pregnancy.id, "K4", YESTERDAY), (world.other.id, "K4", YESTERDAY)
    ]  # fmt: skip


def test_the_day_is_asked_when_it_is_not_told(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    assert set(talk.say("sudah periksa bu", OPENS).buttons) == {"Hari ini", "Kemarin"}
    assert kept(session) == []
    talk.say("kemarin sore")
    assert kept(session) == [("K4", YESTERDAY, "reported")]


@pytest.mark.parametrize(("payload", "on"), [("today", TODAY), ("yesterday", YESTERDAY)])
def test_the_day_by_a_button(session: Session, world: People, payload: str, on: date) -> None:
    talk = world.talk(world.rina)
    talk.say("sudah periksa", OPENS)
    talk.press(f"/inform:visit_day:{payload}")
    assert kept(session) == [("K4", on, "reported")]


def test_words_that_answer_a_reminder_mean_its_day(session: Session, world: People) -> None:
    reminder = session.scalars(
        select(Reminder).where(Reminder.pregnancy_id == world.pregnancy.id, Reminder.visit == "K4").limit(1)
    ).one()
    reminder.status, reminder.sent_at, reminder.about = "sent", NOW, YESTERDAY
    world.talk(world.rina).say("sudah periksa bu", OPENS)
    assert kept(session) == [("K4", YESTERDAY, "reported")]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        pytest.param("sudah K4 tgl 1 januari 2026", "sebelum Ibu hamil", id="before the pregnancy"),
        pytest.param("sudah KF1 kemarin", "belum melahirkan", id="after a birth nobody told of"),
    ],
)
def test_a_day_that_cannot_be_is_asked_back(session: Session, world: People, said: str, answer: str) -> None:
    assert answer in world.talk(world.rina).say(said, OPENS).text
    assert kept(session) == []


def test_a_day_to_come_is_asked_back_kindly(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    talk.say("sudah K4", OPENS)
    assert "belum lewat" in talk.say("besok").text
    assert kept(session) == []


def test_the_same_again_is_recognised(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    talk.say("sudah periksa kemarin", OPENS)
    for said in ("sudah periksa kemarin", "sudah periksa bu", "sudah K4"):
        assert "sudah tercatat" in talk.say(said, OPENS).text
        assert not talk.is_open
    assert len(kept(session)) == 1


@pytest.mark.parametrize(("answer", "on"), [("ya", date(2026, 11, 5)), ("tidak", YESTERDAY)])
def test_another_day_is_taken_when_she_says_so(session: Session, world: People, answer: str, on: date) -> None:
    talk = world.talk(world.rina)
    talk.say("sudah K4 kemarin", OPENS)
    assert "Ya, ganti" in talk.say("sudah K4 tgl 5 november", OPENS).buttons
    talk.say(answer)
    assert kept(session) == [("K4", on, "reported")]


def test_not_yet_is_no_fault(session: Session, world: People) -> None:
    said = world.talk(world.rina).say("belum periksa bu", OPENS)
    assert "Tidak apa-apa" in said.text
    assert "Ganti hari" in said.buttons
    assert kept(session) == []


def test_after_birth_mother_and_baby_by_the_window(session: Session, world: People) -> None:
    world.pregnancy.status = "delivered"
    session.add(Birth(pregnancy_id=world.pregnancy.id, on=TODAY - timedelta(days=5), reported_at=NOW))
    world.talk(world.rina).say("sudah periksa kemarin", OPENS)
    assert {kind for kind, _, _ in kept(session)} == {"KF2", "KN2"}


@pytest.mark.parametrize(
    ("status", "answer"), [("loss", "lekas pulih"), ("miscarriage", "lekas pulih"), ("closed", "didaftarkan")]
)
def test_nothing_is_kept_when_it_is_over(session: Session, world: People, status: str, answer: str) -> None:
    world.pregnancy.status = status
    assert answer in world.talk(world.rina).say("sudah periksa kemarin", OPENS).text
    assert kept(session) == []


def test_a_stranger_may_register(session: Session, world: People) -> None:
    stranger = factories.person(session, registered=False)
    assert "/register_pregnancy" in world.talk(stranger).say("sudah periksa kemarin", OPENS).buttons.values()


# ---------------------------------------------------------------- a cadre tells of others


def test_a_cadre_names_her_by_code(session: Session, world: People) -> None:
    said = world.talk(world.cadre).say("M-4F7Q K2 12/11", OPENS)
    assert kept(session) == [("K2", date(2026, 11, 12), "reported")]
    assert "Rina Wati (M-4F7Q)" in said.text


@pytest.mark.parametrize(
    "answer",
    ["/inform:which:{id}", "M-4F7Q", "m4f7q", "rina wati", "1"],
    ids=["button", "code", "typed", "name", "number"],
)
def test_of_two_of_one_name_it_is_asked_which(session: Session, world: People, answer: str) -> None:
    talk = world.talk(world.cadre)
    asked = talk.say("bu rina sdh K4 td di pkm", OPENS)
    assert "1. Rina Wati, Sumberoto, M-4F7Q" in asked.text
    assert all(len(title) <= 20 for title in asked.buttons)
    said = answer.format(id=world.rina.id)
    talk.press(said) if said.startswith("/") else talk.say(said)
    row = session.scalars(select(Visit)).one()
    assert (row.pregnancy_id, row.kind, row.on, row.place) == (world.pregnancy.id, "K4", TODAY, "pkm")


@pytest.mark.parametrize(("said", "intent"), [("yg wati", "greet"), ("sing rina sari", "ask_help")])
def test_who_was_shown_is_chosen_whatever_else_the_words_may_mean(
    session: Session, world: People, said: str, intent: str
) -> None:
    talk = world.talk(world.cadre)
    talk.say("bu rina sdh K4 kemarin", OPENS)
    talk.say(said, intent)
    meant = world.other if "sari" in said else world.pregnancy
    assert session.scalars(select(Visit.pregnancy_id)).all() == [meant.id]


@pytest.mark.parametrize("said", ["semua", "dua-duanya bu", "kabeh"])
def test_all_who_were_shown_may_be_meant(session: Session, world: People, said: str) -> None:
    talk = world.talk(world.cadre)
    talk.say("bu rina sdh K4 kemarin", OPENS)
    talk.say(said)
    rows = session.scalars(select(Visit.pregnancy_id).order_by(Visit.pregnancy_id)).all()
    assert rows == [world.pregnancy.id, world.other.id]


def test_a_report_of_its_own_is_no_answer_to_whom_the_first_was_about(session: Session, world: People) -> None:
    talk = world.talk(world.cadre)
    talk.say("bu tukinah sudah K4 tadi", OPENS)
    assert "belum periksa" in talk.say("rina wati belum mau periksa, takut disuntik", OPENS).text
    assert kept(session) == []


def test_visits_of_one_mother_each_with_its_day(session: Session, world: People) -> None:
    world.talk(world.cadre).say("rina wati k3 tgl 10 oktober, k4 tgl 5 november", OPENS)
    assert [(kind, on.month, on.day) for kind, on, _ in kept(session)] == [("K3", 10, 10), ("K4", 11, 5)]


def test_who_was_seen_and_who_was_missed(session: Session, world: People) -> None:
    said = world.talk(world.cadre).say("yg periksa K4 hari ini bu rina wati. bu rina sari ga datang krn sakit", OPENS)
    assert session.scalars(select(Visit.pregnancy_id)).all() == [world.pregnancy.id]
    assert "Rina Sari" in said.text


def test_wrong_mother_is_taken_back_when_the_right_one_is_named(session: Session, world: People) -> None:
    talk = world.talk(world.cadre)
    talk.say("rina wati k4 tadi", OPENS)
    said = talk.say("eh salah bu, yg k4 tadi itu bukan rina wati tapi rina sari", OPENS)
    assert session.scalars(select(Visit.pregnancy_id)).all() == [world.other.id]
    assert "Rina Wati" in said.text
    assert "Rina Sari" in said.text


def test_nobody_of_that_name_is_said_and_given_up_in_the_end(session: Session, world: People) -> None:
    talk = world.talk(world.cadre)
    assert "tidak menemukan" in talk.say("bu tukinah sudah K4 kemarin", OPENS).text
    talk.say("bu tukiyem")
    talk.say("bu tukiyah")
    assert "/register_pregnancy" in talk.say("bu tukimin").buttons.values()
    assert not talk.is_open


def test_a_mother_of_another_area_is_not_found(session: Session, world: People) -> None:
    world.rina.village_code = "35.07.10.2011"
    assert "tidak menemukan" in world.talk(world.cadre).say("M-4F7Q K4 kemarin", OPENS).text
    assert kept(session) == []


def test_a_button_of_another_question_is_no_answer(session: Session, world: People) -> None:
    talk = world.talk(world.cadre)
    talk.say("bu rina sdh K4 kemarin", OPENS)
    assert "Yang mana" in talk.press("/inform:visit_day:today").text
    assert kept(session) == []


def test_a_midwife_verifies(session: Session, world: People) -> None:
    assert "terverifikasi" in world.talk(world.midwife).say("bu rina wati sudah K4 hari ini", OPENS).text
    assert kept(session) == [("K4", TODAY, "verified")]


def test_two_mothers_on_one_phone_are_told_apart(session: Session, world: People) -> None:
    world.sari.phone, world.sari.phone_index = world.rina.phone, world.rina.phone_index
    session.flush()
    talk = world.talk(world.rina)
    asked = talk.say("sudah periksa kemarin", OPENS)
    assert kept(session) == []
    talk.press(next(payload for payload in asked.buttons.values() if payload.endswith(f":{world.sari.id}")))
    assert session.scalars(select(Visit.pregnancy_id)).one() == world.other.id


@pytest.mark.parametrize("said", ["M-4F7Q K2 12/11", "bu rina wati K4"])
def test_bare_data_with_a_visit_begins_a_report(session: Session, world: People, said: str) -> None:
    talk = world.talk(world.cadre)
    heard = talk.talk.do(ActionTakeInformation(), said)
    assert [event.get("name") for event in heard.events] == ["task_form"]
    assert "Rina Wati (M-4F7Q)" in talk.say(said, "inform").text


def test_other_bare_data_begin_none(session: Session, world: People) -> None:
    heard = world.talk(world.cadre).talk.do(ActionTakeInformation(), "12 november 2026")
    assert heard.events == []


def test_two_mothers_in_one_message_each_get_their_own_visit(session: Session, world: People) -> None:
    world.talk(world.cadre).say("bu rina wati K4 kemarin, bu rina sari K3 tadi", OPENS)
    found = {row.pregnancy_id: row.kind for row in session.scalars(select(Visit))}
    assert found == {world.pregnancy.id: "K4", world.other.id: "K3"}


@pytest.mark.parametrize("called", ["bu Wuland", "bu ndari", "bu lasih"])
def test_mother_is_found_by_what_people_call_her(session: Session, world: People, called: str) -> None:
    world.sari.name = "Wulandari Pinasih" if called != "bu lasih" else "Sumarlasih Ayu"
    session.flush()
    world.talk(world.cadre).say(f"{called} K4 kemarin", OPENS)
    assert session.scalars(select(Visit.pregnancy_id)).all() == [world.other.id]


def test_due_date_of_the_doctor_is_put_right_beside_the_visit(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    said = talk.say("bu kata dokter pas usg tadi hpl nya 1 maret 2027", OPENS, 0.74)
    assert kept(session) == [("K4", TODAY, "reported")]
    assert "baru 1 Maret 2027" in said.text
    talk.say("iya", "affirm")
    assert world.pregnancy.hpl == date(2027, 3, 1)


def test_day_that_is_taken_back_is_not_kept(session: Session, world: People) -> None:
    talk = world.talk(world.rina)
    talk.say("wis kontrol mau isuk nang bu bidan", OPENS)
    assert kept(session) == [("K4", TODAY, "reported")]
    assert "Mau diganti" in talk.say("eh dudu mau isuk, wingi", OPENS).text
    talk.say("iyo", "affirm")
    assert kept(session) == [("K4", YESTERDAY, "reported")]


def test_another_day_is_chosen_when_the_day_is_over(session: Session, world: People) -> None:
    for reminder in session.scalars(select(Reminder).where(Reminder.visit == "K4")):
        reminder.status, reminder.sent_at = "sent", NOW + timedelta(days=5)
    talk = world.talk(world.rina)
    talk.talk.now = NOW + timedelta(days=12)
    assert "hari apa untuk periksa ke-4" in talk.say("durung sempet kontrol bu, males antri", OPENS).text
    talk.say("yo wes senin", "affirm")
    assert not talk.is_open
    assert "2026-12-07" in {row.on.isoformat() for row in session.scalars(select(ChosenDay))}
