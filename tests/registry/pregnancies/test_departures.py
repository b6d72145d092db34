"""A cadre tells that a mother has moved away, is not to be found, or was entered by mistake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import presses
from registry.messaging import messages
from registry.models import OutboxMessage, Person, Pregnancy, Reminder
from registry.persons.people import Speaker
from registry.pregnancies import departures
from registry.presses import Press
from registry.reminding import plan
from tests import factories
from tests.conftest import NOW
from tests.factories import GONDANGLEGI, SUMBEROTO


@pytest.fixture
def rina(session: Session) -> Person:
    """A mother of Sumberoto with a plan."""
    person = factories.person(
        session, name="Rina Wulandari", code="M-4F7Q", consent="given", agreed=list(plan.ALL_PURPOSES)
    )
    plan.replan(session, factories.pregnancy(session, person), NOW)
    return person


def speaker(session: Session, make: Callable[..., Any], *areas: str, **values: Any) -> Speaker:
    return factories.speaker_of(session, make(session, *areas, **values).phone)


@pytest.mark.parametrize(
    "said", ["bu rina pindah ke surabaya", "M-4F7Q sudah pindah ke malang kota"], ids=["name", "code"]
)
def test_cadre_is_asked_back_and_her_yes_ends_the_plan(session: Session, rina: Person, said: str) -> None:
    cadre = speaker(session, factories.cadre, SUMBEROTO)
    press = presses.spoken(session, cadre, said, NOW)
    assert press is not None
    assert (press.verb, press.number) == ("moved_ask", rina.id)
    assert "Rina" in presses.act(session, cadre, press, NOW, None)[0].text
    assert "saya catat pindah" in presses.act(session, cadre, Press("moved_yes", rina.id), NOW, None)[0].text
    pregnancy = session.scalars(select(Pregnancy).where(Pregnancy.person_id == rina.id)).one()
    assert (pregnancy.status, pregnancy.close_reason) == ("closed", "moved")
    assert session.scalars(select(Reminder).where(Reminder.status == "planned")).all() == []


def test_no_changes_nothing(session: Session, rina: Person) -> None:
    cadre = speaker(session, factories.cadre, SUMBEROTO)
    presses.act(session, cadre, Press("moved_no", rina.id), NOW, None)
    assert session.scalars(select(Pregnancy.status)).all() == ["active"]


SILENT: dict[str, tuple[Callable[..., Any], tuple[str, ...], str]] = {
    "a cadre of another village": (factories.cadre, ("35.07.10.2011",), "bu rina pindah ke surabaya"),
    "a puskesmas elsewhere": (factories.staff, (GONDANGLEGI,), "bu rina pindah ke surabaya"),
    "a driver": (factories.driver, (SUMBEROTO,), "bu rina pindah ke surabaya"),
    "nobody named": (factories.cadre, (SUMBEROTO,), "orangnya pindah ke surabaya"),
    "something else": (factories.cadre, (SUMBEROTO,), "bu rina sudah K4"),
}


@pytest.mark.usefixtures("rina")
@pytest.mark.parametrize(("make", "areas", "said"), SILENT.values(), ids=SILENT)
def test_words_that_are_not_hers_to_say_do_nothing(
    session: Session, make: Callable[..., Any], areas: tuple[str, ...], said: str
) -> None:
    assert departures.spoken(session, speaker(session, make, *areas), said) is None


def test_typed_payload_of_a_stranger_does_nothing(session: Session, rina: Person) -> None:
    stranger = factories.speaker_of(session, factories.person(session).phone or "")
    presses.act(session, stranger, Press("moved_yes", rina.id), NOW, None)
    assert session.scalars(select(Pregnancy.status)).all() == ["active"]


@pytest.mark.parametrize(
    ("said", "asked", "yes", "reason"),
    [
        ("rina wulandari ga jelas kabare, rumahe kosong", "lost_ask", "lost_yes", "lost_to_follow_up"),
        ("mbak rina hilang kontak bu", "lost_ask", "lost_yes", "lost_to_follow_up"),
        ("bu rina ternyata ga hamil, salah daftar", "entry_ask", "entry_yes", "wrong_entry"),
        ("M-4F7Q dobel bu", "entry_ask", "entry_yes", "wrong_entry"),
    ],
)
def test_other_ends_without_a_loss(
    session: Session, rina: Person, said: str, asked: str, yes: str, reason: str
) -> None:  # fmt: skip
    cadre = speaker(session, factories.cadre, SUMBEROTO)
    assert departures.spoken(session, cadre, said) == (asked, rina.id)
    (question,) = presses.act(session, cadre, Press(asked, rina.id), NOW, None)
    assert question.buttons[0][1] == f"/press:{yes}:{rina.id}"
    presses.act(session, cadre, Press(yes, rina.id), NOW, None)
    pregnancy = session.scalars(select(Pregnancy).where(Pregnancy.person_id == rina.id)).one()
    assert (pregnancy.status, pregnancy.close_reason) == ("closed", reason)


def test_bare_yes_to_the_question_is_the_button(session: Session, rina: Person) -> None:
    """The question is a reply; a yes answers it all the same."""
    cadre = speaker(session, factories.cadre, SUMBEROTO)
    (question,) = presses.act(session, cadre, Press("moved_ask", rina.id), NOW, None)
    messages.queue(session, cadre.contact, question, kind="reply", priority=messages.ANSWER, now=NOW, key="q")
    for row in session.scalars(select(OutboxMessage)):
        row.sent_at, row.status = NOW, "sent"
    session.flush()
    assert presses.spoken(session, cadre, "iya", NOW) == Press("moved_yes", rina.id, "update_data")
    assert presses.spoken(session, cadre, "tidak", NOW) == Press("moved_no", rina.id, "deny")
