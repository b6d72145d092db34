"""What the `kawal` command does: set up, run, look after, measure. It knows all rooms; no room knows it."""
