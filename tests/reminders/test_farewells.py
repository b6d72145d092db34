"""The clock drops the address of an erased mother, and forgets her conversation."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from registry import clock
from registry.db import Database
from registry.messaging import conversations
from registry.models import Contact, Farewell
from registry.persons import erasure
from reminders import duties
from reminders.farewells import FAREWELLS
from tests import factories
from tests.conftest import NOW


def test_farewell_is_one_of_the_duties() -> None:
    assert FAREWELLS in duties.DUTIES


def test_address_goes_when_the_moment_has_come(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    forgotten: list[str] = []
    monkeypatch.setattr(conversations, "forget_all_of", forgotten.extend)
    with database.write() as session:
        clock.stop_at(session, NOW)
        contact = factories.contact(session)
        uid = contact.uid
        asked = factories.inbox_message(session, contact, "hapus")
        asked.status = "done"
        erasure.erase(session, None, NOW, told=contact, inbox_id=asked.id)
    assert "farewells" not in duties.run_due(database)
    assert duties.next_due(database, NOW) == NOW + erasure.LAST_WORD
    with database.write() as session:
        clock.stop_at(session, NOW + erasure.LAST_WORD)
    assert duties.run_due(database)["farewells"] == 1
    assert forgotten == [uid]
    with database.read() as session:
        assert session.scalars(select(Contact)).all() == []
        assert session.scalars(select(Farewell)).all() == []
