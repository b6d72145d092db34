"""The clock of complaints: reminded after three days, passed up after seven, closed when she is content."""

from __future__ import annotations

from registry.casework import complaints
from reminders.duty import Duty

COMPLAINTS = Duty("complaints", complaints.next_at, complaints.run)
