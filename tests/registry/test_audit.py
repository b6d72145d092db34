"""The trail of what was done."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models import AuditEntry
from tests import factories
from tests.conftest import NOW

MINUTE = timedelta(minutes=1)


def test_an_entry_says_who_did_what_and_when(session: Session) -> None:
    audit.note(session, NOW, "alert_opened", contact_id=7, subject="alert:3", kind="labour")
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.at, entry.contact_id, entry.action, entry.subject) == (NOW, 7, "alert_opened", "alert:3")
    assert entry.detail == {"kind": "labour"}


def test_an_entry_needs_no_detail(session: Session) -> None:
    audit.note(session, NOW, "messages_stopped")
    assert session.scalars(select(AuditEntry)).one().detail is None


def test_an_entry_outlives_its_contact(session: Session) -> None:
    contact = factories.contact(session)
    number = contact.id
    audit.note(session, NOW, "messages_stopped", contact_id=number)
    session.delete(contact)
    session.flush()
    assert session.scalars(select(AuditEntry.contact_id)).one() == number


@pytest.mark.parametrize(
    ("action", "contact_id", "since", "expected"),
    [
        pytest.param("wrong", 1, NOW - MINUTE, 3, id="all of hers"),
        pytest.param("wrong", 1, NOW, 3, id="the moment itself counts"),
        pytest.param("wrong", 1, NOW + MINUTE, 1, id="only the later one"),
        pytest.param("wrong", 2, NOW - MINUTE, 1, id="not another's"),
        pytest.param("right", 1, NOW - MINUTE, 0, id="not another action"),
    ],
)
def test_how_often_something_was_done(
    session: Session, action: str, contact_id: int, since: datetime, expected: int
) -> None:
    for who, at in ((1, NOW), (1, NOW), (1, NOW + MINUTE), (2, NOW)):
        audit.note(session, at, "wrong", contact_id=who)
    session.flush()
    assert audit.count_since(session, contact_id, action, since) == expected
