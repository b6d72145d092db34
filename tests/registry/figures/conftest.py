"""A world of which everything that is counted can be counted by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.figures.indicators import PATHS
from registry.models import Alert, Birth, Complaint, EligibilityAnswer, Person, Reminder, Ride, RideOffer, Visit
from tests import factories
from tests.conftest import NOW
from tests.factories import BANJAREJO, KETAWANG, SUMBEROTO

VILLAGES = (SUMBEROTO, BANJAREJO, KETAWANG)
VISITS = ("K1", "K2", "K4", "K6", "KF1", "KF2", "KF4", "KN1", "KN3")


@pytest.fixture
def populated(session: Session) -> Session:
    """Forty women of three villages, and everything that can be counted of them, spread over eight months; then a
    dozen entries that were wrong, half of them of women who are on the list rightly too."""
    dice = Random(8)

    def moment() -> datetime:
        return NOW - timedelta(hours=dice.randrange(0, 24 * 240))

    def some(values: Any) -> Any:
        return dice.choice(values)

    for number in range(52):
        village, opened = some(VILLAGES), moment()
        closed = some((None, opened + timedelta(days=dice.randrange(1, 90))))
        mother = factories.person(session, village_code=village)
        hpht = some((None, opened.date() - timedelta(days=dice.randrange(10, 120))))
        status, reason = "active" if closed is None else some(("delivered", "loss")), None
        if number >= 40:
            closed, status, reason = opened + timedelta(days=dice.randrange(1, 90)), "closed", "wrong_entry"
        if number >= 46:
            factories.pregnancy(session, mother, opened_at=closed or NOW)
        pregnancy = factories.pregnancy(
            session, mother, hpht=hpht, opened_at=opened, closed_at=closed, status=status, close_reason=reason
        )
        if some((True, False)):
            factories.jkn_record(session, mother.nik or "", active=some((True, False, None)))
        for kind in dice.sample(VISITS, 4):
            session.add(Visit(pregnancy_id=pregnancy.id, kind=kind, on=moment().date(), status="reported"))
        place = some((None, "home", "puskesmas", "hospital", "on_the_way"))
        session.add(Birth(pregnancy_id=pregnancy.id, on=moment().date(), place_kind=place, reported_at=NOW))
        _drive(session, village, moment(), dice)
        _alarm(session, mother, moment(), dice)
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


def _alarm(session: Session, mother: Person, at: datetime, dice: Random) -> None:
    session.add(
        Alert(
            kind=dice.choice(("danger_sign", "labour", "missed_visit", "high_risk")),
            signs=[],
            person_id=mother.id,
            village_code=mother.village_code,
            at=at,
            status=dice.choice(("open", "closed")),
            taken_at=dice.choice((None, at + timedelta(minutes=dice.randrange(1, 30)))),
        )
    )


def _drive(session: Session, village: str, at: datetime, dice: Random) -> None:
    ride = Ride(
        purpose="visit",
        at=at,
        asked_at=at,
        urgent=dice.choice((True, False)),
        village_code=village,
        status=dice.choice(("done", "escalated", "cancelled")),
        confirmed_at=dice.choice((None, at + timedelta(minutes=dice.randrange(1, 50)))),
        arrived_at=dice.choice((None, at + timedelta(minutes=dice.randrange(50, 90)))),
    )
    session.add(ride)
    session.flush()
    _try_drivers(session, ride, dice)


def _try_drivers(session: Session, ride: Ride, dice: Random) -> None:
    """Some say no, some nothing; for some rides people are called, twice for one."""
    driver = factories.driver(session)
    for status in dice.sample(("declined", "declined", "silent", "stood_down"), 2):
        session.add(RideOffer(ride_id=ride.id, driver_id=driver.id, status=status, at=ride.at, until=ride.at))
    for _ in range(dice.choice((0, 0, 1, 2))):
        session.add(
            Alert(kind="no_driver", about=f"ride:{ride.id}", signs=[], village_code=ride.village_code, at=ride.at)
        )


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
