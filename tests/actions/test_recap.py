"""Figures by message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.models import Complaint, Visit
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.tasks import TaskTalk
from tests.conftest import NOW
from tests.factories import DONOMULYO, GONDANGLEGI, SUMBEROTO


def talk_with(session: Session, phone: str) -> TaskTalk:
    return TaskTalk(Talk(session, factories.contact(session, phone)))


@pytest.fixture
def _mother(session: Session) -> None:
    """One pregnant woman of Sumberoto, seen for the fourth time this month, who has complained."""
    person = factories.person(session)
    pregnancy = factories.pregnancy(session, person)
    session.add(Visit(pregnancy_id=pregnancy.id, kind="K4", on=NOW.date() - timedelta(days=2), status="reported"))
    session.add(
        Complaint(number="K-2026-000001", person_id=person.id, category="other", text="x", routed_to="dinkes", at=NOW)
    )
    session.flush()


@pytest.mark.usefixtures("_mother")
@pytest.mark.parametrize(
    ("text", "there", "missing"),
    [
        ("rekap bulan ini", ("November 2026", "Ibu hamil terdaftar: 1", "K4: 1"), ()),
        ("berapa K4 bulan ini", ("K4: 1",), ("JKN",)),
        ("rekap jkn", ("JKN aktif",), ("K4",)),
        ("rekap oktober", ("Belum ada catatan untuk Oktober 2026",), ("terdaftar",)),
    ],
    ids=["everything", "one indicator", "cards", "a month without anything"],
)
def test_cadre_gets_the_figures_of_her_villages(
    session: Session, text: str, there: tuple[str, ...], missing: tuple[str, ...]
) -> None:
    said = talk_with(session, factories.cadre(session, SUMBEROTO).phone).say(text, "ask_recap")
    assert [words for words in there if words not in said.text] == []
    assert [words for words in missing if words in said.text] == []


@pytest.mark.usefixtures("_mother")
def test_puskesmas_elsewhere_gets_none_of_it(session: Session) -> None:
    said = talk_with(session, factories.staff(session, GONDANGLEGI).phone).say("rekap bulan ini", "ask_recap")
    assert "Belum ada catatan" in said.text


@pytest.mark.usefixtures("_mother")
def test_complaints_are_told_to_dinkes_alone(session: Session) -> None:
    midwife = talk_with(session, factories.staff(session, DONOMULYO).phone)
    dinkes = talk_with(session, factories.staff(session, unit="dinkes").phone)
    for text in ("rekap bulan ini", "rekap keluhan"):
        assert "Keluhan" not in midwife.say(text, "ask_recap").text
        assert "Keluhan: 1" in dinkes.say(text, "ask_recap").text


@pytest.mark.parametrize("role", ["mother", "driver", "stranger"])
def test_others_are_told_that_it_is_not_for_them(session: Session, role: str) -> None:
    makers: dict[str, Callable[[Session], Any]] = {"mother": factories.person, "driver": factories.driver}
    phone = makers[role](session).phone if role in makers else factories.make_phone()
    assert "hanya untuk kader dan petugas" in talk_with(session, phone).say("rekap bulan ini", "ask_recap").text
