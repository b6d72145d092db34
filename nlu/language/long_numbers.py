"""Takes the numbers that name a person out of words that others will read, however they were typed.

``identifiers`` finds the numbers people type on purpose. What it leaves, because it might be something else, is hidden
here without asking what it is: nobody needs ten digits in a row to understand a sentence.
"""

from __future__ import annotations

import re

from nlu.language import identifiers

HIDDEN = "xangka"
DIGIT_WORDS = "nol|kosong|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan"
_LONG = re.compile(r"\d{10,}")
_GROUPS = re.compile(r"\+?\d{2,}(?:[\W_]{1,4}\d{3,})+")  # 350701/450398, 9001; no 120/80 and no 12/05/1996
_AMOUNT = re.compile(r"(?<!\d)[1-9]\d{0,2}(?:\.\d{3})+(?!\d)")  # 150.000, 1.200.000: money is no number of a person
_SPELT = re.compile(rf"(?:(?:{DIGIT_WORDS})[\s,.-]{{0,3}}){{8,}}", re.IGNORECASE)
_KEYCAPS = re.compile(r"(?:\d\ufe0f?\u20e3 ?){8,}")
_TOKEN = re.compile(r"[^\W_]{10,}")
_FEW = 10
_MOSTLY = 0.6  # of a token's signs, from which it is a number with letters for digits


def hide(text: str) -> str:
    """Without any number that names a person: for free words that travel to somebody else."""
    return hide_leftovers(identifiers.mask(text).text)


def hide_cards(text: str) -> str:
    """Without NIK and card numbers; telephone numbers stay: an office tells its own."""
    for one in reversed(identifiers.find_identifiers(text)):
        if one.kind != "phone":
            text = text[: one.start] + identifiers.mask_nik(one.digits) + text[one.end :]
    return text


def holds_card(text: str) -> bool:
    """Whether a NIK or card number stands in a text."""
    return any(one.kind != "phone" for one in identifiers.find_identifiers(text))


def hide_leftovers(text: str) -> str:
    """The text with ``xangka`` in place of every long number that is left in it."""
    for pattern in (_KEYCAPS, _SPELT):
        text = pattern.sub(f"{HIDDEN} ", text)
    text = _GROUPS.sub(lambda found: HIDDEN if _digits(_AMOUNT.sub("", found.group())) >= _FEW else found.group(), text)
    text = _TOKEN.sub(lambda found: HIDDEN if _is_number(found.group()) else found.group(), text)
    return _LONG.sub(HIDDEN, text)


def _is_number(token: str) -> bool:
    digits = _digits(token)
    return digits >= _FEW - 2 and digits >= _MOSTLY * len(token) and len(token) >= _FEW


def _digits(text: str) -> int:
    return sum(character.isdigit() for character in text)
