"""Places and facilities as data; made or checked by hand, read by the registry."""
