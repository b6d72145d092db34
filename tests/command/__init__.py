"""Tests of the kawal command and what it stands on."""
