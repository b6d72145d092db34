"""Tests of the way in and the way out."""
