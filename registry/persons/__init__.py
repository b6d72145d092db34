"""Whom we know and how they are reached; identity, consent, invitation, what is kept and what is erased."""
