"""Broadcasts that fall due or have more to send: a batch at a time."""

from __future__ import annotations

from registry.messaging import broadcasts
from reminders.duty import Duty

BROADCASTS = Duty("broadcasts", broadcasts.next_at, broadcasts.run)
