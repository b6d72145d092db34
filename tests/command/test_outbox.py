"""kawal outbox: what an operator sees and may do."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from command import outbox
from registry.messaging import messages, senders
from registry.models import OutboxMessage
from tests import factories
from tests.conftest import NOW


def dead(session: Session, text: str = "rahasia Ibu Siti") -> OutboxMessage:
    factories.outbox_message(session, factories.contact(session, "+6281200000555"), text)
    (row,) = messages.claim_outbox(session, NOW)
    messages.mark_dead(session, row, "Rejected:100")
    return row


def test_dead_letters_show_numbers_and_reasons_only(session: Session) -> None:
    row = dead(session)
    (line,) = outbox.dead(session)
    assert line[:6] == (str(row.id), "whatsapp", "reply", "1", "1", "Rejected:100")
    assert "Siti" not in str(line)
    assert "555" not in str(line)


def test_requeue_by_number_or_all(session: Session) -> None:
    first = dead(session)
    dead(session)
    assert outbox.requeue(session, [], False, NOW) == 0
    assert outbox.requeue(session, [first.id], False, NOW) == 1
    assert outbox.requeue(session, [], True, NOW) == 1
    assert outbox.dead(session) == []


def test_state_counts_what_is_open(session: Session) -> None:
    dead(session)
    factories.outbox_message(session, factories.contact(session))
    assert [(line[1], line[3]) for line in outbox.state(session)] == [("dead", "1"), ("queued", "1")]


def test_held_names_what_stands_still_until_somebody_resumes_it(session: Session) -> None:
    senders.stop(session, "whatsapp", NOW, "190")
    senders.pause_bulk(session, "whatsapp", NOW, "131048")
    stopped, paused, *notices = outbox.held(session, NOW)
    assert "190" in stopped
    assert "broadcasts wait" in paused
    assert len(notices) == 2
    assert outbox.resume(session, "whatsapp", NOW)
    assert outbox.held(session, NOW) == []
    assert not outbox.resume(session, "whatsapp", NOW)


def test_unknown_channel_is_refused(session: Session) -> None:
    with pytest.raises(ValueError, match="whatsapp, telegram"):
        outbox.resume(session, "signal", NOW)
