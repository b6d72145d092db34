"""How an emergency was told: read by officers, not by neighbours, and whom it names."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import presses
from registry.emergencies import alert_words, alerts
from registry.models import Alert
from tests import factories
from tests.conftest import NOW
from tests.registry.emergencies.alert_cases import CADRE, MIDWIFE, MINUTE, MOTHER, run, to

pytestmark = pytest.mark.usefixtures("helpers")
NIK = "3507014503989001"


def tells(session: Session, phone: str, text: str, *signs: str, minutes: int = 0) -> Alert:
    """Somebody tells of an emergency in these words."""
    speaker = factories.speaker_of(session, phone)
    message = factories.inbox_message(session, speaker.contact)
    message.content = {"kind": "message", "text": text}
    now = NOW + minutes * MINUTE
    return alerts.raise_alert(session, speaker, "danger_sign", signs or ("bleeding",), now, message.id)


def test_officers_read_her_words_and_the_cadre_does_not(session: Session) -> None:
    factories.person(session, phone=MOTHER)
    tells(session, MOTHER, "saya ditendang suami,\nsekarang keluar darah")
    assert 'katanya "saya ditendang suami, sekarang keluar darah"' in to(session, MIDWIFE)[0]
    assert "ditendang" not in to(session, CADRE)[0]


def test_the_next_officers_read_them_too(session: Session) -> None:
    factories.person(session, phone=MOTHER)
    tells(session, MOTHER, "sprei saya basah merah semua")
    run(session, NOW + 11 * MINUTE)
    assert "sprei saya basah merah semua" in to(session, MIDWIFE)[-1]


@pytest.mark.parametrize(
    ("text", "never"),
    [
        pytest.param(f"keluar darah nik {NIK}", NIK, id="a NIK"),
        pytest.param("darah " * 200, "darah " * 30, id="a long story"),
        pytest.param("keluar\n\n\tdarah", "\n", id="more than one line"),
    ],
)
def test_words_are_short_and_hold_no_number(session: Session, text: str, never: str) -> None:
    factories.person(session, phone=MOTHER)
    shown = alert_words.shown(session, tells(session, MOTHER, text))
    assert shown
    assert never not in shown


def test_words_that_are_no_longer_kept_are_left_out(session: Session) -> None:
    factories.person(session, phone=MOTHER)
    row = tells(session, MOTHER, "keluar darah")
    row.about = "message:999999"
    assert alert_words.shown(session, row) == ""


@pytest.mark.parametrize(
    ("first", "second", "apart"),
    [
        pytest.param("bu Sutini pendarahan", "bu Painah kejang di rumahnya", True, id="two names"),
        pytest.param("bu Sutini pendarahan", "bu Sutini kejang", False, id="the same name"),
        pytest.param("bu Sutini pendarahan", "sekarang kejang bu", False, id="no name the second time"),
        pytest.param("ada bumil pendarahan", "bu Sutini kejang", False, id="no name the first time"),
    ],
)
def test_two_mothers_nobody_knows_are_two_alerts(session: Session, first: str, second: str, apart: bool) -> None:
    tells(session, CADRE, first)
    tells(session, CADRE, second, "fits", minutes=2)
    assert len(session.scalars(select(Alert)).all()) == 1 + apart


@pytest.mark.parametrize(
    ("said", "status", "taken"),
    [
        pytest.param("sudah saya antar ke puskesmas", "closed", False, id="she has brought her there"),
        pytest.param("saya bawa ke puskesmas sekarang", "open", True, id="she is bringing her"),
        pytest.param("bu Sutini sudah saya antar ke puskesmas", "closed", False, id="by the name she gave"),
        pytest.param("bu Painah sudah saya antar ke puskesmas", "open", False, id="she speaks of another"),
    ],
)
def test_cadre_says_what_became_of_the_mother_she_told_of(
    session: Session, said: str, status: str, taken: bool
) -> None:
    row = tells(session, CADRE, "bu Sutini pendarahan")
    speaker = factories.speaker_of(session, CADRE)
    press = presses.spoken(session, speaker, said, NOW)
    if press is not None:
        presses.act(session, speaker, press, NOW, None)
    assert (row.status, row.taken_by is not None) == (status, taken)


def test_stranger_cannot_close_an_alert_of_a_cadre(session: Session) -> None:
    row = tells(session, CADRE, "bu Sutini pendarahan")
    stranger = factories.speaker_of(session, MOTHER)
    assert presses.spoken(session, stranger, "sudah saya antar ke puskesmas", NOW) is None
    assert row.status == "open"
