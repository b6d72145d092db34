"""A sealed name is found by how its words begin, in whatever spelling."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy.orm import Session

from registry import name_index, sealing
from registry.models import Person
from tests import factories
from tests.conftest import KEY


@pytest.fixture(autouse=True, scope="module")
def key() -> None:
    sealing.install(KEY)


def finds(typed: str, name: str) -> bool:
    kept = (name_index.of(name) or "").split()
    parts = name_index.asked(typed)
    return bool(parts) and all(part in kept for part in parts)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("sit", "Siti Aminah"),
        ("AMINAH siti", "Siti Aminah"),
        ("ami", "Siti Aminah"),
        ("aisah", "Aisyah"),
        ("Aisya", "Aisah"),
        ("husnul", "Khusnul Khotimah"),
        ("chotim", "Khusnul Khotimah"),
        ("sulastri", "Soelastri"),
        ("jumiati", "Djumiati"),
        ("yuliana", "Juwita Yulianah"),
        ("fitria", "Vitria"),
        ("nurjanah", "Nurjannah"),
        ("nur'aini", "Nuraini"),
        ("ni", "Ni Luh Putri"),
        ("rené", "Rene"),
        ("wulandhari", "Wulandari"),
        ("kartikasaridewi", "Kartikasaridewi"),
    ],
)
def test_name_is_found(typed: str, name: str) -> None:
    assert finds(typed, name)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("si", "Siti Aminah"),
        ("iti", "Siti Aminah"),
        ("siti rohmah", "Siti Aminah"),
        ("sitinah", "Siti Aminah"),
        ("", "Siti"),
        ("123 ?", "Siti"),
        ("siti", ""),
    ],
    ids=["two letters", "the middle", "one other word", "a longer word", "nothing", "no letters", "no name"],
)
def test_other_names_are_not(typed: str, name: str) -> None:
    assert not finds(typed, name)


@given(some.lists(some.text(string.ascii_letters, min_size=1, max_size=12), min_size=1, max_size=4), some.data())
def test_every_beginning_of_three_letters_finds_it(words: list[str], data: some.DataObject) -> None:
    name = " ".join(words)
    word = data.draw(some.sampled_from(words))
    folded = name_index.words(word)[0]
    length = data.draw(some.integers(min(name_index.SHORTEST, len(folded)), max(3, len(folded))))
    kept = (name_index.of(name) or "").split()
    assert name_index.asked(word)[0] in kept
    if len(folded) >= length >= name_index.SHORTEST:
        assert name_index.asked(folded[:length])[0] in kept or folded[:length].endswith("h")


@given(some.text(string.ascii_letters, max_size=30))
def test_what_is_folded_stays(word: str) -> None:
    for folded in name_index.words(word):
        assert name_index.words(folded) == [folded]


def test_index_says_nothing_of_the_letters() -> None:
    kept = name_index.of("Siti Aminah") or ""
    assert "sit" not in kept
    assert {len(part) for part in kept.split()} == {name_index.DIGITS}


def test_index_follows_the_name(session: Session) -> None:
    mother = factories.person(session, name="Siti Aminah")
    assert mother.name_index == name_index.of("Siti Aminah")
    mother.name = "Dewi Rahayu"
    session.flush()
    session.expire(mother)
    assert mother.name_index == name_index.of("Dewi Rahayu")
    mother.name = None
    assert mother.name_index is None
    assert Person(sex="F").name_index is None
