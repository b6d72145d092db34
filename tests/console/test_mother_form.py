"""What is typed about a mother: read into wishes or told as a problem, never lost, and never a failure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console import drawing, mother_form, mother_words
from console.mother_form import day_of, number_of
from registry.models import Person, Pregnancy
from registry.pregnancies.corrections import RISKS
from tests.conftest import NOW

FIELDS = (
    "name", "born_on", "village", "house", "phone", "companion", "jkn", "gravida", "para", "abortus", "how", "day",
    "weeks", "days", "source", "with_risks",
)  # fmt: skip
ANYTHING = st.one_of(
    st.text(max_size=40), st.sampled_from(["", "0", "12", "2026-06-01", "1-1-1998", "lmp", "weeks", "1"])
)


def her() -> Person:
    return Person(
        name="Siti Aminah", born_on=date(1998, 3, 5), phone="+6281234567890", village_code="35.07.01.2008"
    )  # fmt: skip


def pregnant(**values: Any) -> Pregnancy:
    return Pregnancy(**({"status": "active", "risks": ["twins"], "gpa": "G2P1A0"} | values))


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING), st.lists(st.sampled_from([*RISKS, "x"])))
def test_whatever_is_typed_is_read_or_told(values: dict[str, str], risks: list[str]) -> None:
    typed = mother_form.read(values, risks, her(), pregnant(), NOW)
    assert typed.values == values
    assert set(typed.problems.values()) <= set(drawing.words()["problem"])
    assert all(isinstance(wish.value, str) and "\x00" not in wish.field for wish in typed.wishes)
    assert len({wish.field for wish in typed.wishes}) == len(typed.wishes)


def test_form_as_it_stands_wishes_what_stands_there() -> None:
    person, pregnancy = her(), pregnant()
    shown = mother_form.standing(person, pregnancy)
    typed = mother_form.read({**shown.values, "with_risks": "1"}, shown.risks, person, pregnancy, NOW)
    assert typed.problems == {}
    assert {wish.field: wish.value for wish in typed.wishes} == {
        "name": "Siti Aminah", "born_on": "1998-03-05", "address": "35.07.01.2008", "house": "",
        "phone": "+6281234567890", "companion": "", "jkn_told": "", "gpa": "G2P1A0", "risks": "twins",
    }  # fmt: skip


def test_way_of_writing_that_somebody_chose_is_no_difference() -> None:
    typed = mother_form.read({"gravida": "2", "para": "1", "abortus": "0"}, [], her(), pregnant(gpa="g2 p1 a0"), NOW)
    assert [wish.value for wish in typed.wishes] == ["g2 p1 a0"]


def test_risks_of_an_older_record_stay() -> None:
    typed = mother_form.read({"with_risks": "1"}, ["kek"], her(), pregnant(risks=["twins", "short"]), NOW)
    assert [wish.value for wish in typed.wishes] == ["kek, short"]


@pytest.mark.parametrize(("text", "day"), [
    ("2026-03-05", date(2026, 3, 5)),
    ("5-3-2026", date(2026, 3, 5)),
    ("05/03/2026", date(2026, 3, 5)),
    (" 5.3.2026 ", date(2026, 3, 5)),
    ("31-2-2026", None),
    ("2026", None),
    ("٢٠٢٦-٠٣-٠٥", None),
    ("", None),
])  # fmt: skip
def test_day_is_read_with_and_without_a_calendar(text: str, day: date | None) -> None:
    assert day_of(text) == day


@given(st.dates(min_value=date(1900, 1, 1)))
def test_every_day_is_read_as_it_is_written(day: date) -> None:
    assert day_of(day.isoformat()) == day == day_of(f"{day.day}-{day.month}-{day.year:04}")


@pytest.mark.parametrize(("text", "number"), [
    ("0", 0), (" 7 ", 7), ("44", 44), ("45", None), ("-1", None), ("²", None), ("1e1", None), ("9" * 30, None),
])  # fmt: skip
def test_number_is_small_and_whole(text: str, number: int | None) -> None:
    assert number_of(text, 44) == number


def test_weeks_stand_for_a_first_day() -> None:
    typed = mother_form.read(
        {"how": "usg_weeks", "weeks": "20", "days": "3", "source": "mother"}, [], her(), pregnant(), NOW
    )
    wish = next(one for one in typed.wishes if one.field == "weeks")
    assert wish.value == str(NOW.date() - timedelta(weeks=20, days=3))
    assert (wish.ultrasound, wish.told_by) == (True, "mother")


@pytest.mark.parametrize(("field", "value", "words"), [
    ("hpht", "2026-03-05", "5 Maret 2026"),
    ("visit_K1", "2026-03-05", "5 Maret 2026"),
    ("phone", "+6281234567890", "0812 3456 7890"),
    ("risks", "twins, kek", "hamil kembar, kurang energi kronis"),
    ("papers", "ktp, kk", "KTP, KK"),
    ("jkn_told", "pbi", "KIS gratis (PBI)"),
    ("reminder_hour", "16", "jam 16.00"),
    ("address", "35.07.01.2008", "Sumberoto"),
    ("address", "Surabaya", "Surabaya"),
    ("companion", None, "belum ada"),
    ("something_new", "x", "x"),
])  # fmt: skip
def test_old_and_new_are_words(field: str, value: str | None, words: str) -> None:
    assert mother_words.shown(field, value, {"35.07.01.2008": "Sumberoto"}) == words
    assert mother_words.label(field)
