"""The entitlement form: what it asks after each message, and that it tells nobody about a NIK that is not proved."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from actions.eligibility import ActionLeaveForm, ActionTellEligibility
from actions.identity_form import (
    ActionAskBirthDate,
    ActionAskFullName,
    ActionAskNik,
    AskForSlot,
    ValidateEligibilityForm,
)
from registry.models import AuditEntry, Handoff, IdentityClaim
from tests import factories
from tests.actions.conftest import Heard, Talk
from tests.factories import BORN_ON, KETAWANG

VALIDATE = ValidateEligibilityForm()
ASK: dict[str, AskForSlot] = {
    "nik": ActionAskNik(), "birth_date": ActionAskBirthDate(), "full_name": ActionAskFullName(),
}  # fmt: skip
RIGHT_DATE = "5 maret 1998"


def step(talk: Talk, text: str | None, intent: str = "inform") -> str:
    """She writes while the form is open; the sentence it asks with, or how it ended."""
    message = talk.write(text)
    heard = talk.again(VALIDATE, message, intent)
    if not heard.events:
        return "not an answer"
    if talk.slots["requested_slot"] is None:
        return f"done: {talk.slots['identity_outcome']}"
    return talk.again(ASK[talk.slots["requested_slot"]], message, intent).responses[0]


def stranger(session: Session) -> Talk:
    return Talk(session, factories.contact(session))


def registered_elsewhere(session: Session, **values: Any) -> str:
    """A NIK in the population register."""
    nik = factories.make_nik()
    factories.civil_record(session, nik, **values)
    return nik


# ---------------------------------------------------------------- opening


def test_nothing_is_asked_when_she_is_known(session: Session) -> None:
    mother = factories.person(session)
    talk = Talk(session, factories.contact(session, mother.phone))
    assert step(talk, "apakah saya bisa gratis", "check_eligibility") == "done: None"
    assert talk.slots["topic"] == "eligibility"


def test_nik_is_asked_when_a_stranger_opens_the_form(session: Session) -> None:
    talk = stranger(session)
    assert step(talk, "kartu saya aktif tidak", "check_jkn") == "utter_ask_nik"
    assert talk.slots["topic"] == "jkn"


def test_birth_date_is_asked_when_the_first_message_holds_the_nik(session: Session) -> None:
    nik = registered_elsewhere(session)
    assert step(stranger(session), f"cek nik {nik} gratis tidak", "check_eligibility") == "utter_ask_birth_date"


def test_nothing_is_asked_when_the_first_message_holds_nik_and_birth_date(session: Session) -> None:
    nik = registered_elsewhere(session)
    assert step(stranger(session), f"nik {nik} lahir {RIGHT_DATE}", "check_eligibility") == "done: None"


def test_nik_is_not_asked_again_when_she_proved_it_today(session: Session) -> None:
    nik = registered_elsewhere(session)
    talk = stranger(session)
    step(talk, f"nik {nik} lahir {RIGHT_DATE}", "check_eligibility")
    talk.slots.clear()
    assert step(talk, "cek lagi", "check_eligibility") == "done: None"
    talk.slots.clear()
    talk.now += timedelta(hours=25)
    assert step(talk, "cek lagi", "check_eligibility") == "utter_ask_nik"


# ---------------------------------------------------------------- the NIK

PROBLEMS = {
    "fifteen digits": ("350701450398900", "utter_ask_nik_length"),
    "seventeen digits": ("35070145039890011", "utter_ask_nik_length"),
    "a letter": ("350701450398900O", "utter_ask_nik_letters"),
    "no such province": ("9907014503989001", "utter_ask_nik_region"),
    "no such day": ("3507017203989001", "utter_ask_nik_date"),
    "a serial of zeros": ("3507014503980000", "utter_ask_nik_region"),
    "a man's": ("3507010503989001", "utter_ask_nik_family_card"),
    "an insurance card": ("0001234567890", "utter_ask_nik_card"),
    "a phone": ("081234567890", "utter_ask_nik_length"),
    "words": ("tidak hafal bu", "utter_ask_nik_again"),
}


@pytest.mark.parametrize(("typed", "sentence"), PROBLEMS.values(), ids=PROBLEMS)
def test_problem_of_the_nik_is_told(session: Session, typed: str, sentence: str) -> None:
    talk = stranger(session)
    step(talk, "cek", "check_eligibility")
    assert step(talk, typed) == sentence
    assert talk.slots["requested_slot"] == "nik"


@pytest.mark.parametrize("typed", [typed for typed, _ in PROBLEMS.values()], ids=PROBLEMS)
def test_right_nik_is_taken_after_a_problem(session: Session, typed: str) -> None:
    nik = registered_elsewhere(session)
    talk = stranger(session)
    step(talk, "cek", "check_eligibility")
    step(talk, typed)
    assert step(talk, nik) == "utter_ask_birth_date"


def test_number_of_digits_is_told_when_there_are_too_few(session: Session) -> None:
    talk = stranger(session)
    step(talk, "cek", "check_eligibility")
    message = talk.write("350701450398900")
    talk.again(VALIDATE, message)
    assert "ada 15" in talk.again(ActionAskNik(), message).text


@pytest.mark.parametrize(
    ("sex", "sentence"), [("M", "utter_ask_nik_man"), ("F", "utter_ask_birth_date")], ids=["a man", "a woman"]
)
def test_sex_in_the_register_decides(session: Session, sex: str, sentence: str) -> None:
    nik = factories.make_nik(woman=False)
    factories.civil_record(session, nik, sex=sex)
    talk = stranger(session)
    step(talk, "cek", "check_eligibility")
    assert step(talk, nik) == sentence


def test_nik_under_a_picture_is_read(session: Session) -> None:
    nik = registered_elsewhere(session)
    talk = stranger(session)
    step(talk, "cek", "check_eligibility")
    message = talk.write(None, media={"kind": "photo", "caption": nik})
    talk.again(VALIDATE, message)
    assert talk.slots["requested_slot"] == "birth_date"


def test_form_is_done_when_nobody_knows_the_nik(session: Session) -> None:
    talk = stranger(session)
    step(talk, "cek", "check_eligibility")
    assert step(talk, factories.make_nik()) == "done: unknown"


@pytest.mark.parametrize("how", ["tidak punya ktp", None], ids=["in words", "by button"])
def test_form_is_done_when_she_has_no_card(session: Session, how: str | None) -> None:
    talk = stranger(session)
    step(talk, "cek", "check_eligibility")
    assert step(talk, how, "deny") == "done: no_nik"


# ---------------------------------------------------------------- the birth date


def at_birth_date(session: Session) -> Talk:
    talk = stranger(session)
    assert step(talk, registered_elsewhere(session), "check_eligibility") == "utter_ask_birth_date"
    return talk


@pytest.mark.parametrize("typed", ["5 maret 1998", "05-03-1998", "5/3/98", "lahir 5 mar 1998 bu"])
def test_identity_is_proved_when_the_birth_date_is_right(session: Session, typed: str) -> None:
    assert step(at_birth_date(session), typed) == "done: None"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        pytest.param("5 maret 1997", "utter_ask_birth_date_wrong", id="wrong"),
        pytest.param("31 februari 1998", "utter_ask_birth_date_impossible", id="impossible"),
        pytest.param("maret 1998", "utter_ask_birth_date_unclear", id="no day"),
        pytest.param("lupa", "utter_ask_birth_date_unclear", id="no date"),
    ],
)
def test_problem_of_the_birth_date_is_told(session: Session, typed: str, sentence: str) -> None:
    talk = at_birth_date(session)
    assert step(talk, typed) == sentence
    assert step(talk, RIGHT_DATE) == "done: None"


def test_form_pauses_and_staff_is_called_when_she_was_wrong_thrice(session: Session) -> None:
    talk = at_birth_date(session)
    said = [step(talk, f"{day} maret 1997") for day in (5, 6, 7)]
    assert said == ["utter_ask_birth_date_wrong", "utter_ask_birth_date_wrong", "done: paused"]
    heard = talk.do(ActionTellEligibility(), RIGHT_DATE)
    assert heard.responses == ["utter_identity_paused"]
    assert [talk.reason for talk in session.scalars(select(Handoff))] == ["identity"]
    assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "identity_wrong")).all()) == 3


@pytest.mark.parametrize(
    ("minutes", "says"), [(59, "done: paused"), (61, "utter_ask_nik")], ids=["soon", "an hour later"]
)
def test_guessing_is_stopped_for_an_hour(session: Session, minutes: int, says: str) -> None:
    talk = at_birth_date(session)
    for day in (5, 6, 7):
        step(talk, f"{day} maret 1997")
    talk.slots.clear()
    talk.now += timedelta(minutes=minutes)
    assert step(talk, "cek", "check_eligibility") == says


def test_another_nik_is_taken_when_she_corrects_herself(session: Session) -> None:
    talk = at_birth_date(session)
    other = factories.make_nik(date(2000, 7, 21))
    factories.civil_record(session, other, born_on=date(2000, 7, 21))
    assert step(talk, f"maaf salah, nik saya {other}") == "utter_ask_birth_date"
    assert step(talk, RIGHT_DATE) == "utter_ask_birth_date_wrong"
    assert step(talk, "21 juli 2000") == "done: None"


# ---------------------------------------------------------------- the name


def at_name(session: Session) -> Talk:
    """Somebody else's phone asks for a registered mother, and knows her birth date."""
    mother = factories.person(session, name="Siti Aminah")
    talk = stranger(session)
    step(talk, str(mother.nik), "check_eligibility")
    assert step(talk, RIGHT_DATE) == "utter_ask_full_name"
    return talk


