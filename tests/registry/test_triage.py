"""What is said to whoever tells of danger or labour."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from nlu.language import danger
from registry import cases, people, texts, triage
from registry.cases import AlertKind
from registry.models import Alert, Cadre, Contact, Staff
from registry.people import Speaker
from registry.triage import Answer
from tests import factories
from tests.conftest import NOW
from tests.factories import KETAWANG, SUMBEROTO

MOTHER = "+6281200001004"
PLACE = "Puskesmas Donomulyo"
LEXICON = Path(danger.__file__).parent / "danger.tsv"
SIGNS = {line.partition("\t")[0] for line in LEXICON.read_text().splitlines() if not line.startswith("#")}
SIGNS |= {"waters_preterm", "unspecified"}
SOMEWHERE = "puskesmas atau IGD rumah sakit terdekat"


def _answers(
    session: Session, speaker: Speaker, *signs: str, kind: AlertKind = "danger_sign", minutes: int = 0
) -> list[Answer]:
    return triage.answer_danger(session, speaker, kind, signs, NOW + timedelta(minutes=minutes), None)


def _mother(session: Session, **values: object) -> Speaker:
    factories.person(session, phone=MOTHER, **values)
    return factories.speaker_of(session, MOTHER)


@pytest.mark.parametrize(
    ("kind", "signs", "response"),
    [
        pytest.param("danger_sign", ["bleeding"], "utter_danger", id="danger"),
        pytest.param("danger_sign", [], "utter_danger", id="danger of an unknown kind"),
        pytest.param("danger_sign", ["nb_fits"], "utter_danger_newborn", id="danger of the newborn"),
        pytest.param("danger_sign", ["nb_fits", "bleeding"], "utter_danger", id="danger of both"),
        pytest.param("labour", ["contractions"], "utter_labour", id="labour"),
        pytest.param("labour", [], "utter_labour", id="labour without a sign"),
    ],
)
def test_the_answer_fits_what_was_told(session: Session, kind: AlertKind, signs: list[str], response: str) -> None:
    (answer,) = _answers(session, _mother(session), *signs, kind=kind)
    assert answer.response == response
    assert answer.values["place"].startswith(PLACE)
    texts.say(answer.response, **answer.values)


def test_an_alert_without_a_sign_says_so(session: Session) -> None:
    _answers(session, _mother(session))
    assert session.scalars(select(Alert)).one().signs == ["unspecified"]


@pytest.mark.parametrize("sign", sorted(SIGNS))
def test_every_sign_has_a_name_and_a_safe_answer(session: Session, sign: str) -> None:
    assert texts.phrase(f"sign_{sign}") != ""
    answers = _answers(session, _mother(session), sign)
    said = texts.say(answers[0].response, **answers[0].values).text
    assert "119" in said
    assert PLACE in said


@pytest.mark.parametrize(
    ("signs", "words"),
    [
        pytest.param(["bleeding"], "miring ke kiri", id="bleeding"),
        pytest.param(["fits"], "jangan masukkan apa pun ke mulut", id="fits"),
        pytest.param(["nb_fits"], "Dekap bayi", id="the newborn"),
        pytest.param(["less_movement", "fever"], "Minum air putih", id="the first sign that has advice"),
        pytest.param(["less_movement"], "", id="a sign without advice"),
    ],
)
def test_what_to_do_while_waiting(session: Session, signs: list[str], words: str) -> None:
    (answer,) = _answers(session, _mother(session), *signs)
    assert words in answer.values["safe"]
    assert (answer.values["safe"] == "") is (words == "")


@pytest.mark.parametrize(
    ("there", "called"),
    [
        pytest.param(["midwife", "cadre", "dinkes"], "Bidan dan kader", id="midwife and cadre"),
        pytest.param(["midwife", "dinkes"], "Bidan sudah", id="the midwife"),
        pytest.param(["cadre"], "Kader sudah", id="the cadre"),
        pytest.param(["cadre", "dinkes"], "Kader sudah", id="the cadre, and Dinkes"),
        pytest.param(["dinkes"], "Petugas Dinas Kesehatan sudah", id="Dinkes"),
        pytest.param([], "Petugas saya beri tahu", id="nobody"),
        pytest.param(["midwife out of reach"], "Petugas saya beri tahu", id="a midwife the bot cannot reach"),
    ],
)
def test_she_is_told_who_was_called_and_nobody_else(session: Session, there: list[str], called: str) -> None:
    makers: dict[str, Callable[[], Cadre | Staff]] = {
        "midwife": lambda: factories.staff(session),
        "cadre": lambda: factories.cadre(session),
        "dinkes": lambda: factories.staff(session, unit="dinkes"),
    }
    for helper in there:
        if helper in makers:
            factories.reachable(session, makers[helper]())
        else:
            factories.staff(session)
    (answer,) = _answers(session, _mother(session), "bleeding")
    assert answer.values["called"].startswith(called)


@pytest.mark.parametrize(
    ("who", "asked"),
    [
        pytest.param("mother of a known village", False, id="not a mother whose village is known"),
        pytest.param("mother of an unknown village", True, id="a mother whose village is not known"),
        pytest.param("stranger", True, id="a stranger"),
        pytest.param("stranger who said where", False, id="not a stranger who said where she is"),
        pytest.param("cadre of one village", False, id="not a cadre"),
        pytest.param("cadre of two villages", False, id="not a cadre of two villages"),
        pytest.param("midwife", False, id="not a midwife"),
    ],
)
def test_who_is_asked_where_she_is(session: Session, who: str, asked: bool) -> None:
    if who.startswith("mother"):
        factories.person(session, phone=MOTHER, village_code=None if "unknown" in who else SUMBEROTO)
    elif who.startswith("cadre"):
        factories.cadre(session, *([SUMBEROTO, KETAWANG] if "two" in who else [SUMBEROTO]), phone=MOTHER)
    elif who == "midwife":
        factories.staff(session, phone=MOTHER)
    speaker = factories.speaker_of(session, MOTHER)
    if who == "stranger who said where":
        cases.note_place(session, speaker, SUMBEROTO, NOW, None)
    answers = _answers(session, speaker, "bleeding")
    assert [answer.response for answer in answers[1:]] == (["utter_ask_where_are_you"] if asked else [])
    assert answers[0].values["place"].startswith(SOMEWHERE if asked or "two" in who or who == "midwife" else PLACE)


def test_a_second_message_about_the_same_gets_a_short_answer(session: Session) -> None:
    speaker = _mother(session)
    _answers(session, speaker, "bleeding", "fits")
    (answer,) = _answers(session, speaker, "fits", minutes=1)
    assert answer.response == "utter_danger_again"
    assert answer.values["place"].startswith(PLACE)


def test_a_new_sign_gets_the_whole_answer_again(session: Session) -> None:
    speaker = _mother(session)
    _answers(session, speaker, "bleeding")
    assert [a.response for a in _answers(session, speaker, "nb_fits", minutes=1)] == ["utter_danger_newborn"]


def test_a_stranger_is_asked_only_once_where_she_is(session: Session) -> None:
    speaker = factories.speaker_of(session, MOTHER)
    assert len(_answers(session, speaker, "bleeding")) == 2
    assert len(_answers(session, speaker, "fits", minutes=1)) == 1


def test_another_phone_of_the_same_mother_gets_the_short_answer(session: Session) -> None:
    _answers(session, _mother(session), "bleeding")
    telegram = factories.contact(session, MOTHER, channel="telegram")
    (answer,) = _answers(session, people.speaker(session, telegram), "bleeding", minutes=1)
    assert answer.response == "utter_danger_again"


def test_danger_is_answered_without_consent_and_after_stop(session: Session) -> None:
    speaker = _mother(session, consent="refused", messages="stopped")
    speaker.contact.stopped_at = NOW
    assert [a.response for a in _answers(session, speaker, "bleeding")] == ["utter_danger"]
    assert session.scalars(select(Alert.status)).all() == ["open"]


def test_no_answer_holds_her_own_or_anybodys_number(session: Session) -> None:
    factories.reachable(session, factories.staff(session), factories.cadre(session))
    answers = _answers(session, _mother(session), "bleeding")
    said = " ".join(texts.say(a.response, **a.values).text for a in answers)
    assert not any(contact.phone in said for contact in session.scalars(select(Contact)) if contact.phone)
