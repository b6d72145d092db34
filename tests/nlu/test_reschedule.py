from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.dates import JAKARTA, format_date
from nlu.language.reschedule import Reschedule, read_reschedule
from tests.nlu.tables import messages, rows

TUESDAY = datetime(2026, 3, 10, 9, 0, tzinfo=JAKARTA)
CASES = rows("reschedules")
WORDS = (
    "besok lusa kamis jumat tgl 25 31 april depan minggu gak iso bisa jangan , . tapi minta ganti mundur 2 hari saja"
)


def said(wish: Reschedule) -> tuple[str, str]:
    """A wish as the table writes it."""
    day = str(wish.on) if wish.on else f"{wish.status}:{wish.reason}" if wish.reason else wish.status
    return day, ",".join(str(one) for one in wish.cannot) or "-"


@pytest.mark.parametrize(("text", "on", "cannot"), CASES, ids=[text for text, _, _ in CASES])
def test_day_wished_and_days_refused_are_told_apart(text: str, on: str, cannot: str) -> None:
    assert said(read_reschedule(text, TUESDAY)) == (on, cannot)


@given(st.integers(1, 300))
def test_written_day_is_read_back(days: int) -> None:
    day = (TUESDAY + timedelta(days=days)).date()
    assert read_reschedule(f"minta tanggal {format_date(day)} saja", TUESDAY).on == day
    assert read_reschedule(f"{format_date(day)} gak bisa bu", TUESDAY).cannot == (day,)


def test_tomorrow_is_asked_back_when_it_is_past_midnight() -> None:
    wish = read_reschedule("besok aja", TUESDAY.replace(hour=1))
    assert (wish.status, wish.reason) == ("ask_back", "after_midnight")


@given(messages(WORDS), st.integers(0, 5000))
def test_day_is_given_only_when_found_and_never_past(text: str, hours: int) -> None:
    now = TUESDAY + timedelta(hours=hours)
    wish = read_reschedule(text, now)
    assert (wish.on is not None) == (wish.status == "found")
    assert wish.on is None or wish.on >= now.date()
    assert (wish.reason is None) == (wish.status in ("found", "none"))
