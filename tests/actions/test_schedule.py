"""When the next check-up is: hers, of a mother who is named, else the national plan."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from actions.schedule import ActionTellSchedule
from registry.models import Birth, Cadre, Person, Staff, Visit
from tests import factories
from tests.actions.conftest import Talk
from tests.actions.course import People, people_of
from tests.conftest import NOW


@pytest.fixture
def world(session: Session) -> People:
    """Both 27 weeks."""
    return people_of(session)


def answer(world: People, who: Person | Cadre | Staff, text: str = "jadwal saya kapan?") -> str:
    talk = Talk(world.session, factories.contact(world.session, who.phone))
    message = talk.do(ActionTellSchedule(), text, "ask_antenatal_schedule").messages[0]
    return str(message.get("response") or message["text"])


def test_she_hears_her_week_the_next_visit_and_what_is_done(session: Session, world: People) -> None:
    session.add(
        Visit(pregnancy_id=world.pregnancy.id, kind="K3", on=NOW.date() - timedelta(weeks=5), status="reported")
    )
    said = answer(world, world.rina)
    assert "27 minggu" in said
    assert "periksa ke-4: Sabtu, 28 November 2026, di Puskesmas Donomulyo" in said
    assert "1 dari 6" in said


def test_a_stranger_hears_the_national_plan(session: Session, world: People) -> None:
    assert answer(world, factories.person(session, registered=False)) == "utter_antenatal_schedule"


def test_without_dates_she_is_asked_to_be_checked(session: Session, world: People) -> None:
    world.pregnancy.hpht = world.pregnancy.hpl = None
    assert "belum tercatat" in answer(world, world.rina)


def test_after_the_birth_mother_and_baby(session: Session, world: People) -> None:
    world.pregnancy.status = "delivered"
    session.add(Birth(pregnancy_id=world.pregnancy.id, on=NOW.date() - timedelta(days=1), reported_at=NOW))
    assert "periksa nifas ke-1 dan periksa bayi ke-1" in answer(world, world.rina)


@pytest.mark.parametrize("status", ["loss", "miscarriage"])
def test_after_a_loss_no_schedule_is_spoken_of(session: Session, world: People, status: str) -> None:
    world.pregnancy.status = status
    said = answer(world, world.rina)
    assert "tidak ada jadwal" in said
    assert "minggu" not in said


@pytest.mark.parametrize("named", ["bu rina wati", "M-4F7Q"])
def test_a_cadre_asks_about_one_of_hers(session: Session, world: People, named: str) -> None:
    assert "Rina Wati (M-4F7Q)" in answer(world, world.cadre, f"jadwal {named} kapan?")


def test_of_several_she_is_shown_the_names(session: Session, world: People) -> None:
    assert "M-4F7R" in answer(world, world.cadre, "jadwal bu rina kapan?")


def test_nothing_is_told_of_a_mother_of_another_area(session: Session, world: People) -> None:
    other = factories.cadre(session, factories.KETAWANG)
    assert "tidak menemukan" in answer(world, other, "jadwal bu rina wati kapan?")


def test_a_cadre_who_names_nobody_hears_the_national_plan(session: Session, world: People) -> None:
    assert answer(world, world.cadre) == "utter_antenatal_schedule"


def test_two_mothers_on_one_phone_are_asked_who_writes(session: Session, world: People) -> None:
    world.sari.phone, world.sari.phone_index = world.rina.phone, world.rina.phone_index
    session.flush()
    assert "lebih dari satu ibu" in answer(world, world.rina)
