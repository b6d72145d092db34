"""An entry: what is told of a mother, kept as JSON, filled up, corrected."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.pregnancies.entries import Entry, dated_by_weeks

TODAY = date(2026, 11, 21)
DAYS = st.dates(date(1980, 1, 1), date(2027, 12, 31))
ENTRIES = st.builds(
    Entry,
    name=st.none() | st.sampled_from(["Siti Aminah", "Dewi"]),
    born_on=st.none() | DAYS,
    age=st.none() | st.integers(10, 60),
    nik=st.none() | st.sampled_from(["3507014503989001", "3507014208019004"]),
    phone=st.none() | st.just("+6281200000071"),
    village_code=st.none() | st.just("35.07.01.2008"),
    hpht=st.none() | DAYS,
    hpl=st.none() | DAYS,
    dated_by=st.none() | st.sampled_from(["lmp", "weeks", "hpl", "ultrasound"]),
    gravida=st.none() | st.integers(0, 12),
    para=st.none() | st.integers(0, 12),
    abortus=st.none() | st.integers(0, 12),
    kia_book=st.none() | st.booleans(),
)
DATING = {"hpht", "hpl", "dated_by"}


@given(ENTRIES)
def test_entry_comes_back_unchanged_from_json(entry: Entry) -> None:
    assert Entry.from_json(json.loads(json.dumps(entry.as_json()))) == entry


def test_entry_passes_over_names_it_does_not_have() -> None:
    assert Entry.from_json({"name": "Siti", "shoe_size": 38}) == Entry(name="Siti")


@given(ENTRIES, ENTRIES)
def test_completing_changes_nothing_that_was_told(first: Entry, second: Entry) -> None:
    whole = first.completed(second)
    for each in fields(Entry):
        told, more = getattr(first, each.name), getattr(second, each.name)
        assert getattr(whole, each.name) == (more if told is None else told)


@given(ENTRIES, ENTRIES)
def test_correcting_takes_all_that_is_told_and_keeps_the_rest(first: Entry, second: Entry) -> None:
    whole = first.corrected(second)
    dated_anew = bool(DATING & set(second.as_json()))
    for each in fields(Entry):
        told, before, after = (getattr(one, each.name) for one in (second, first, whole))
        if told is not None:
            assert after == told
        elif each.name in DATING and dated_anew:
            assert after is None, "a new dating replaces the old one whole"
        elif each.name == "age" and second.born_on is not None:
            assert after is None
        else:
            assert after == before


@given(ENTRIES)
def test_correcting_twice_is_correcting_once(entry: Entry) -> None:
    assert Entry(name="X").corrected(entry).corrected(entry) == Entry(name="X").corrected(entry)
    assert entry.corrected(Entry()) == entry


@given(st.integers(0, 44))
def test_weeks_become_the_first_day_they_stand_for(weeks: int) -> None:
    entry = dated_by_weeks(weeks, TODAY)
    assert entry.hpht == TODAY - timedelta(days=7 * weeks)
    assert entry.dated_by == "weeks"
    assert entry.is_dated


@pytest.mark.parametrize(
    ("entry", "gpa", "told"),
    [
        pytest.param(Entry(gravida=2, para=1, abortus=0), "G2P1A0", {"gravida": 2, "para": 1, "abortus": 0}, id="all"),
        pytest.param(Entry(gravida=2), None, {"gravida": 2}, id="gravida alone"),
        pytest.param(Entry(gravida=1, para=0), None, {"gravida": 1, "para": 0}, id="no abortus"),
        pytest.param(Entry(), None, None, id="nothing"),
    ],
)
def test_gpa_stands_only_when_all_three_are_told(entry: Entry, gpa: str | None, told: object) -> None:
    assert entry.gpa == gpa
    assert entry.gpa_told == told
