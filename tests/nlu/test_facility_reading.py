"""Facilities as people name them."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given

from nlu.language.facility_reading import find_facilities
from tests.nlu.tables import messages


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("ke pkm", [("pkm", (), False)], id="kind-only"),
        pytest.param("ke rs kanjuruhan", [("rs kanjuruhan", ("rsud-kanjuruhan",), False)], id="known-hospital"),
        pytest.param("dari rs wava", [("rs wava", ("rs-wava-husada",), True)], id="source"),
        pytest.param("jemput di puskesmas", [("puskesmas", (), True)], id="fetched-from-there"),
        pytest.param("nang bidan endang", [("bidan endang", (), False)], id="midwife-as-a-place"),
        pytest.param("bu bidan baik", [], id="midwife-as-a-person"),
        pytest.param("ke rs mana", [], id="asked-for"),
        pytest.param("ke Klinik Melati saja", [("Klinik Melati", (), False)], id="name-in-capitals"),
        pytest.param(
            "dari pustu ke rssa", [("pustu", (), True), ("rssa", ("rssa",), False)], id="from-one-to-the-other"
        ),
        pytest.param("kursi", [], id="no-part-of-a-word"),
        pytest.param("di polindes sumberoto", [("polindes sumberoto", (), False)], id="kind-and-village"),
    ],
)
def test_facilities_are_told_as_typed(text: str, told: list[tuple[str, tuple[str, ...], bool]]) -> None:
    assert [(each.text, each.codes, each.is_source) for each in find_facilities(text)] == told


@given(text=messages("ke dari rs rsud kanjuruhan puskesmas pagak bidan Yuni klinik mana jemput di rumah sakit "))
def test_mentions_are_parts_of_the_text_in_order(text: str) -> None:
    found = find_facilities(text)
    assert all(text[each.start : each.end] == each.text for each in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
