"""What she asks after she has complained, and that nobody else is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from nlu.language.complaint import asks_for_news, read_complaint
from registry import presses, texts
from registry.casework import complaints
from registry.models import Complaint
from registry.presses import Press
from tests import factories
from tests.conftest import NOW

HER, OTHER = "+6281200000961", "+6281200000962"
STORY = "tadi di pkm donomulyo saya diminta bayar 300 ribu padahal bpjs aktif"


@pytest.fixture
def row(session: Session) -> Complaint:
    """She complained just now."""
    factories.person(session, phone=HER)
    return complaints.file(session, factories.speaker_of(session, HER), STORY, read_complaint(STORY), NOW, None).row


def answer(session: Session, said: str, phone: str = HER, *, days: int = 0) -> str | None:
    """What is answered without understanding; None: somebody else must see to it."""
    speaker, now = factories.speaker_of(session, phone), NOW + timedelta(days=days)
    press = presses.spoken(session, speaker, said, now)
    return None if press is None else presses.act(session, speaker, press, now, None)[0].text


@pytest.mark.parametrize(
    ("said", "asks"),
    [
        ("laporan saya kemarin gimana kabarnya", True),
        ("bu laporanku wingi piye", True),
        ("pengaduan saya sudah diproses belum", True),
        ("keluhan saya kemarin sudah dijawab belum bu", True),
        ("keluhan mual kok gimana ya", False),
        ("cara komplain gimana", False),
        ("mau lapor bidannya galak", False),
        ("", False),
    ],
)
def test_question_what_became_of_it(said: str, asks: bool) -> None:
    assert asks_for_news(said) is asks


@pytest.mark.parametrize("status", ["open", "answered", "closed"])
def test_she_is_told_how_it_stands(session: Session, row: Complaint, status: str) -> None:
    row.status = status
    said = answer(session, "laporan saya kemarin gimana kabarnya")
    assert said == texts.say(f"complaint_is_{status}", number=row.number).text


@pytest.mark.parametrize("said", ["jangan sebut nama saya", "ojo bilang2 nama saya ya bu"])
def test_she_is_calmed_about_her_name(session: Session, row: Complaint, said: str) -> None:
    assert answer(session, said) == texts.phrase("complaint_name_hidden")


@pytest.mark.parametrize(
    ("said", "phone", "days"),
    [
        pytest.param("laporan saya kemarin gimana kabarnya", OTHER, 0, id="somebody who has not complained"),
        pytest.param("jangan sebut nama saya", HER, 2, id="her name, days later"),
        pytest.param("laporan saya kemarin gimana kabarnya", HER, 91, id="after three months"),
    ],
)
def test_everything_else_is_left_to_others(session: Session, row: Complaint, said: str, phone: str, days: int) -> None:
    assert answer(session, said, phone, days=days) is None


def test_nobody_else_can_press_it(session: Session, row: Complaint) -> None:
    stranger = factories.speaker_of(session, OTHER)
    (said,) = presses.act(session, stranger, Press("complaint_news", row.id), NOW, None)
    assert said.text == texts.phrase("press_too_late")
