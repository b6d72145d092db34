"""A message to many from the command line."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from command import broadcast
from command.broadcast import Order
from command.stack import StackError
from registry.db import Database
from registry.models import Broadcast, OutboxMessage
from tests import factories


@pytest.fixture
def filled(database: Database) -> Database:
    """Two mothers of Sumberoto, one of whom said STOP."""
    with database.write() as session:
        for messages in ("on", "stopped"):
            person = factories.person(session, messages=messages)
            factories.pregnancy(session, person)
            factories.reachable(session, person)
    return database


def test_shown_is_what_would_be_sent_and_nothing_is(filled: Database) -> None:
    shown = broadcast.show(filled, Order("posyandu besok", area="Donomulyo"))
    assert (shown.count, shown.excluded) == (1, {"stopped": 1})
    assert "posyandu besok" in shown.sample
    assert "harga belum diatur" in shown.reach
    with filled.read() as session:
        assert session.scalar(select(Broadcast.id)) is None


def test_sent_is_sent(filled: Database) -> None:
    assert broadcast.send(filled, Order("posyandu besok", area="sumberoto")) == "done"
    with filled.read() as session:
        assert [row.kind for row in session.scalars(select(OutboxMessage))] == ["broadcast"]


@pytest.mark.parametrize(
    ("order", "hint"),
    [
        pytest.param(Order("x", area="Atlantis"), "Atlantis", id="no such place"),
        pytest.param(Order("x", area="Banjarejo"), "give the code", id="a name of several places"),
        pytest.param(Order(" "), "broadcast_empty", id="nothing to say"),
    ],
)
def test_order_that_makes_no_sense_is_refused(filled: Database, order: Order, hint: str) -> None:
    with pytest.raises(StackError, match=hint):
        broadcast.send(filled, order)
