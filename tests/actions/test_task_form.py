"""The one form of all tasks: what goes first, what is asked again, what goes on after something came in between."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import TaskTalk
from tests.conftest import NOW
from tests.factories import SUMBEROTO


@pytest.fixture
def registering(session: Session) -> TaskTalk:
    """A stranger in the middle of her registration: her name is asked."""
    talk = TaskTalk(Talk(session, factories.contact(session)))
    talk.say("saya mau daftar hamil", "register_pregnancy")
    talk.press("/inform:consent:all")
    assert talk.draft is not None
    assert talk.draft.task == "registration"
    return talk


def test_brief_matter_in_between_is_answered_and_the_question_asked_again(registering: TaskTalk) -> None:
    said = registering.say("sudah periksa tadi pagi di bidan", "report_antenatal_visit")
    assert "nama lengkap" in said.text
    assert registering.draft is not None
    assert registering.draft.task == "registration"
    registering.say("Sulastri Ningrum")
    assert registering.draft.asked != "name"


def test_matter_with_questions_of_its_own_comes_back_afterwards(registering: TaskTalk) -> None:
    registering.say("mau komplain bu", "complain")
    assert registering.draft is not None
    assert registering.draft.task == "complaint"
    said = registering.say("bidannya membentak saya di puskesmas Donomulyo")
    assert "nama lengkap" in said.text
    assert registering.draft.task == "registration"


def test_loss_is_never_followed_by_the_question_that_was_open(registering: TaskTalk) -> None:
    said = registering.say("saya keguguran bu kemarin", "report_loss")
    assert "nama lengkap" not in said.text


def test_clear_question_of_another_kind_is_left_to_others(registering: TaskTalk) -> None:
    assert not registering.say("apa saja yang ditanggung", "ask_coverage").is_answered
    assert registering.draft is not None


def test_unsure_reading_of_another_wish_is_taken_for_the_answer(registering: TaskTalk) -> None:
    assert registering.say("Lestari", "ask_facility", confidence=0.45).is_answered


def test_message_that_was_read_before_only_repeats_the_question(registering: TaskTalk) -> None:
    talk = registering.talk
    message = talk.write("Sulastri Ningrum")
    first = talk.again(registering.form, message, "inform", intent_ranking=[])
    again = talk.again(registering.form, message, "inform", intent_ranking=[])
    assert again.messages[-1]["text"] == first.messages[-1]["text"]


@pytest.mark.parametrize(("certainty", "asks"), [("alarm", False), ("ask", True)])
def test_after_an_alarm_the_open_question_waits(registering: TaskTalk, certainty: str, asks: bool) -> None:
    talk = registering.talk
    talk.events.append({"event": "action", "name": "action_raise_alert"})
    message = talk.write("kok kroso mrebes")
    danger = {"kind": "danger", "certainty": certainty, "codes": ["waters_preterm"]}
    said = talk.again(registering.form, message, "report_danger_sign", after="action_raise_alert", danger=danger)
    assert bool(said.messages) is asks
    assert registering.is_open


def test_answer_to_a_task_that_was_forgotten_says_so(session: Session) -> None:
    talk = TaskTalk(Talk(session, factories.contact(session), slots={"requested_slot": "task_answer"}))
    assert "lupa" in talk.say("ya", "affirm").text
    assert not talk.is_open


def test_task_is_kept_apart_for_every_contact(session: Session) -> None:
    cadre = factories.cadre(session, SUMBEROTO)
    one = TaskTalk(Talk(session, factories.contact(session), now=NOW))
    other = TaskTalk(Talk(session, factories.contact(session, cadre.phone), now=NOW))
    one.say("saya mau daftar hamil", "register_pregnancy")
    assert other.draft is None


@pytest.mark.parametrize("intent", ["inform", "deny", "nlu_fallback"])
def test_answer_that_the_task_cannot_use_is_asked_for_again_and_never_left_to_nobody(
    session: Session, intent: str
) -> None:
    talk = TaskTalk(Talk(session, factories.contact(session)))
    talk.say("mau ganti data", "update_data")
    said = talk.say("anu bu", intent)
    assert "belum paham" in said.text
    assert "NIK" in said.text
    again = talk.say("anu lagi bu", intent)
    assert "Petugas saya beri tahu" in again.text
    assert talk.is_open
