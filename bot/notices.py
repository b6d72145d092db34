"""What Meta says about our account: kept for the operator, and acted on where sending must change."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.orm import Session

from bot.whatsapp_updates import CHANNEL, Notice
from registry import clock
from registry.db import Database
from registry.messaging import message_templates, senders

UNLIMITED = 1_000_000
_TIERS = {"50": 50, "250": 250, "1K": 1000, "2K": 2000, "10K": 10_000, "100K": 100_000, "UNLIMITED": UNLIMITED}
_BAD_TEMPLATE = {"REJECTED", "PAUSED", "DISABLED", "FLAGGED", "PENDING_DELETION"}
_BAD_ACCOUNT = {"FLAGGED", "DOWNGRADE", "RED", "ACCOUNT_RESTRICTION", "ACCOUNT_VIOLATION", "DISABLED_UPDATE"}
_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Judgement:
    """What follows from a notice."""

    is_alarm: bool = False  # an operator must look
    pauses_bulk: bool = False
    daily_limit: int | None = None  # different people a day outside the window


def judge(notice: Notice) -> Judgement:
    """Read a notice; one that we do not know is kept and alarms nobody."""
    if notice.field == "business_capability_update":
        limit = int(notice.event) if notice.event.isdecimal() else None
        return Judgement(daily_limit=UNLIMITED if notice.event == "-1" else limit)
    if notice.field == "phone_number_quality_update":
        bad = notice.event in _BAD_ACCOUNT
        return Judgement(bad, bad, _TIERS.get(re.sub(r"^TIER_", "", notice.about)))
    if notice.field == "message_template_status_update":
        return Judgement(notice.event in _BAD_TEMPLATE)
    if notice.field == "message_template_quality_update":
        return Judgement(notice.event == "RED")
    if notice.field == "template_category_update":
        return Judgement(notice.event == "MARKETING")  # costs more, and asks for another consent
    if notice.field in ("account_update", "account_alerts", "account_review_update"):
        bad = notice.event in _BAD_ACCOUNT
        return Judgement(notice.event not in ("APPROVED", "VERIFIED_ACCOUNT"), bad)
    return Judgement(notice.field == "errors")


class Notices:
    """Takes notices while a post is being read and writes them down afterwards."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: asyncio.Queue[Notice] = asyncio.Queue()

    def __call__(self, notice: Notice) -> None:
        """Take one; never blocks."""
        self._waiting.put_nowait(notice)

    async def run(self) -> None:
        """For ever; a notice that cannot be written is in the log."""
        while True:
            notice = await self._waiting.get()
            try:
                await asyncio.to_thread(self.keep, notice)
            except Exception:
                _log.exception("notice_not_kept", field=notice.field, event_name=notice.event)

    def keep(self, notice: Notice) -> None:
        """Write it down and do what follows."""
        found = judge(notice)
        with self._database.write() as session:
            now = clock.now(session)
            if found.is_alarm:
                _log.error("whatsapp_needs_attention", field=notice.field, event_name=notice.event, about=notice.about)
                senders.note(session, now, CHANNEL, notice.event or notice.field, notice.about, notice.detail)
            _keep_template(session, notice, now)
            if found.pauses_bulk:
                senders.pause_bulk(session, CHANNEL, now, notice.event)
            if found.daily_limit is not None:
                senders.set_limit(session, CHANNEL, found.daily_limit, told=True)


def _keep_template(session: Session, notice: Notice, now: datetime) -> None:
    """How a template stands is kept for whoever plans a broadcast."""
    if not notice.about or not notice.event:
        return
    if notice.field == "message_template_status_update":
        message_templates.keep(session, notice.about, now, status=notice.event)
    elif notice.field == "template_category_update":
        message_templates.keep(session, notice.about, now, category=notice.event)
