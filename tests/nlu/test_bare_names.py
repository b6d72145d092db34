"""Names without a title, found among those who are known."""

from __future__ import annotations

import pytest
from hypothesis import given

from nlu.language.bare_names import called_among
from tests.nlu.tables import messages

KNOWN = ("Ngatinah Pertiwi", "Rukmini Paramita", "Warsini Handayani", "Siti Rahayu", "Siti", "Putri Ayu Lestari", "Sri")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ngatinah sdh k4 td pagi di pkm", ("ngatinah",)),
        ("ngatina sdh k4", ("ngatina",)),
        ("rukmini & warsini wes k4 kabeh wingi", ("rukmini", "warsini")),
        ("Siti Rahayu", ("Siti Rahayu",)),
        ("siti rahayu karo rukmini", ("siti rahayu", "rukmini")),
        ("kartu bu warsini", ("warsini",)),
    ],
)  # fmt: skip
def test_known_name_is_found_as_it_is_told(text: str, names: tuple[str, ...]) -> None:
    assert called_among(text, KNOWN) == names


@pytest.mark.parametrize(
    "text",
    [
        "sudah periksa di puskesmas tadi pagi", "anaknya putri, 3100 gram", "posyandu rahayu libur", "sumarni k4",
        "sri", "warsono sopir saya", "",
    ],
)  # fmt: skip
def test_other_words_are_no_name(text: str) -> None:
    assert called_among(text, KNOWN) == ()


def test_nobody_is_found_where_nobody_is_known() -> None:
    assert called_among("rukmini k4", ()) == ()


@given(text=messages("rukmini warsini bu & , . siti rahayu k4 sudah putri Ngatina"))
def test_whatever_is_found_stands_in_the_text(text: str) -> None:
    assert all(name in " ".join(text.split()) or name in text for name in called_among(text, KNOWN))
