"""The clock of wishes for company: silence is passed on."""

from __future__ import annotations

from registry.casework import companions
from reminders.duty import Duty

COMPANIONS = Duty("companions", companions.next_at, companions.run)
