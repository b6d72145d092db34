"""Short answers within a task: a pressed choice of the open question, or a bare yes or no in words."""

from __future__ import annotations

from actions.turn import Turn
from nlu.language.replies import read_yes_no


def chosen(turn: Turn, asked: str) -> str | None:
    """What was pressed under this very question; None for words and for buttons of other questions."""
    name, _, value = (turn.choice or "").partition(":")
    return value if name == asked and value else None


def is_other_button(turn: Turn, asked: str) -> bool:
    """Whether a button was pressed that does not belong to this question: an old one, or another wish."""
    return turn.button is not None and turn.button not in ("/affirm", "/deny") and chosen(turn, asked) is None


def yes_or_no(turn: Turn, asked: str) -> bool | None:
    """The answer to a question of yes or no; None when it is neither."""
    pressed = chosen(turn, asked)
    if pressed in ("yes", "no"):
        return pressed == "yes"
    if is_other_button(turn, asked):
        return None
    said = read_yes_no(turn.text)
    if said is not None:
        return said == "yes"
    return {"affirm": True, "deny": False}.get(turn.intent)
