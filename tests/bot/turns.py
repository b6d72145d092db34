"""One message as the turn sees it: written by somebody, prepared for Rasa or settled."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import turn
from bot.turn import ForRasa, Settled
from registry.models import Alert, Contact, InboxMessage, OutboxMessage
from tests import factories
from tests.bot.fakes import understood
from tests.conftest import NOW

ALARM = "bu saya keluar darah banyak sekarang"
LABOUR = "perut saya kenceng-kenceng teratur tiap 5 menit, sudah mau lahiran"
UNSURE = "kalau keluar darah banyak itu kenapa ya"
PAST = "minggu lalu saya keluar darah banyak, sekarang sudah berhenti"


def written(session: Session, contact: Contact, text: str | None = None, **content: Any) -> InboxMessage:
    row = factories.inbox_message(session, contact)
    row.content = {"kind": "message", **({} if text is None else {"text": text}), **content}
    session.flush()
    return row


def prepared(session: Session, contact: Contact, text: str | None = None, **content: Any) -> ForRasa | Settled:
    return turn.prepare(session, written(session, contact, text, **content), NOW)


def for_rasa(session: Session, contact: Contact, text: str | None = None, **content: Any) -> ForRasa:
    step = prepared(session, contact, text, **content)
    assert isinstance(step, ForRasa), step
    return step


def trace(step: ForRasa | Settled) -> dict[str, Any]:
    assert isinstance(step, Settled), step
    return step.trace


def said_to(session: Session, contact: Contact) -> list[str]:
    rows = select(OutboxMessage).where(OutboxMessage.contact_id == contact.id).order_by(OutboxMessage.id)
    return [row.text for row in session.scalars(rows)]


def alerts(session: Session) -> list[Alert]:
    return list(session.scalars(select(Alert)))


def asked(session: Session, contact: Contact, text: str = UNSURE) -> InboxMessage:
    """She wrote of a sign, and was asked whether it is happening now."""
    message = written(session, contact, text)
    found = understood("jawaban", intent="ask_pregnancy_health", kind="danger", certainty="ask", codes=["bleeding"])
    message.trace = turn.conclude(session, message, found, False, NOW).trace
    session.flush()
    return message
