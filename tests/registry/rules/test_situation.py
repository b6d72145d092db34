"""The signs in which rules speak: closed lists, and unknown stays unknown."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.eligibility import Facts, Regency, Rulebook, Segment
from registry.rules.situation import SIGNS, describe, months_after

TODAY = date(2026, 11, 21)
SETTINGS = Rulebook.load().settings_on(TODAY)
DAYS = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))
FLAGS = st.none() | st.booleans()
FACTS = st.builds(
    Facts,
    regency=st.none() | st.sampled_from(Regency),
    identity_known=st.booleans(),
    jkn_segment=st.none() | st.sampled_from(Segment),
    jkn_active=FLAGS,
    jkn_arrears_months=st.none() | st.integers(-5, 500),
    jkn_inactive_since=DAYS,
    jkn_checked_on=DAYS,
    dtsen_listed=FLAGS,
    decile=st.none() | st.integers(-5, 20),
    dtks=FLAGS,
    hpl=DAYS,
    emergency=st.booleans(),
)


@given(FACTS)
def test_describe_uses_only_listed_values(facts: Facts) -> None:
    situation = describe(facts, SETTINGS, TODAY)

    assert situation.keys() == SIGNS.keys()
    assert all(value in SIGNS[sign] for sign, value in situation.items())


def test_nothing_known_is_described_as_unknown() -> None:
    situation = describe(Facts(), SETTINGS, TODAY)
    span = ("regency", "segment", "cover", "pbi_window", "decile", "poverty", "dtsen", "arrears", "sktm_until_birth")

    assert {situation[sign] for sign in span} == {"unknown"}
    assert situation["identity"] == "missing"


SIGN_CASES = [
    ("decile of 0 is no decile", Facts(decile=0), "decile", "unknown"),
    ("decile of 11 is no decile", Facts(decile=11), "poverty", "unknown"),
    ("decile 5 is within", Facts(decile=5), "decile", "within"),
    ("decile 6 is above", Facts(decile=6), "decile", "above"),
    ("DTKS speaks for her against the decile", Facts(decile=9, dtks=True), "poverty", "poor"),
    ("absence from DTKS says nothing", Facts(dtks=False), "poverty", "unknown"),
    ("absence from DTSEN says nothing", Facts(dtsen_listed=False), "poverty", "unknown"),
    ("negative arrears are unknown", Facts(jkn_arrears_months=-1), "arrears", "unknown"),
    ("segment without activity is unknown cover", Facts(jkn_segment=Segment.PBI_JK), "cover", "unknown"),
    ("inactive of an unknown type is unknown cover", Facts(jkn_active=False), "cover", "unknown"),
    ("looked up and no member", Facts(jkn_segment=Segment.NONE), "cover", "none"),
    ("no member of an unknown NIK leaves no trace", Facts(jkn_segment=Segment.NONE), "identity", "missing"),
    ("a decile is a trace", Facts(decile=3), "identity", "traced"),
    ("no priority for an unknown regency", Facts(), "activation", "later"),
]


@pytest.mark.parametrize(("facts", "sign", "value"), [c[1:] for c in SIGN_CASES], ids=[c[0] for c in SIGN_CASES])
def test_sign_reads_facts_with_care(facts: Facts, sign: str, value: str) -> None:
    assert describe(facts, SETTINGS, TODAY)[sign] == value


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        pytest.param(date(2026, 8, 31), 6, date(2027, 2, 28), id="shorter month"),
        pytest.param(date(2023, 8, 31), 6, date(2024, 2, 29), id="leap year"),
        pytest.param(date(2026, 12, 15), 1, date(2027, 1, 15), id="over new year"),
        pytest.param(date(2026, 6, 30), 6, date(2026, 12, 30), id="December"),
        pytest.param(date(2026, 6, 30), 0, date(2026, 6, 30), id="no months"),
    ],
)
def test_months_after_stays_in_the_month(day: date, months: int, later: date) -> None:
    assert months_after(day, months) == later