@pytest.mark.parametrize("typed", ["Siti Aminah", "siti aminah", "nama saya Siti Aminah"])
def test_identity_is_proved_when_the_name_is_right(session: Session, typed: str) -> None:
    assert step(at_name(session), typed) == "done: None"
    assert "identity_from_other_phone" in set(session.scalars(select(AuditEntry.action)))


@pytest.mark.parametrize("typed", ["Rini Wulandari", "Siti"])
def test_name_is_asked_again_when_it_is_wrong(session: Session, typed: str) -> None:
    assert step(at_name(session), typed) == "utter_ask_full_name_wrong"


# ---------------------------------------------------------------- turns


@pytest.mark.parametrize("intent", ["ask_documents", "ask_facility", "greet", "ask_pregnancy_health", "thank"])
@pytest.mark.parametrize("asked", ["nik", "birth_date", "full_name"])
def test_form_leaves_other_questions_to_their_own_rules(session: Session, intent: str, asked: str) -> None:
    talk = (
        stranger(session) if asked == "nik" else at_birth_date(session) if asked == "birth_date" else at_name(session)
    )
    if asked == "nik":
        step(talk, "cek", "check_eligibility")
    claims = len(session.scalars(select(IdentityClaim)).all())
    assert step(talk, "surat apa yang dibawa", intent) == "not an answer"
    assert len(session.scalars(select(IdentityClaim)).all()) == claims


