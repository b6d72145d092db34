"""What a figure is, and the few sums that every group needs."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping

Figures = dict[str, float]  # key of contracts, section 7 -> value; what was not measured is absent, never zero


def quantile(values: Iterable[float], share: float) -> float:
    """The value below which this share of the values lies (nearest rank).

    Raises:
        ValueError: there are no values.
    """
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def rounded(figures: Mapping[str, float]) -> Figures:
    """Four significant digits: the machine does not give more."""
    return {key: float(f"{value:.4g}") for key, value in figures.items()}


def show(figures: Mapping[str, float]) -> None:
    """Print one JSON object on a line of its own; the runner reads the last line."""
    sys.stdout.write(json.dumps(rounded(figures)) + "\n")
    sys.stdout.flush()
