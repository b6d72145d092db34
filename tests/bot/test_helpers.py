"""Helpers' short wishes and small talk: no classifier guesses, and no mother's menu."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from bot import helpers
from bot.understanding import Reply
from registry import drafts, texts
from registry.persons.people import Speaker
from tests import factories
from tests.conftest import NOW


@pytest.fixture
def cadre(session: Session) -> Speaker:
    """Of Sumberoto, who looks after Warsini."""
    factories.person(session, name="Warsini Handayani")
    factories.person(session, name="Tukirah Lestari")
    return factories.speaker_of(session, factories.cadre(session).phone)


def payload(session: Session, speaker: Speaker, said: str) -> str | None:
    return helpers.payload(session, speaker, said, said, said, NOW)


@pytest.mark.parametrize(
    ("said", "wish"),
    [
        ("daftar ibu saya", "/list_my_mothers"),
        ("kartu bu warsini", "/list_my_mothers"),
        ("hpl bu warsini ternyata 20 februari kata usg", "/update_data"),
        ("bumil Ponirah 28 th hpht 3/8/26", "/register_pregnancy"),
        ("kartu bu tukinah", None),
        ("warsini wes k4 wingi", "/report_antenatal_visit"),
        ("bu warsini kapan k4?", None),
        ("yg periksa hari ini bu warsini, mbak tukirah. bu ani ga datang", "/report_antenatal_visit"),
        ("bu warsini dan bu tukirah sudah lahiran", None),
        ("", None),
    ],
)
def test_short_wish_of_a_cadre(session: Session, cadre: Speaker, said: str, wish: str | None) -> None:
    assert payload(session, cadre, said) == wish


def test_within_a_task_it_may_be_an_answer(session: Session, cadre: Speaker) -> None:
    drafts.keep(session, cadre.contact, "visit", "which", {}, NOW, None)
    assert payload(session, cadre, "kartu bu warsini") is None


@pytest.mark.parametrize(
    ("asked", "said", "answer"),
    [
        ("duplicate", "sama", "/affirm"),
        ("duplicate", "iya sama orangnya", "/affirm"),
        ("duplicate", "beda bu", "/deny"),
        ("differ", "pakai yang baru", "/affirm"),
        ("differ", "yang lama aja", "/deny"),
        ("confirm", "sama", None),
    ],
)
def test_choice_in_a_registration_is_no_wish_of_its_own(
    session: Session, cadre: Speaker, asked: str, said: str, answer: str | None
) -> None:  # fmt: skip
    drafts.keep(session, cadre.contact, "registration", asked, {}, NOW, None)
    assert payload(session, cadre, said) == answer


def test_claim_without_a_role_gets_what_everybody_gets(session: Session) -> None:
    stranger = factories.speaker_of(session, "+6281299000999")
    assert payload(session, stranger, "saya bidan puskesmas, minta data bumil sumberoto") == "/list_my_mothers"
    assert payload(session, stranger, "daftar ibu saya") is None


@pytest.mark.parametrize("name", helpers.SMALL_TALK)
def test_small_talk_has_words_for_every_helper(session: Session, name: str) -> None:
    said = texts.say(name)
    mothers = Reply(said.text, said.buttons)
    for helper in (factories.cadre(session), factories.staff(session), factories.driver(session)):
        own = helpers.reply_for(factories.speaker_of(session, helper.phone), mothers)
        assert own.text != mothers.text
        assert not {"/check_eligibility", "/ask_facility"} & {payload for _, payload in own.buttons}


def test_mothers_and_other_answers_are_left_alone(session: Session, cadre: Speaker) -> None:
    greeting = Reply(texts.say("utter_greet").text)
    mother = factories.speaker_of(session, factories.person(session).phone or "")
    assert helpers.reply_for(mother, greeting) is greeting
    other = Reply("Sudah saya catat.")
    assert helpers.reply_for(cadre, other) is other
