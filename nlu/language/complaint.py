"""What a complaint is about: its kind, an amount asked for, the facility complained of; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from nlu.language.cues import Cues, heaviest, split_clauses
from nlu.language.facility_reading import find_facilities
from nlu.language.money import read_money

Category = Literal["illegal_fee", "refused", "treatment", "service", "other"]

_CATEGORIES: tuple[Category, ...] = ("illegal_fee", "refused", "treatment", "service")
_BYSTANDERS = re.compile(r"(?i)(?:apot[ei]k|dinsos|dinkes|dukcapil)")
"""Named in a complaint, but not what it is about."""
_ASKED_WITH_AMOUNT = 3
"""What an amount adds to a payment that was asked for: "petugas jutek, minta duit 50rb" is about the money."""


@dataclass(frozen=True)
class Complaint:
    """A complaint as told.

    `amount` is in rupiah; `facility` is the words as typed, `facility_codes` the gazetteer's candidates: none for
    "puskesmas" alone, several where the name is borne by several.
    """

    category: Category = "other"
    amount: int | None = None
    facility: str | None = None
    facility_codes: tuple[str, ...] = ()


@cache
def _cues() -> Cues:
    return Cues.load("complaint")


def read_complaint(text: str) -> Complaint:
    """What ``text`` complains of; the category is "other" when nothing says more."""
    weights = _cues().weigh(split_clauses(text))
    amount = read_money(text)
    if amount is not None and weights["illegal_fee"]:
        weights["illegal_fee"] += _ASKED_WITH_AMOUNT
    category = heaviest(weights, _CATEGORIES)
    facilities = [each for each in find_facilities(text) if not _BYSTANDERS.match(each.text)]
    named = next((each for each in facilities if each.codes), None) or next(iter(facilities), None)
    return Complaint(
        next((each for each in _CATEGORIES if each == category), "other"),
        amount,
        named.text if named else None,
        named.codes if named else (),
    )
