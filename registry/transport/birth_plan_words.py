"""Words in answer to a question of the birth plan, as the button that says the same: "pak Joko saja"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from nlu.language.driver_reply import read_driver_reply
from nlu.language.numbers import read_number
from nlu.language.replies import read_yes_no
from nlu.language.ride_request import read_cancel_reason

CHOICES = ("/press:plan_driver:", "/press:plan_substitute:")
DONORS, AGREE, DECLINE = "/press:plan_donors_", "/press:plan_agree:", "/press:plan_decline:"
MOST_WORDS = 10
ALIKE = 85  # of 100: "jokowaluyo" and "joko waluyo", "wiriono" and "Wiryono"
SHORTEST = 4  # letters of a name that is compared by its likeness
_WORD = re.compile(r"[^\W\d_]+|\d+")
_NONE_YET = frozenset({"belum", "blm", "durung", "dereng", "gak", "tidak", "ndak", "mboten", "ora"})
Buttons = Sequence[tuple[str, str]]


def meant(buttons: Buttons, said: str) -> str | None:
    """The payload of the button that the words stand for; None when they ask, tell a story or mean none of them."""
    words = _WORD.findall(said.casefold())
    if not buttons or "?" in said or not 0 < len(words) <= MOST_WORDS:
        return None
    first = buttons[0][1]
    if first.startswith(CHOICES):
        return _of_choice(buttons, said, words)
    if first.startswith(DONORS):
        return _of_donors(buttons, words)
    return _of_driver(buttons, said) if first.startswith(AGREE) else None


def _of_choice(buttons: Buttons, said: str, words: Sequence[str]) -> str | None:
    """One driver by his name; the last button is the way without any."""
    *drivers, (_, way_out) = buttons
    named = [payload for title, payload in drivers if _names(words, title)]
    if named:
        return named[0] if len(named) == 1 else None
    return way_out if read_cancel_reason(said) == "own_vehicle" else None


def _names(words: Sequence[str], title: str) -> bool:
    names = [name for name in _WORD.findall(title.casefold()) if len(name) >= SHORTEST]
    return any(fuzz.ratio(word, name) >= ALIKE for word in words for name in names if len(word) >= SHORTEST)


def _of_donors(buttons: Buttons, words: Sequence[str]) -> str | None:
    """How many: none yet, one, two or more."""
    counts = [number for word in words if (number := read_number(word)) is not None]
    if len(counts) > 1:
        return None
    count = counts[0] if counts else 0 if not _NONE_YET.isdisjoint(words) else None
    return None if count is None else buttons[min(count, len(buttons) - 1)][1]


def _of_driver(buttons: Buttons, said: str) -> str | None:
    """A driver who is asked whether he will drive her when the time comes."""
    reply = read_driver_reply(said)
    bare = {"yes": "accept", "no": "decline"}.get(read_yes_no(said) or "")
    wanted = {"accept": AGREE, "decline": DECLINE}.get(reply or bare or "")
    return next((payload for _, payload in buttons if wanted and payload.startswith(wanted)), None)
