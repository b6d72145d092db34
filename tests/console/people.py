"""A mother with everything an officer may find about her."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from registry.casework import talks
from registry.db import Database
from registry.models import (
    Alert,
    EligibilityAnswer,
    Pregnancy,
    Visit,
)
from registry.persons.people import Speaker
from registry.reminding import plan
from tests import factories as make
from tests.conftest import NOW
from tests.console.conftest import Console
from tests.factories import SUMBEROTO


def add(console: Console, village: str = SUMBEROTO, name: str = "Siti Aminah", **values: Any) -> dict[str, int]:
    """A mother with a visit, an answer, an alert and an open talk; the ids of all."""
    with console.database.write() as session:
        mother = make.person(session, village_code=village, name=name, **values)
        pregnancy = make.pregnancy(session, mother)
        contact = make.contact(session, mother.phone, last_wrote_at=NOW)
        make.inbox_message(session, contact, name)
        visit = Visit(pregnancy_id=pregnancy.id, kind="K1", on=NOW.date() - timedelta(days=90), status="reported")
        answer = EligibilityAnswer(
            person_id=mother.id, contact_id=contact.id, at=NOW, rule="R1", path="JKN_ACTIVE", status="likely",
            reasons=[],
        )  # fmt: skip
        alert = Alert(
            kind="danger_sign", person_id=mother.id, phone=mother.phone, signs=["bleeding"], village_code=village,
            at=NOW,
        )  # fmt: skip
        session.add_all([visit, answer, alert])
        talks.open_handoff(session, Speaker(contact, "mother", person=mother), "talk_to_human", NOW, None)
        plan.replan(session, pregnancy, NOW)
        return {
            "person": mother.id, "pregnancy": pregnancy.id, "contact": contact.id, "visit": visit.id,
            "answer": answer.id, "alert": alert.id,
        }  # fmt: skip


def read(database: Database, ids: dict[str, int]) -> tuple[Pregnancy, Visit, EligibilityAnswer, Alert]:
    with database.read() as session:
        return (
            session.get_one(Pregnancy, ids["pregnancy"]),
            session.get_one(Visit, ids["visit"]),
            session.get_one(EligibilityAnswer, ids["answer"]),
            session.get_one(Alert, ids["alert"]),
        )
