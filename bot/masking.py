"""What Rasa may see of a message: no number that names a person, however it was typed, and no command."""

from __future__ import annotations

from nlu.language.long_numbers import HIDDEN, hide, hide_leftovers

__all__ = ["HIDDEN", "hide_leftovers", "masked"]


def masked(said: str, longest: int) -> str:
    """A cleaned text as Rasa may see it, cut behind ``longest`` characters; never empty, never a command."""
    return hide(said)[:longest].lstrip("/ ").rstrip() or "?"
