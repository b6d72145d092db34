"""A little world that has something of everything in November 2026, for the pages with figures."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from registry.models import Alert, Birth, Complaint, EligibilityAnswer, Person, Reminder, Ride, Visit
from tests import factories
from tests.conftest import NOW
from tests.factories import KETAWANG, SUMBEROTO

DAY = timedelta(days=1)


def populate(session: Session) -> None:
    """Two women of Sumberoto, one of Ketawang."""
    for village, months_ago in ((SUMBEROTO, 0), (SUMBEROTO, 2), (KETAWANG, 0)):
        woman(session, village, NOW - months_ago * 30 * DAY - 2 * DAY)
    session.flush()


def woman(session: Session, village: str, at: object) -> Person:
    """One of everything at a moment; the ride and the alarm took four and eight minutes."""
    moment = NOW if at is None else at
    assert isinstance(moment, type(NOW))
    mother = factories.person(session, village_code=village)
    pregnancy = factories.pregnancy(
        session, mother, hpht=(moment - 70 * DAY).date(), hpl=(moment + 210 * DAY).date(), opened_at=moment
    )
    factories.jkn_record(session, mother.nik or "")
    for kind in ("K1", "K4", "KF1", "KN1"):
        session.add(Visit(pregnancy_id=pregnancy.id, kind=kind, on=moment.date(), status="reported"))
    session.add(Birth(pregnancy_id=pregnancy.id, on=moment.date(), place_kind="puskesmas", reported_at=moment))
    session.add(
        Ride(
            purpose="birth", urgent=True, at=moment, asked_at=moment, village_code=village, status="done",
            confirmed_at=moment + timedelta(minutes=4), arrived_at=moment + timedelta(minutes=40),
        )
    )  # fmt: skip
    taken = moment + timedelta(minutes=8)
    session.add(Alert(kind="labour", signs=[], village_code=village, at=moment, status="closed", taken_at=taken))
    told = {"rule": "r", "path": "PROGRAMME_SKTM", "status": "likely", "reasons": []}
    session.add(EligibilityAnswer(person_id=mother.id, at=moment, **told))
    filed = {
        "number": f"K-2026-{mother.id:06}",
        "category": "illegal_fee",
        "text": "diminta bayar",
        "routed_to": "dinkes",
        "told_in": [],
    }
    session.add(Complaint(person_id=mother.id, at=moment, **filed))
    message = factories.outbox_message(session, factories.contact(session, mother.phone))
    message.delivery = "delivered"
    session.add(
        Reminder(
            pregnancy_id=pregnancy.id, kind="anc", visit="K4", about=moment.date(), last_on=moment.date(), text="t",
            recipient="mother", key=f"figure:{pregnancy.id}", due_at=moment, status="sent", sent_at=moment,
            outbox_id=message.id,
        )
    )  # fmt: skip
    return mother