def test_question_is_repeated_kindly_after_a_digression(session: Session) -> None:
    talk = at_birth_date(session)
    message = talk.write("surat apa yang dibawa")
    assert talk.again(VALIDATE, message, "ask_documents").events == []
    assert talk.again(ActionAskBirthDate(), message, "ask_documents").responses == ["utter_ask_birth_date_again"]


def test_digression_is_no_answer_when_the_form_is_taken_up_after_it(session: Session) -> None:
    talk = at_birth_date(session)
    message = talk.write("surat apa yang dibawa, saya lahir 5 maret 1997")
    talk.again(VALIDATE, message, "ask_documents", after="action_tell_documents")
    assert (talk.slots["requested_slot"], talk.slots["identity_problem"]) == ("birth_date", "again")
    assert session.scalars(select(AuditEntry).where(AuditEntry.action == "identity_wrong")).all() == []


def test_message_is_read_once_when_it_is_tried_again(session: Session) -> None:
    talk = at_birth_date(session)
    message = talk.write("5 maret 1997")
    for _ in range(4):
        talk.again(VALIDATE, message)
    assert talk.slots["requested_slot"] == "birth_date"
    assert len(session.scalars(select(AuditEntry).where(AuditEntry.action == "identity_wrong")).all()) == 1


@pytest.mark.parametrize(
    ("intent", "sentence", "happened"),
    [
        pytest.param("cancel", "utter_cancelled", "nothing", id="cancel"),
        pytest.param("talk_to_human", "utter_handed_over", "handed over", id="wants a person"),
        pytest.param("stop_messages", "utter_stopped", "stopped", id="stop"),
    ],
)
def test_form_is_left(session: Session, intent: str, sentence: str, happened: str) -> None:
    mother = factories.person(session)
    talk = Talk(session, factories.contact(session, mother.phone), {"requested_slot": "nik", "topic": "jkn"})
    heard = talk.do(ActionLeaveForm(), "sudah", intent)
    assert heard.responses[0] == sentence
    assert {"event": "active_loop", "timestamp": None, "name": None} in heard.events
    assert set(heard.slots.values()) == {None}
    assert bool(session.scalars(select(Handoff)).all()) is (happened == "handed over")
    assert (mother.messages, talk.contact.stopped_at) == (
        ("stopped", talk.now) if happened == "stopped" else ("on", None)
    )


