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
    """Rows of ``pregnancy_id``, ``why`` (failed, silent, asked) and ``at``; a pregnancy may be there more than once."""
    return union_all(_failed(now), _lost(now), _silent(now), _asked()).subquery("unreached")


def pregnancies(now: datetime) -> Select[Any]:
    """The ids of all of them, as a condition of lists."""
    return select(found(now).c.pregnancy_id).correlate(None)


def among(session: Session, ids: Collection[int], now: datetime) -> set[int]:
    """Which of these mothers are not reached."""
    rows = found(now)
    hers = select(Pregnancy.person_id).join(rows, rows.c.pregnancy_id == Pregnancy.id)
    return set(session.scalars(hers.where(Pregnancy.person_id.in_(ids))))


def _reminded(why: str, at: Any) -> Select[Any]:
    return select(Reminder.pregnancy_id.label("pregnancy_id"), literal(why).label("why"), at.label("at"))


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
    rows = select(Pregnancy.id.label("pregnancy_id"), literal("asked").label("why"), Alert.at.label("at"))
    hers = rows.select_from(Alert).join(Pregnancy, Pregnancy.person_id == Alert.person_id)
    return hers.where(Alert.status == "open", Alert.about.like("not_reached%"))
