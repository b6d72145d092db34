"""Whole conversations against the complete running system."""
