"""The plan of reminders as rows, kept in step with the record, and what was missed."""
