"""Spreadsheets: numbers stay numbers, and a text never becomes a formula."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from console import sheets
from console.sheets import Sheet

PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF), min_size=1, max_size=30)


def cell_of(value: sheets.Cell) -> object:
    found = load_workbook(BytesIO(sheets.written([Sheet("Bulan", ("Judul",), ("Desa", "K1"), [[value, 1]])])))
    return found["Bulan"].cell(row=4, column=1)


@pytest.mark.parametrize("text", ["=1+1", "+62", "-5", "@SUM(A1)", '=HYPERLINK("http://x")', "\t=1", "|cmd", "%x"])
def test_text_is_never_a_formula(text: str) -> None:
    cell = cell_of(text)
    assert getattr(cell, "data_type", None) == "s"
    assert getattr(cell, "value", None) == f"'{text}"


@given(PRINTABLE)
def test_no_text_begins_like_a_formula(text: str) -> None:
    kept = sheets.safe(text)
    assert isinstance(kept, str)
    assert not kept.startswith(("=", "+", "-", "@"))
    assert kept.removeprefix("'") == text.removeprefix("'")


@pytest.mark.parametrize("value", [0, -3, 12.5, None, "Sumberoto"], ids=str)
def test_everything_else_stays_as_it_is(value: sheets.Cell) -> None:
    assert getattr(cell_of(value), "value", "missing") == value


def test_title_that_no_spreadsheet_takes_is_shortened() -> None:
    found = load_workbook(BytesIO(sheets.written([Sheet("a/b:c?" + "x" * 60, (), ("Desa",), [])])))
    assert found.sheetnames == [("abc" + "x" * 60)[:31]]
