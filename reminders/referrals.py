"""The clock of referrals: silence is told, departure and arrival are asked for."""

from __future__ import annotations

from registry.casework import referrals
from reminders.duty import Duty

REFERRALS = Duty("referrals", referrals.next_at, referrals.run)
