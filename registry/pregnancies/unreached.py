"""Whom no message reaches ("belum terjangkau"): it failed, nobody answers a question, or helpers are asked to look."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Subquery, literal, select, union_all
from sqlalchemy.orm import Session

from registry.models import Alert, OutboxMessage, Pregnancy, Reminder
from registry.models.messages import FAILED

UNANSWERED = timedelta(days=3)  # a question after a visit that stays open so long counts as not reached
LOOKED_BACK = timedelta(days=30)


def found(now: datetime) -> Subquery:
    """Rows of ``person_id``, ``why`` (failed, silent, asked) and ``at``; somebody may be there more than once."""
    return union_all(_failed(now), _lost(now), _silent(now), _asked()).subquery("unreached")


def persons(now: datetime) -> Select[Any]:
    """The ids of all of them, as a condition of lists."""
    rows = found(now)
    return select(rows.c.person_id).correlate(None)


def among(session: Session, ids: Collection[int], now: datetime) -> set[int]:
    """Which of these are not reached."""
    rows = found(now)
    return set(session.scalars(select(rows.c.person_id).where(rows.c.person_id.in_(ids))))


def _reminded(why: str, at: Any) -> Select[Any]:
    rows = select(Pregnancy.person_id.label("person_id"), literal(why).label("why"), at.label("at"))
    return rows.select_from(Reminder).join(Pregnancy, Pregnancy.id == Reminder.pregnancy_id)


def _failed(now: datetime) -> Select[Any]:
    rows = _reminded("failed", Reminder.due_at)
    return rows.where(Reminder.status == "failed", Reminder.due_at >= now - LOOKED_BACK)


def _lost(now: datetime) -> Select[Any]:
    """It went out and the provider could not deliver it."""
    lost = select(OutboxMessage.id).where(FAILED, OutboxMessage.created_at >= now - LOOKED_BACK)
    rows = _reminded("failed", Reminder.due_at)
    return rows.where(Reminder.outbox_id.in_(lost), Reminder.due_at >= now - LOOKED_BACK)


def _silent(now: datetime) -> Select[Any]:
    return _reminded("silent", Reminder.sent_at).where(
        Reminder.status == "sent",
        Reminder.step == "after",
        Reminder.recipient == "mother",
        Reminder.answered.is_(None),
        Reminder.sent_at <= now - UNANSWERED,
        Reminder.due_at >= now - LOOKED_BACK,
    )


def _asked() -> Any:
    rows: Any = select(Alert.person_id.label("person_id"), literal("asked").label("why"), Alert.at.label("at"))
    return rows.where(Alert.status == "open", Alert.about.like("not_reached%"), Alert.person_id.is_not(None))
