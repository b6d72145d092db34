"""Broadcasts that fall due or have more to send: a batch at a time."""

from __future__ import annotations

from registry.messaging import broadcast_sending
from reminders.duty import Duty

BROADCASTS = Duty("broadcasts", broadcast_sending.next_at, broadcast_sending.run)
