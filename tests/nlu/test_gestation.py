from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.gestation import (
    MAX_DAYS,
    GestationReading,
    format_weeks,
    gestation_days,
    hpht_from_hpl,
    hpl_from_hpht,
    read_gestation,
    trimester,
)
from tests.nlu.tables import messages, rows

CASES = rows("gestation")
WORDS = (
    "20 3 99 0 w d mgg minggu hari bulan sasi hamil uk jalan masuk telat lalu lagi ke - / + , . bayi umur "
    "rong puluh lebih "
)


def said(reading: GestationReading) -> str:
    if reading.status == "found":
        return str(reading.days)
    return f"{reading.status}:{reading.reason}" if reading.reason else reading.status


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_age_of_pregnancy_is_read_in_days(text: str, expected: str) -> None:
    assert said(read_gestation(text)) == expected


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        pytest.param("udah 5 bln", 140, 182, id="udah n: 4n to 4.35(n+1) weeks"),
        pytest.param("jalan 5", 112, 152, id="jalan n: 4(n-1) to 4.35n weeks"),
        pytest.param("mlebu pitung wulan", 168, 213, id="mlebu is masuk"),
        pytest.param("8.5 bulan", 238, 289, id="half a month"),
        pytest.param("26-27 minggu", 182, 195, id="a range of weeks, to its last day"),
        pytest.param("telat 2 minggu", 35, 49, id="six weeks, a week either way"),
        pytest.param("24 minggu lebih", 168, 174, id="completed weeks are known"),
        pytest.param("hampir 24 minggu", 161, 174, id="nearly"),
        pytest.param("trimester 2", 91, 174, id="weeks 13 to 24"),
        pytest.param("10 bulan", 280, MAX_DAYS, id="never past 44 weeks"),
        pytest.param("hamil 20 minggu atau hamil 24 minggu", 140, 168, id="a choice of two"),
        pytest.param("20 mgg, kata dokter 22 mgg", 140, 154, id="two ages"),
    ],
)
def test_range_is_given_when_it_must_be_asked_back(text: str, low: int, high: int) -> None:
    reading = read_gestation(text)
    assert (reading.status, reading.low_days, reading.high_days) == ("ask_back", low, high)


def test_place_is_that_of_the_age() -> None:
    text = "Siti 24 th uk 20 mgg 3 hr G2P1"
    reading = read_gestation(text)
    assert text[reading.start : reading.end] == "20 mgg 3 hr"


@given(days=st.integers(7, MAX_DAYS))
def test_written_age_is_read_back(days: int) -> None:
    assert read_gestation(f"hamil {format_weeks(days)}").days == days


@given(text=messages(WORDS))
def test_any_text_gives_a_whole_reading(text: str) -> None:
    reading = read_gestation(text)
    assert (reading.days is not None) == (reading.status == "found")
    assert 0 <= reading.start <= reading.end <= len(text)
    if reading.status == "found":
        assert reading.days is not None and 0 < reading.days <= MAX_DAYS
    if reading.status == "ask_back":
        assert reading.low_days is not None and reading.high_days is not None
        assert 0 <= reading.low_days <= reading.high_days <= MAX_DAYS


@pytest.mark.parametrize("unit", ["20 minggu ", "hamil sudah ", "bayi x ", "9"])
def test_very_long_message_is_read_when_it_repeats_itself(unit: str) -> None:
    assert read_gestation(unit * (100_000 // len(unit))).status in ("found", "ask_back", "impossible", "none")


@pytest.mark.parametrize(
    ("hpht", "hpl"),
    [
        pytest.param(date(2026, 1, 1), date(2026, 10, 8), id="new year"),
        pytest.param(date(2026, 3, 3), date(2026, 12, 8), id="March"),
        pytest.param(date(2027, 6, 1), date(2028, 3, 7), id="over a leap day"),
    ],
)
def test_hpl_is_280_days_after_the_hpht(hpht: date, hpl: date) -> None:
    assert (hpl_from_hpht(hpht), hpht_from_hpl(hpl)) == (hpl, hpht)


@given(hpht=st.dates(date(2000, 1, 1), date(2090, 1, 1)), days=st.integers(-50, 400))
def test_age_is_the_days_since_the_hpht(hpht: date, days: int) -> None:
    assert gestation_days(hpht, hpht + timedelta(days=days)) == days


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        pytest.param(0, 1, id="first day"),
        pytest.param(12 * 7 + 6, 1, id="12 weeks 6 days"),
        pytest.param(13 * 7, 2, id="13 weeks"),
        pytest.param(24 * 7 + 6, 2, id="24 weeks 6 days"),
        pytest.param(25 * 7, 3, id="25 weeks"),
    ],
)
def test_trimester_goes_by_completed_weeks(days: int, expected: int) -> None:
    assert trimester(days) == expected


@pytest.mark.parametrize(
    ("days", "words"), [(143, "20 minggu 3 hari"), (140, "20 minggu"), (3, "0 minggu 3 hari"), (-5, "0 minggu")]
)
def test_age_is_written_in_weeks_and_days(days: int, words: str) -> None:
    assert format_weeks(days) == words
