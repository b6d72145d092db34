from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlu.language.date_rules import HPHT_MAX_DAYS, problem_of
from nlu.language.dates import JAKARTA, DateKind, DateReading, format_date, read_date
from tests.nlu.tables import messages, rows, rows_of

TUESDAY = datetime(2026, 3, 10, 9, 0, tzinfo=JAKARTA)
KINDS: tuple[DateKind, ...] = ("hpht", "hpl", "visit_date", "birth_date", "any")
CASES = rows("dates")
BY_HOUR = rows("dates_by_hour")

WORDS = (
    "tgl 3 31 99 2026 26 maret mrt / - . , : besok sesuk kemarin wingi hari dino minggu mgg bulan sasi "
    "lalu depan lagi senin setu kliwon hpht hpl lahir kontrol jam 7 setengah pagi atau eh salah bukan "
    "lebaran awal telung rong puluh selikur 030326 0812345678 120 80 rt rp ribu kg umur th uk w d G P A "
    "tp ini sekarang tadi malam sampai tahun seminggu x xnik1 "
)
moments = st.integers(0, 15 * 365 * 24).map(lambda hours: datetime(2020, 1, 1, tzinfo=JAKARTA) + timedelta(hours=hours))


def said(reading: DateReading) -> str:
    """A reading as the tables write it."""
    if reading.status == "found":
        return str(reading.value)
    return f"{reading.status}:{reading.reason}" if reading.reason else reading.status


@pytest.mark.parametrize(("text", "kind", "expected"), CASES, ids=[f"{kind}: {text}" for text, kind, _ in CASES])
def test_date_is_read_as_a_careful_person_would(text: str, kind: DateKind, expected: str) -> None:
    assert said(read_date(text, kind, TUESDAY)) == expected


@pytest.mark.parametrize(
    ("text", "kind", "at", "expected"), BY_HOUR, ids=[f"{kind}: {text} at {at}" for text, kind, at, _ in BY_HOUR]
)
def test_date_is_read_by_the_hour_and_day_of_writing(text: str, kind: DateKind, at: str, expected: str) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=JAKARTA)
    assert said(read_date(text, kind, now)) == expected


def test_today_is_that_of_jakarta_when_utc_is_still_yesterday() -> None:
    night_in_utc = datetime(2026, 3, 9, 23, 30, tzinfo=UTC)
    assert read_date("hari ini", "visit_date", night_in_utc).value == date(2026, 3, 10)


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        pytest.param("HPHT: tgl 3 Maret 2026 ya bu", "hpht", "tgl 3 Maret 2026", id="behind its cue"),
        pytest.param("hpht 3/3/26 hpl 8/12/26", "hpl", "8/12/26", id="the second of two"),
        pytest.param("kontrole embèn isuk", "visit_date", "embèn isuk", id="with an accent"),
        pytest.param("pas lebaran", "hpht", "lebaran", id="what is asked back"),
        pytest.param("31 februari", "hpht", "31 februari", id="what cannot be"),
    ],
)
def test_place_is_that_of_the_date_in_the_text_as_typed(text: str, kind: DateKind, place: str) -> None:
    reading = read_date(text, kind, TUESDAY)
    assert text[reading.start : reading.end] == place


@pytest.mark.parametrize(
    ("value", "kind", "problem"),
    [
        pytest.param(date(2026, 3, 10), "hpht", None, id="hpht today"),
        pytest.param(date(2026, 3, 11), "hpht", "future", id="hpht tomorrow"),
        pytest.param(date(2025, 5, 6), "hpht", None, id="hpht 308 days ago"),
        pytest.param(date(2025, 5, 5), "hpht", "too_old", id="hpht 309 days ago"),
        pytest.param(date(2026, 2, 24), "hpl", None, id="hpl 14 days past"),
        pytest.param(date(2026, 2, 23), "hpl", "out_of_range", id="hpl 15 days past"),
        pytest.param(date(2026, 12, 15), "hpl", None, id="hpl in 280 days"),
        pytest.param(date(2026, 12, 16), "hpl", "out_of_range", id="hpl in 281 days"),
        pytest.param(date(2026, 3, 11), "birth_date", "future", id="birth tomorrow"),
        pytest.param(date(1899, 3, 11), "birth_date", "too_old", id="birth in 1899"),
        pytest.param(date(2028, 3, 11), "visit_date", "out_of_range", id="visit in two years"),
        pytest.param(date(1990, 1, 1), "any", None, id="any day at all"),
    ],
)
def test_limits_are_those_of_the_kind(value: date, kind: DateKind, problem: str | None) -> None:
    assert problem_of(value, kind, TUESDAY.date()) == problem


@given(days=st.integers(0, HPHT_MAX_DAYS), now=moments)
def test_written_date_is_read_back_when_it_is_an_hpht(days: int, now: datetime) -> None:
    day = now.date() - timedelta(days=days)
    assert read_date(format_date(day), "hpht", now).value == day


@given(days=st.integers(-14, 280), now=moments)
def test_written_date_is_read_back_when_it_is_an_hpl(days: int, now: datetime) -> None:
    day = now.date() + timedelta(days=days)
    assert read_date(f"hpl {format_date(day)}", "hpl", now).value == day


@given(days=st.integers(0, 100 * 365), now=moments)
def test_numeric_birth_date_is_read_back_when_the_year_is_whole(days: int, now: datetime) -> None:
    day = now.date() - timedelta(days=days)
    assert read_date(f"{day.day}-{day.month}-{day.year}", "birth_date", now).value == day


@given(days=st.integers(0, 364), now=moments)
def test_day_and_month_are_the_nearest_to_come_for_a_visit(days: int, now: datetime) -> None:
    day = now.date() + timedelta(days=days)
    if (day.month, day.day) != (2, 29):
        assert read_date(f"{day.day}/{day.month}", "visit_date", now).value == day


@given(text=messages(WORDS), kind=st.sampled_from(KINDS), now=moments)
def test_any_text_gives_a_whole_reading(text: str, kind: DateKind, now: datetime) -> None:
    reading = read_date(text, kind, now)
    assert (reading.value is not None) == (reading.status == "found")
    assert (reading.reason is not None) == (reading.status in ("ask_back", "impossible"))
    assert 0 <= reading.start <= reading.end <= len(text)
    if reading.status == "found":
        assert any(character.isalnum() for character in text[reading.start : reading.end])
        assert reading.value is not None
        assert problem_of(reading.value, kind, now.astimezone(JAKARTA).date()) is None


@given(text=rows_of(WORDS), kind=st.sampled_from(KINDS))
def test_number_of_a_found_day_stands_in_the_text(text: str, kind: DateKind) -> None:
    reading = read_date(text, kind, TUESDAY)
    place = text[reading.start : reading.end]
    if reading.status == "found" and reading.value is not None and place.isdigit():
        assert f"{reading.value.day:02}" in place


@pytest.mark.parametrize("unit", ["tgl 3 ", "3/", "perkiraan x ", "1", " ", "sudah a kontrol b ", "bukan tgl 3 "])
def test_very_long_message_is_read_when_it_repeats_itself(unit: str) -> None:
    text = f"hpht 3 maret {unit * (100_000 // len(unit))}"
    assert read_date(text, "hpht", TUESDAY).status in ("found", "ask_back", "impossible", "none")


def test_date_in_a_long_message_is_read_when_it_stands_within_what_a_channel_delivers() -> None:
    assert read_date("hpht 3 maret " + "terima kasih " * 8_000, "hpht", TUESDAY).value == date(2026, 3, 3)
