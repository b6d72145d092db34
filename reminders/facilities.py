"""What is found out about a facility comes into force on its day."""

from __future__ import annotations

from registry import facility_changes
from reminders.duty import Duty

FACILITIES = Duty("facilities", facility_changes.next_at, facility_changes.apply_due)
