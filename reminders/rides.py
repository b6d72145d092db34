"""The clock of rides: time to answer, reminders to all three, news that are overdue; and of the plan for the birth."""

from __future__ import annotations

from registry.transport import birth_plans, rides_due
from reminders.duty import Duty

RIDES = Duty("rides", rides_due.next_at, rides_due.run)
BIRTH_PLANS = Duty("birth_plans", birth_plans.next_at, birth_plans.run, birth_plans.is_due)
