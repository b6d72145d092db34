"""The clock of the figures: months are counted again every quarter of an hour or every night, and kept."""

from __future__ import annotations

from registry.figures import kept_months
from reminders.duty import Duty

FIGURES = Duty("figures", kept_months.next_at, kept_months.run, kept_months.is_due)
