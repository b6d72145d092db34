"""Pure rules: facts and dates in, a decision with its reasons out; no database, no clock, no network."""
