"""A world of which everything that is counted can be counted by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.figures.indicators import PATHS
from registry.models import Alert, Birth, Complaint, EligibilityAnswer, Reminder, Ride, Visit
from tests import factories
from tests.conftest import NOW
from tests.factories import BANJAREJO, KETAWANG, SUMBEROTO

VILLAGES = (SUMBEROTO, BANJAREJO, KETAWANG)
VISITS = ("K1", "K2", "K4", "K6", "KF1", "KF2", "KF4", "KN1", "KN3")


@pytest.fixture
def populated(session: Session) -> Session:
    """Forty women of three villages, and everything that can be counted of them, spread over eight months."""
    dice = Random(8)

    def moment() -> datetime:
        return NOW - timedelta(hours=dice.randrange(0, 24 * 240))

    def some(values: Any) -> Any:
        return dice.choice(values)

    for _ in range(40):
        village, opened = some(VILLAGES), moment()
        closed = some((None, opened + timedelta(days=dice.randrange(1, 90))))
        mother = factories.person(session, village_code=village)
        hpht = some((None, opened.date() - timedelta(days=dice.randrange(10, 120))))
        status = "active" if closed is None else some(("delivered", "loss"))
        pregnancy = factories.pregnancy(session, mother, hpht=hpht, opened_at=opened, closed_at=closed, status=status)
        if some((True, False)):
            factories.jkn_record(session, mother.nik or "", active=some((True, False, None)))
        for kind in dice.sample(VISITS, 4):
            session.add(Visit(pregnancy_id=pregnancy.id, kind=kind, on=moment().date(), status="reported"))
        place = some((None, "home", "puskesmas", "hospital", "on_the_way"))
        session.add(Birth(pregnancy_id=pregnancy.id, on=moment().date(), place_kind=place, reported_at=NOW))
        at = moment()
        session.add(
            Ride(
                purpose="visit",
                at=at,
                asked_at=at,
                village_code=village,
                status=some(("done", "escalated", "cancelled")),
                confirmed_at=some((None, at + timedelta(minutes=dice.randrange(1, 50)))),
                arrived_at=some((None, at + timedelta(minutes=dice.randrange(50, 90)))),
            )
        )
        at = moment()
        session.add(
            Alert(
                kind=some(("danger_sign", "labour", "missed_visit", "high_risk")),
                signs=[],
                village_code=village,
                at=at,
                status=some(("open", "closed")),
                taken_at=some((None, at + timedelta(minutes=dice.randrange(1, 30)))),
            )
        )
        for path in dice.sample(PATHS, 2):
            told = {"rule": "r", "path": path, "status": "likely", "reasons": []}
            session.add(EligibilityAnswer(person_id=mother.id, at=moment(), **told))
        filed = {
            "number": f"K-2026-{mother.id:06}",
            "category": "other",
            "text": "…",
            "routed_to": "dinkes",
            "told_in": [],
        }
        session.add(Complaint(person_id=mother.id, at=moment(), **filed))
        _remind(session, pregnancy.id, moment(), some(("sent", "delivered", "read", "failed", None)))
    session.flush()
    return session


def _remind(session: Session, pregnancy_id: int, at: datetime, delivery: str | None) -> None:
    message = factories.outbox_message(session, factories.contact(session)) if delivery else None
    if message is not None:
        message.delivery = delivery or ""
    session.add(
        Reminder(
            pregnancy_id=pregnancy_id,
            kind="anc",
            visit="K4",
            about=at.date(),
            last_on=at.date(),
            text="t",
            recipient="mother",
            key=f"r:{pregnancy_id}",
            due_at=at,
            status="sent",
            sent_at=at,
            outbox_id=message.id if message else None,
        )
    )