# ---------------------------------------------------------------- cadres and officers


def cadre_talk(session: Session) -> Talk:
    return Talk(session, factories.contact(session, factories.cadre(session).phone))


def answer_to_cadre(session: Session, talk: Talk, text: str) -> Heard:
    step(talk, text, "check_eligibility")
    return talk.do(ActionTellEligibility(), None, "check_eligibility")


@pytest.mark.parametrize(
    ("village", "told"), [(factories.SUMBEROTO, True), (KETAWANG, False)], ids=["in her area", "outside"]
)
@pytest.mark.parametrize("by", ["nik", "name"])
def test_cadre_is_told_of_mothers_of_her_area_only(session: Session, village: str, told: bool, by: str) -> None:
    mother = factories.person(session, name="Rini Wulandari", village_code=village)
    factories.civil_record(session, str(mother.nik), name="Rini Wulandari", village_code=village)
    factories.jkn_record(session, str(mother.nik))
    talk = cadre_talk(session)
    text = f"cek {mother.nik}" if by == "nik" else "tolong cek bu Rini Wulandari gratis tidak"
    if by == "name" and not told:
        assert step(talk, text, "check_eligibility") == "utter_ask_nik_of_mother"
        return
    heard = answer_to_cadre(session, talk, text)
    assert ("utter_path_JKN_ACTIVE" in heard.responses) is told
    assert ("utter_not_your_area" in heard.responses) is not told
    assert ("Ibu Rini Wulandari" in heard.text) is told


def test_cadre_is_asked_for_the_nik_when_two_mothers_have_that_name(session: Session) -> None:
    factories.person(session, name="Rini Wulandari")
    factories.person(session, name="Rini Wulandari")
    assert step(cadre_talk(session), "cek bu Rini Wulandari", "check_eligibility") == "utter_ask_nik_of_mother"


def test_officer_of_dinkes_is_told_of_every_mother(session: Session) -> None:
    mother = factories.person(session, village_code=KETAWANG, born_on=BORN_ON)
    factories.civil_record(session, str(mother.nik), village_code=KETAWANG)
    talk = Talk(session, factories.contact(session, factories.staff(session, unit="dinkes").phone))
    assert step(talk, f"cek {mother.nik}", "check_eligibility") == "done: None"


def test_cadre_hears_what_to_do_when_nobody_knows_the_nik(session: Session) -> None:
    heard = answer_to_cadre(session, cadre_talk(session), f"cek {factories.make_nik()}")
    assert heard.responses[0] == "utter_path_UNKNOWN_identity"


def test_card_of_one_is_not_shown_to_the_other_on_the_same_phone(session: Session) -> None:
    siti = factories.person(session)
    factories.person(session, name="Dewi Lestari", phone=siti.phone)
    talk = Talk(session, factories.contact(session, siti.phone))
    assert step(talk, "apakah saya bisa gratis", "check_eligibility") == "done: who_writes"
    told = talk.again(ActionTellEligibility(), None, "check_eligibility")
    assert "Bu Siti atau Bu Dewi" in told.messages[-1]["text"]
