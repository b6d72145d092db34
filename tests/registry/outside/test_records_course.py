"""Reminders and corrections as they are seen from outside; births stand in test_births."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from registry.models import RecordChange, Reminder
from registry.outside import records
from tests import factories
from tests.conftest import NOW


@pytest.mark.parametrize(
    ("status", "shown"),
    [
        ("planned", "planned"),
        ("sent", "sent"),
        ("cancelled", "cancelled"),
        ("skipped", "skipped"),
        ("failed", "skipped"),
    ],
)
def test_a_reminder_with_its_phone(session: Session, status: str, shown: str) -> None:
    mother = factories.person(session)
    pregnancy = factories.pregnancy(session, mother)
    row = Reminder(
        pregnancy_id=pregnancy.id, kind="anc", visit="K4", step="before", about=NOW.date(), last_on=NOW.date(),
        text="reminder_anc_before", recipient="mother", key="x", due_at=NOW, status=status,
    )  # fmt: skip
    session.add(row)
    session.flush()
    assert records.read(session, "reminder", {"nik": str(mother.nik)}) == [
        {
            "nik": mother.nik, "phone": mother.phone, "kind": "anc", "visit": "K4",
            "due": "2026-11-21T10:00:00+07:00", "sent": None, "status": shown, "recipient": "mother",
        }
    ]  # fmt: skip


def test_a_cadres_reminder_has_the_cadres_phone(session: Session) -> None:
    cadre = factories.cadre(session)
    pregnancy = factories.pregnancy(session, factories.person(session, phone=None), cadre_id=cadre.id)
    row = Reminder(
        pregnancy_id=pregnancy.id, kind="anc", visit="K4", step="before", about=NOW.date(), last_on=NOW.date(),
        text="reminder_anc_cadre", recipient="cadre", key="x", due_at=NOW,
    )  # fmt: skip
    session.add(row)
    session.flush()
    assert records.read(session, "reminder", {})[0]["phone"] == cadre.phone


def test_a_corrected_date(session: Session) -> None:
    mother = factories.person(session)
    pregnancy = factories.pregnancy(session, mother)
    session.add_all(
        RecordChange(person_id=mother.id, pregnancy_id=number, field=field, old="a", new="b", by="mother", at=NOW)
        for number, field in ((pregnancy.id, "hpht"), (None, "phone"))
    )
    session.flush()
    found = records.read(session, "pregnancy_change", {})
    assert found == [
        {"nik": mother.nik, "field": "hpht", "old": "a", "new": "b", "by": "mother", "at": "2026-11-21T10:00:00+07:00"}
    ]
