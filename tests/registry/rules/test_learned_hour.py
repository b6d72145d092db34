"""The hour learnt from answers: only when three agree, only when it differs."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.learned_hour import learned_hour
from registry.rules.quiet import JAKARTA

QUIET = ("21:00", "06:00")


def answers(*clocks: str) -> list[datetime]:
    """On days one after another."""
    return [
        datetime.fromisoformat(f"2026-11-{10 + number}T{clock}").replace(tzinfo=JAKARTA)
        for number, clock in enumerate(clocks)
    ]


@pytest.mark.parametrize(
    ("clocks", "expected"),
    [
        pytest.param(["18:10", "19:30", "18:45"], 18, id="three evenings"),
        pytest.param(["18:10", "18:45"], None, id="only two"),
        pytest.param(["18:10", "13:00", "18:45"], None, id="one at noon"),
        pytest.param(["07:00", "18:10", "19:00", "18:30"], 18, id="the last three count"),
        pytest.param(["09:05", "09:20", "10:30"], None, id="at once, as she gets them"),
        pytest.param(["22:10", "22:40", "23:30"], 20, id="by night: the last hour that is not quiet"),
        pytest.param(["04:10", "04:40", "05:30"], 6, id="before dawn"),
    ],
)
def test_what_is_learnt(clocks: list[str], expected: int | None) -> None:
    assert learned_hour(answers(*clocks), 9, QUIET) == expected


@given(st.lists(st.times().map(lambda at: f"{at:%H:%M}"), max_size=6), st.integers(6, 20))
def test_what_is_learnt_is_another_hour_by_day(clocks: list[str], present: int) -> None:
    found = learned_hour(answers(*clocks), present, QUIET)
    assert found is None or (6 <= found <= 20 and found != present)
    assert found is None or learned_hour(answers(*clocks), found, QUIET) != present
