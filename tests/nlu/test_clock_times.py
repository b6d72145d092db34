from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.clock_times import TimeReading, read_pickup
from nlu.language.dates import JAKARTA
from tests.nlu.tables import messages, rows

TUESDAY = datetime(2026, 3, 10, 9, 0, tzinfo=JAKARTA)
CASES = rows("clock_times")
WORDS = (
    "jam 7 14 25 30 . : setengah seperempat kurang lebih pagi isuk sore malam besok sesuk lusa tadi nanti "
    "lagi menit eh senin subuh - 99 "
)
moments = st.integers(0, 9 * 365 * 24 * 60).map(
    lambda late: datetime(2024, 1, 1, tzinfo=JAKARTA) + timedelta(minutes=late)
)


def said(reading: TimeReading) -> str:
    if reading.value is not None:
        return reading.value.strftime("%Y-%m-%dT%H:%M")
    return f"{reading.status}:{reading.reason}" if reading.reason else reading.status


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_pickup_is_read_as_a_careful_person_would(text: str, expected: str) -> None:
    assert said(read_pickup(text, TUESDAY)) == expected


@pytest.mark.parametrize(
    ("text", "hour", "minute", "expected"),
    [
        pytest.param("jam 7", 5, 0, "2026-03-10T07:00", id="this morning while it lies ahead"),
        pytest.param("jam 7", 17, 0, "2026-03-10T19:00", id="this evening when near"),
        pytest.param("jam 7", 22, 0, "ask_back:which_day", id="not guessed when far"),
        pytest.param("jam 7 pagi", 20, 0, "2026-03-11T07:00", id="the coming morning"),
        pytest.param("jam 7 pagi", 10, 0, "ask_back:which_day", id="this morning is over"),
        pytest.param("pukul 14.00", 15, 0, "ask_back:which_day", id="afternoon is over"),
        pytest.param("besok jam 7 pagi", 1, 0, "ask_back:after_midnight", id="besok after midnight"),
        pytest.param("jam 2 malam", 1, 0, "2026-03-10T02:00", id="this very night"),
        pytest.param("jam 2 malam", 21, 0, "2026-03-11T02:00", id="the night to come"),
        pytest.param("sejam lagi", 23, 30, "2026-03-11T00:30", id="across midnight"),
        pytest.param("hari ini jam 7", 10, 0, "2026-03-10T19:00", id="what is left of today"),
        pytest.param("nanti jam 3", 16, 0, "impossible:past", id="nothing is left of today"),
        pytest.param("saiki", 2, 5, "2026-03-10T02:05", id="now, at night"),
    ],
)
def test_clock_without_a_day_goes_by_the_hour_of_writing(text: str, hour: int, minute: int, expected: str) -> None:
    assert said(read_pickup(text, TUESDAY.replace(hour=hour, minute=minute))) == expected


@given(text=messages(WORDS), now=moments)
def test_found_pickup_is_never_past_whatever_the_text(text: str, now: datetime) -> None:
    reading = read_pickup(text, now)
    assert (reading.value is not None) == (reading.status == "found")
    assert (reading.reason is not None) == (reading.status in ("ask_back", "impossible"))
    if reading.value is not None:
        assert reading.value.tzinfo is JAKARTA
        assert reading.value >= now.replace(second=0, microsecond=0)


@given(hour=st.integers(13, 23), minute=st.integers(0, 59))
def test_written_clock_of_tomorrow_is_read_back(hour: int, minute: int) -> None:
    expected = datetime(2026, 3, 11, hour, minute, tzinfo=JAKARTA)
    assert read_pickup(f"besok pukul {hour}.{minute:02}", TUESDAY).value == expected


@pytest.mark.parametrize("unit", ["jam 7 ", "jam 7 pagi eh ", "7:", "besok "])
def test_very_long_message_is_read_when_it_repeats_itself(unit: str) -> None:
    assert read_pickup(unit * (100_000 // len(unit)), TUESDAY).status in ("found", "ask_back", "impossible", "none")
